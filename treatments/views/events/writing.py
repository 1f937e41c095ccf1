"""Writing an adverse event down, and correcting it."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import allow, row_page
from clinic.form_drafts import keeps_draft, typed_into, unjudged
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.models import Patient
from treatments import actions, icd10
from treatments.actions.events import FREE_TO_EDIT, EventChanged
from treatments.forms.event_conflicts import conflict, is_resolved, resolved
from treatments.forms.events import EventForm
from treatments.models import AdverseEvent
from treatments.views.events.reading import EVENTS


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Patient.objects.all())
@keeps_draft(Permission.EVENT_RECORD)
def event_new(request: HttpRequest, patient: Patient) -> HttpResponse:
    """A new adverse event of this patient."""
    allow(request, patient.clinic, Permission.EVENT_RECORD)
    now = timezone.localtime()
    form = EventForm(typed_into(request), patient=patient, now=now, initial={"first_aware_at": now})
    if request.method == "POST" and form.is_valid():
        try:
            event = actions.record_event(patient=patient, details=form.details(), at=now, by=request.user)
        except RuleBroken as broken:
            show(broken, form)
        else:
            messages.success(request, "Saved. Below are the reports it asks for, if any.")
            return redirect("event", event.public_id)
    return _form_page(request, "treatments/event_new.html", unjudged(form, request), patient)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(EVENTS)
@keeps_draft(Permission.EVENT_RECORD)
def event_edit(request: HttpRequest, event: AdverseEvent) -> HttpResponse:
    """Correct an event. When somebody else saved meanwhile, both versions are shown, field by field."""
    allow(request, event.clinic, Permission.EVENT_RECORD)
    if event.entered_in_error_at:
        messages.warning(request, "This event was entered in error and cannot be changed any more.")
        return redirect("event", event.public_id)
    if request.method != "POST":
        form = _form(event, data=typed_into(request), initial={"version": event.version})
        return _edit_page(request, event, unjudged(form, request))
    form = _form(event, data=resolved(request.POST, _form(event)))
    if not is_resolved(request.POST):
        return _conflict_page(request, event, form)
    if form.is_valid():
        try:
            return _amended(request, event, form)
        except EventChanged as changed:
            return _conflict_page(request, changed.event, form)
        except RuleBroken as broken:
            show(broken, form)
    return _edit_page(request, event, form)


def _amended(request: HttpRequest, event: AdverseEvent, form: EventForm) -> HttpResponse:
    actions.amend_event(
        event=event,
        version=form.cleaned_data["version"] or 0,
        details=form.details(),
        reason=form.cleaned_data["reason"],
        at=timezone.now(),
        by=request.user,
    )
    messages.success(request, "Saved. The version before is kept.")
    return redirect("event", event.public_id)


def _form(event: AdverseEvent, **kwargs: object) -> EventForm:
    return EventForm(patient=event.patient, now=timezone.localtime(), instance=event, **kwargs)


def _edit_page(request: HttpRequest, event: AdverseEvent, form: EventForm) -> HttpResponse:
    needs_reason = timezone.now() - event.recorded_at > FREE_TO_EDIT
    return _form_page(
        request, "treatments/event_edit.html", form, event.patient, event=event, needs_reason=needs_reason
    )


def _conflict_page(request: HttpRequest, event: AdverseEvent, form: EventForm) -> HttpResponse:
    context = {
        "section": "safety",
        "event": event,
        "patient": event.patient,
        "conflict": conflict(event, form, _form(event)),
        "is_undecided": not is_resolved(request.POST),
    }
    return render(request, "treatments/event_changed.html", context, status=409)


def _form_page(request: HttpRequest, template: str, form: EventForm, patient: Patient, **more: object) -> HttpResponse:
    context = {"section": "safety", "form": form, "patient": patient, "codes": icd10.complication_codes(), **more}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def show(broken: RuleBroken, form: BaseForm) -> None:
    """The broken rule beside its field, or above the form."""
    form.add_error(broken.field if broken.field in form.fields else None, broken.message)
