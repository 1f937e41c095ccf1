"""Calling a lot back, the work list of exposed patients, and each step with one of them."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import allow, question_first, row_page, staff_page
from clinic.csv_files import csv_file
from clinic.forms import attempted
from clinic.permissions import Permission
from outcomes.recalls import WorkItem, consequences_of, every_work_item, progress_of, work_item, work_list
from patients.models import Patient
from patients.pages import page_of
from treatments.actions import recalls as actions
from treatments.forms.recalls import ExposedForm, RecallForm, StepForm
from treatments.models import Lot, Recall, RecallCase

MOST_PRINTED = 2000
RECALLS = Recall.objects.select_related("lot__product", "started_by")
HEADER = (
    *("Patient", "Chart number", "Born", "Phone", "E-mail", "May be sent messages", "Received", "Date", "Last score"),
    *("Open check-ins", "State", "Next"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Lot.objects.select_related("product"))
def recall_start(request: HttpRequest, lot: Lot) -> HttpResponse:
    """Says what will happen, with counts, then does it."""
    allow(request, lot.clinic, Permission.LOT_RECALL)
    if lot.status == Lot.Status.RECALLED:
        messages.warning(request, f"Lot {lot.lot_number} is already recalled.")
        return redirect("lot", lot.public_id)
    is_sent = request.method == "POST"
    form = RecallForm(
        request.POST if is_sent else None,
        lot=lot,
        today=timezone.localdate(),
        initial={"announced_on": timezone.localdate()},
    )
    if is_sent and form.is_valid() and (recall := _recalled(request, lot, form)):
        messages.success(request, "The lot is recalled and blocked. Every patient who received it is on this list.")
        return redirect("recall", recall.public_id)
    context = {"section": "stock", "lot": lot, "form": form, "will": consequences_of(lot, user=request.user)}
    return render(request, "treatments/recall_start.html", context, status=422 if is_sent else 200)


def _recalled(request: HttpRequest, lot: Lot, form: RecallForm) -> Recall | None:
    given = {name: form.cleaned_data[name] for name in ("severity", "reason", "announced_on")}
    return attempted(form, partial(actions.recall_lot, lot=lot, at=timezone.now(), by=request.user, **given))


@require_safe
@staff_page(Permission.PATIENT_VIEW)
def recalls(request: HttpRequest) -> HttpResponse:
    """Every recall of the clinic and how far it has come."""
    rows = RECALLS.visible_to(request.user).filter(clinic=request.clinic)
    page = page_of(rows, request.GET.get("page", ""))
    progress = progress_of(page.rows, user=request.user)
    listed = [(recall, progress[recall.pk]) for recall in page.rows]
    return render(request, "treatments/recalls.html", {"section": "stock", "page": page, "recalls": listed})


@require_safe
@row_page(RECALLS)
def recall(request: HttpRequest, recall: Recall) -> HttpResponseBase:
    """The work list: one row per exposed patient with one next step; as CSV, or all rows for the printer."""
    if request.GET.get("format") == "csv":
        return question_first(request) or csv_file(
            "recall.csv", HEADER, (_cells(item) for item in every_work_item(recall, user=request.user))
        )
    state = request.GET.get("state", "")
    state = state if state in RecallCase.State.values else ""
    size = {"size": MOST_PRINTED} if "all" in request.GET else {}
    after = request.GET.get("after", "")
    items, part = work_list(recall, user=request.user, state=state, after=after, **size)
    progress = progress_of([recall], user=request.user)[recall.pk]
    context = {
        "section": "stock",
        "recall": recall,
        "items": items,
        "part": part,
        "state": state,
        "progress": progress,
        "states": [(code, label, progress.by_state[code]) for code, label in RecallCase.State.choices],
        "prints": "all" in request.GET,
    }
    return render(request, "treatments/recall.html", context)


def _cells(item: WorkItem) -> tuple[object, ...]:
    patient = item.case.patient
    newest = item.exposures[0] if item.exposures else None
    return (
        *(patient, patient.chart_number, patient.born_on, patient.phone, patient.email),
        "yes" if patient.may_be_contacted else "no",
        "; ".join(one.place for one in item.exposures) or "not logged, see the case",
        newest.day if newest else "",
        newest.score_words if newest else "",
        item.open_follow_ups,
        item.case.get_state_display(),
        item.next_action,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(RECALLS)
def recall_add(request: HttpRequest, recall: Recall) -> HttpResponse:
    """A patient who received the lot without its being logged."""
    allow(request, recall.clinic, Permission.PATIENT_EDIT)
    is_sent = request.method == "POST"
    everyone = Patient.objects.visible_to(request.user).filter(clinic=recall.clinic)
    form = ExposedForm(request.POST if is_sent else None, patients=everyone)
    if is_sent and form.is_valid():
        given = {"patient": form.cleaned_data["chart_number"], "note": form.cleaned_data["note"]}
        add = partial(actions.add_exposed_patient, recall=recall, at=timezone.now(), by=request.user, **given)
        if case := attempted(form, add):
            messages.success(request, "The patient is on the list.")
            return redirect("recall-case", case.public_id)
    context = {"section": "stock", "recall": recall, "form": form}
    return render(request, "treatments/recall_add.html", context, status=422 if is_sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(RecallCase.objects.select_related("patient", "recall__lot__product"))
def recall_case(request: HttpRequest, case: RecallCase) -> HttpResponse:
    """One exposed patient: how to reach them, what they received, what was done, and the next step."""
    is_sent = request.method == "POST"
    form = StepForm(request.POST if is_sent else None, case=case)
    if is_sent and form.is_valid():
        step = partial(actions.move_case, case=case, at=timezone.now(), by=request.user, **form.cleaned_data)
        if moved := attempted(form, step):
            messages.success(request, f"{case.patient}: {moved.get_state_display().lower()}.")
            return redirect("recall", case.recall.public_id)
    item = work_item(case, user=request.user)
    context = {
        "section": "stock",
        "case": case,
        "recall": case.recall,
        "patient": case.patient,
        "item": item,
        "steps": case.steps.select_related("taken_by"),
        "form": form,
    }
    return render(request, "treatments/recall_case.html", context, status=422 if is_sent else 200)
