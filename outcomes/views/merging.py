"""Two records of one person: finding them, saying what merging them does, doing it, and undoing it for a day."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import allow, granted_by, row_page, staff_page
from clinic.accesses import Kind, note
from clinic.forms import attempted
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes.actions import merge_patients, undo_merge
from outcomes.forms import MergeForm
from outcomes.merging import back_and_staying, plan
from patients import actions, search
from patients.consents import signatures
from patients.duplicates import MOST_PAIRS, alike_to, pairs_of
from patients.models import KeptApart, Patient, PatientMerge

MOST_FOUND = 20


@require_safe
@staff_page(Permission.PATIENT_MERGE)
def candidates(request: HttpRequest) -> HttpResponse:
    """Pairs of records that may be of one person, and those that somebody said are two people."""
    pairs = pairs_of(request.clinic)
    note(request, Kind.LISTED, n_rows=len(pairs.shown), kind_of_row="patients.patient")
    apart = KeptApart.objects.visible_to(request.user).filter(clinic=request.clinic)
    context = {
        "section": "patients",
        "pairs": pairs,
        "most": MOST_PAIRS,
        "apart": apart.select_related("first", "second", "said_by")[:MOST_PAIRS],
    }
    return render(request, "patients/merge_candidates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Patient.objects.all())
def merge(request: HttpRequest, patient: Patient) -> HttpResponse:
    """``with`` names the record that goes: what merging does, then merges. Without it: which record is the same person's."""
    allow(request, patient.clinic, Permission.PATIENT_MERGE)
    asked = request.POST.get("with", "") if request.method == "POST" else request.GET.get("with", "")
    if not asked and request.method != "POST":
        return _choose(request, patient)
    gone, now = _other(request, asked), timezone.now()
    planned = plan(patient, gone, at=now)
    form = MergeForm(request.POST if request.method == "POST" else None, plan=planned)
    if form.is_valid() and attempted(form, lambda: _merged(request, form)):
        messages.success(request, f"Merged. Everything of chart no. {gone.chart_number} is here now.")
        return redirect("patient", patient.public_id)
    context = {"section": "patients", "patient": patient, "gone": gone, "plan": planned, "form": form}
    return render(request, "patients/merge.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(PatientMerge.objects.select_related("kept", "gone", "merged_by"))
def undo(request: HttpRequest, merge: PatientMerge) -> HttpResponse:
    """Says what goes back and what stays, then makes two records of one again."""
    allow(request, merge.clinic, Permission.PATIENT_MERGE)
    if request.method == "POST":
        try:
            with transaction.atomic():
                undo_merge(merge=merge, at=timezone.now(), by=request.user)
        except RuleBroken as broken:
            messages.warning(request, broken.message)
        else:
            messages.success(request, f"Undone. Chart no. {merge.gone.chart_number} is a record of its own again.")
        return redirect("patient", merge.kept.public_id)
    back, staying = back_and_staying(merge)
    context = {
        "section": "patients",
        "patient": merge.kept,
        "merge": merge,
        "refused": actions.why_not_undone(merge, merge.kept, at=timezone.now()),
        "back": back,
        "staying": staying,
    }
    return render(request, "patients/merge_undo.html", context)


@require_POST
@row_page(Patient.objects.all())
def keep_apart(request: HttpRequest, patient: Patient) -> HttpResponse:
    """This record and that of ``with`` are two people."""
    allow(request, patient.clinic, Permission.PATIENT_MERGE)
    other = _other(request, request.POST.get("with", ""))
    try:
        actions.keep_apart(one=patient, other=other, at=timezone.now(), by=request.user)
    except RuleBroken as broken:
        messages.warning(request, broken.message)
    else:
        messages.success(request, f"{patient} and {other} are two people. They are not shown together again.")
    return redirect("merge-candidates")


@require_POST
@row_page(KeptApart.objects.select_related("first", "second"))
def show_again(request: HttpRequest, apart: KeptApart) -> HttpResponse:
    """They may be one person after all."""
    actions.forget_apart(apart=apart, by=request.user)
    messages.success(request, f"{apart.first} and {apart.second} are shown together again.")
    return redirect("merge-candidates")


def merged_page(request: HttpRequest, patient: Patient) -> HttpResponse:
    """What stands at the address of a record that was merged into another: where everything is now. 410."""
    merge = PatientMerge.objects.standing().filter(gone=patient).select_related("kept", "merged_by").first()
    may_undo = Permission.PATIENT_MERGE.name in granted_by(request.memberships, patient.clinic)
    context = {
        "section": "patients",
        "patient": patient,
        "kept": patient.merged_into,
        "merge": merge,
        "undoable": merge and merge.undo_until > timezone.now() and may_undo,
        "signed": signatures(patient),
    }
    return render(request, "patients/merged.html", context, status=410)


def merges_into(patient: Patient) -> tuple[list[PatientMerge], list[PatientMerge]]:
    """What was merged into this record, and of that what can still be undone."""
    standing = PatientMerge.objects.standing().filter(kept=patient).select_related("gone", "merged_by")
    return list(standing), [merge for merge in standing if merge.undo_until > timezone.now()]


def _choose(request: HttpRequest, patient: Patient) -> HttpResponse:
    others = Patient.objects.visible_to(request.user).filter(clinic=patient.clinic_id).exclude(pk=patient.pk)
    others = others.filter(erased_at=None)
    q = " ".join(request.GET.get("q", "").replace("\x00", "").split())[: search.MAX_LENGTH]
    found = list(search.matching(others, q)[:MOST_FOUND]) if q else alike_to(patient, others)
    note(request, Kind.SEARCHED if q else Kind.LISTED, n_rows=len(found), kind_of_row="patients.patient")
    context = {"section": "patients", "patient": patient, "q": q, "found": found, "most": MOST_FOUND}
    return render(request, "patients/merge_choose.html", context)


def _other(request: HttpRequest, asked: str) -> Patient:
    """The record that was named beside the page's own; 404 unless it is visible to this person."""
    try:
        public_id = UUID(asked)
    except ValueError:
        raise Http404 from None
    found = Patient.objects.visible_to(request.user).filter(public_id=public_id).select_related("clinic").first()
    if found is None:
        raise Http404
    return found


def _merged(request: HttpRequest, form: MergeForm) -> PatientMerge:
    # Of its own: a refusal must leave nothing half done in the request's transaction.
    given = {name: form.cleaned_data[name] for name in ("chart_number", "seen")}
    with transaction.atomic():
        return merge_patients(
            kept=form.plan.kept, gone=form.plan.gone, take=form.take, at=timezone.now(), by=request.user, **given
        )
