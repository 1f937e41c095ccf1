"""Bringing patients from a file: upload, columns, values, check, import, undo. Nothing is a patient before the import."""

import datetime as dt

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import question_first, recently_authenticated, row_page, staff_page
from clinic.accesses import Kind, note
from clinic.csv_files import csv_file
from clinic.forms import attempted
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients import actions
from patients.forms.imports import ColumnsForm, ImportForm, UploadForm, ValuesForm
from patients.import_jobs import ask_for_check, ask_for_import, ask_for_undo
from patients.importing.plan import MOST_FINDINGS
from patients.models import PatientImport
from patients.pages import page_of_list

SHOWN = 20
STAYING_SHOWN = 50
QUIET_FOR = dt.timedelta(minutes=1)
IMPORTS = PatientImport.objects.select_related("uploaded_by", "undone_by", "check_job", "import_job", "undo_job")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.PATIENTS_IMPORT)
@recently_authenticated
def imports(request: HttpRequest) -> HttpResponse:
    """The files of late; a POST uploads one and goes on to its columns."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid() and (uploaded := attempted(form, lambda: _uploaded(request, form))):
        return redirect("patient-import-columns", uploaded.public_id)
    found = IMPORTS.visible_to(request.user).filter(clinic=request.clinic).defer("content", "findings")[:SHOWN]
    context = {"section": "setup", "form": form, "imports": found}
    return render(request, "patients/imports.html", context, status=422 if is_sent else 200)


def _uploaded(request: HttpRequest, form: UploadForm) -> PatientImport:
    file = form.cleaned_data["file"]
    return actions.upload_patients(
        clinic=request.clinic,
        name=file.name,
        content=file.read(),
        encoding=form.cleaned_data["encoding"],
        delimiter=form.cleaned_data["delimiter"],
        at=timezone.now(),
        by=request.user,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(IMPORTS)
def columns(request: HttpRequest, patient_import: PatientImport) -> HttpResponse:
    """Which column holds what. Goes on to the values, or to the check where no value is in doubt."""
    if not _may_be_said(patient_import):
        return redirect("patient-import", patient_import.public_id)
    is_sent = request.method == "POST"
    sheet = actions.sheet_of(patient_import)
    form = ColumnsForm(request.POST if is_sent else None, sheet=sheet, chosen=patient_import.columns)
    if is_sent and form.is_valid():
        said = attempted(
            form,
            lambda: actions.say_columns(patient_import=patient_import, columns=form.columns(), by=request.user),
        )
        if said:
            return redirect("patient-import-values", patient_import.public_id)
    seen = [(header, sheet.samples(place)) for place, header in enumerate(sheet.headers)]
    context = {"section": "setup", "one": patient_import, "form": form, "seen": seen}
    return render(request, "patients/import_columns.html", context, status=422 if is_sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(IMPORTS)
def values(request: HttpRequest, patient_import: PatientImport) -> HttpResponse:
    """What coded values mean and how dates are written; a POST asks for the check."""
    if not _may_be_said(patient_import):
        return redirect("patient-import", patient_import.public_id)
    is_sent = request.method == "POST"
    form = ValuesForm(
        request.POST if is_sent else None,
        sheet=actions.sheet_of(patient_import),
        columns=patient_import.columns,
        choices=patient_import.choices,
        today=timezone.localdate(),
    )
    if is_sent and form.is_valid() and attempted(form, lambda: _checked(request, patient_import, form)):
        return redirect("patient-import", patient_import.public_id)
    context = {"section": "setup", "one": patient_import, "form": form}
    return render(request, "patients/import_values.html", context, status=422 if is_sent else 200)


def _may_be_said(patient_import: PatientImport) -> bool:
    return patient_import.is_kept and not patient_import.is_at_work and not patient_import.done_at


def _checked(request: HttpRequest, patient_import: PatientImport, form: ValuesForm) -> object:
    said = actions.say_values(patient_import=patient_import, choices=form.choices(), by=request.user)
    return ask_for_check(patient_import=said, at=timezone.now(), by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(IMPORTS)
def patient_import(request: HttpRequest, patient_import: PatientImport) -> HttpResponse:
    """How far it is, and what the check found; a POST imports it. The page looks again by itself while a worker is at it."""
    is_sent = request.method == "POST"
    if is_sent and (question := question_first(request)):
        return question
    form = (
        ImportForm(request.POST if is_sent else None, counts=patient_import.counts) if patient_import.counts else None
    )
    if is_sent and form is None:
        return redirect("patient-import", patient_import.public_id)
    if is_sent and form.is_valid() and attempted(form, lambda: _imported(request, patient_import, form)):
        return redirect("patient-import", patient_import.public_id)
    found = actions.findings_of(patient_import)
    page = page_of_list(found, request.GET.get("page", ""))
    if found:
        note(request, Kind.LISTED, n_rows=len(page.rows), kind_of_row="patients.patient")
    job, now = patient_import.job, timezone.now()
    context = {
        "section": "setup",
        "one": patient_import,
        "form": form,
        "page": page,
        "most": MOST_FINDINGS,
        "job": job,
        "is_quiet": bool(job and job.alive_at and not job.is_finished and now - job.alive_at > QUIET_FOR),
        "may_undo": bool(
            patient_import.undo_until and now < patient_import.undo_until and not patient_import.is_at_work
        ),
    }
    return render(request, "patients/import.html", context, status=422 if is_sent else 200)


def _imported(request: HttpRequest, patient_import: PatientImport, form: ImportForm) -> object:
    return ask_for_import(
        patient_import=patient_import,
        takes_changes=form.takes("changes"),
        takes_alike=form.takes("alike"),
        at=timezone.now(),
        by=request.user,
    )


@require_safe
@row_page(IMPORTS)
@recently_authenticated
def findings(request: HttpRequest, patient_import: PatientImport) -> HttpResponseBase:
    """Everything that the check found, as a CSV file."""
    rows = [(one.title, one.row, one.column, one.words, one.value) for one in actions.findings_of(patient_import)]
    note(request, Kind.EXPORTED, clinic_id=patient_import.clinic_id, kind_of_row="patients.patient")
    return csv_file("check-of-patients.csv", ["What", "Row", "Column", "Problem", "Value"], rows)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(IMPORTS)
@recently_authenticated
def undo(request: HttpRequest, patient_import: PatientImport) -> HttpResponse:
    """Who would go, be put back, or stay; a POST asks a worker for it."""
    now = timezone.now()
    try:
        actions.check_undoable(patient_import, now)
        if request.method == "POST":
            ask_for_undo(patient_import=patient_import, at=now, by=request.user)
            return redirect("patient-import", patient_import.public_id)
    except RuleBroken as broken:
        messages.warning(request, broken.message)
        return redirect("patient-import", patient_import.public_id)
    undoing = actions.undoing_of(patient_import)
    staying = undoing.staying[:STAYING_SHOWN]
    prefetch_related_objects([row for row, _why in staying], "patient")
    note(request, Kind.LISTED, n_rows=len(staying), kind_of_row="patients.patient")
    context = {
        "section": "setup",
        "one": patient_import,
        "undoing": undoing,
        "counts": undoing.counts(),
        "staying": staying,
    }
    return render(request, "patients/import_undo.html", context)
