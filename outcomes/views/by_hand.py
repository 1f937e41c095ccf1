"""What staff do with one message, check-in, call or patient: send now, settle, call off, record a call, pause."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import allow, row_page
from clinic.forms import attempted
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes import actions
from outcomes.forms.sending import CallForm, ReasonForm
from outcomes.models import Call, Delivery, Survey
from outcomes.standings import BY, line_of
from patients.models import Patient

WRONG_NUMBER = Call.Outcome.WRONG_NUMBER
SURVEYS = Survey.objects.select_related("follow_up__course__patient", "follow_up__timepoint")


@require_POST
@row_page(SURVEYS)
def send_now(request: HttpRequest, survey: Survey) -> HttpResponse:
    """One more message with a link, by the channel of the button."""
    channel = request.POST.get("channel", "")
    send = partial(actions.send_by_hand, survey=survey, channel=channel, at=timezone.now(), by=request.user)
    _tried(request, send, f"It goes out {BY.get(channel, '')} within a minute. Links sent before go on working.")
    return redirect("patient", survey.follow_up.course.patient.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(SURVEYS)
def cancel(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Call a check-in off: says what follows, then does it."""
    allow(request, survey.clinic, Permission.PATIENT_EDIT)
    patient, is_sent = survey.follow_up.course.patient, request.method == "POST"
    form = ReasonForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        call_off = partial(actions.cancel_survey, survey=survey, at=timezone.now(), by=request.user)
        if attempted(form, partial(call_off, **form.cleaned_data)):
            messages.success(request, "Called off. Nothing more is sent for it, and its link no longer works.")
            return redirect("patient", patient.public_id)
    context = {"section": "patients", "patient": patient, "survey": survey, "form": form}
    return render(request, "outcomes/survey_cancel.html", context, status=422 if is_sent else 200)


@require_POST
@row_page(Delivery.objects.select_related("patient"))
def settle(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    """Somebody found out whether a message of unknown fate arrived."""
    arrived = request.POST.get("arrived", "")
    if arrived in ("yes", "no"):
        work = partial(actions.settle_unknown, delivery=delivery, was_sent=arrived == "yes", at=timezone.now())
        done = (
            "Recorded: it arrived." if arrived == "yes" else "Recorded: it did not arrive. The next step is taken now."
        )
        _tried(request, partial(work, by=request.user), done)
    else:
        allow(request, delivery.clinic, Permission.PATIENT_EDIT)
        messages.warning(request, "Say whether the message arrived or did not.")
    if request.POST.get("back") == "messages":
        return redirect("sending")
    return redirect("patient", delivery.patient.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Call.objects.select_related("patient", "survey__follow_up__timepoint"))
def call(request: HttpRequest, call: Call) -> HttpResponse:
    """One call to make: whom, about what, what was tried; and how it went."""
    is_sent = request.method == "POST"
    if is_sent:
        allow(request, call.clinic, Permission.PATIENT_EDIT)
    form = CallForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        record = partial(actions.record_call, call=call, at=timezone.now(), by=request.user, **form.cleaned_data)
        if recorded := attempted(form, record):
            undo = reverse("call-take-back", args=[call.public_id]) if recorded.outcome != WRONG_NUMBER else ""
            messages.success(request, _what_follows(recorded), extra_tags=undo)
            return redirect("today")
    context = {
        "section": "today",
        "call": call,
        "patient": call.patient,
        "attempts": call.attempts.select_related("by"),
        "lines": [line_of(delivery) for delivery in call.survey.deliveries.all()],
        "form": form,
    }
    return render(request, "outcomes/call.html", context, status=422 if is_sent else 200)


@require_POST
@row_page(Call.objects.select_related("patient"))
def take_call_back(request: HttpRequest, call: Call) -> HttpResponse:
    """The call that was just recorded did not take place."""
    allow(request, call.clinic, Permission.PATIENT_EDIT)
    back = partial(actions.take_call_back, call=call, at=timezone.now(), by=request.user)
    _tried(request, back, f"Taken back. {call.patient} is on the list again.")
    return redirect("today")


def _what_follows(call: Call) -> str:
    if call.closed_at is None:
        return f"Recorded. {call.patient} comes back on this list on {call.call_on:%a %-d %b}."
    if call.outcome == Call.Outcome.NO_ANSWER:
        return f"Recorded. That was the third try, so {call.patient} is not called again about this check-in."
    return f"Recorded: {call.patient}, {call.get_outcome_display().lower()}."


@require_POST
@row_page(Patient.objects.all())
def pause_patient(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Send nothing to this patient until somebody ends it."""
    allow(request, patient.clinic, Permission.PATIENT_EDIT)
    form = ReasonForm(request.POST)
    if form.is_valid():
        pause = partial(actions.pause_sending, clinic=patient.clinic, patient=patient, **form.cleaned_data)
        done = "Paused. Nothing is sent to this patient until somebody ends it."
        if paused := _tried(request, partial(pause, at=timezone.now(), by=request.user)):
            undo = f"{reverse('pause-resume', args=[paused.public_id])}?back=patient"
            messages.success(request, done, extra_tags=undo)
    else:
        messages.warning(request, " ".join(form.errors["reason"]))
    return redirect("patient", patient.public_id)


def _tried(request: HttpRequest, work: Callable[[], Any], done: str = "") -> Any:
    """Do it and say so, or say why not, on the page that comes next. What came of it, None when it was refused."""
    try:
        result = work()
    except RuleBroken as broken:
        messages.warning(request, broken.message)
        return None
    if done:
        messages.success(request, done)
    return result
