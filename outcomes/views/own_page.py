"""The patient's own page: the curve, past answers, how we reach them, and everything we keep to take along."""

import json
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext

from clinic.accesses import Kind, note
from clinic.rules import RuleBroken
from outcomes import trend
from outcomes.own_data import OwnCheckIn, OwnCourse, as_json, courses_of, next_check_in
from outcomes.own_pdf import own_pdf
from outcomes.own_words import channel_word
from outcomes.patient_words import helped, spoken
from outcomes.trend import Reading, Trend
from outcomes.views.own_door import frame_of, go, own_page
from patients.actions import change_own_details, resume_channel, stop_channel
from patients.actions.reachability import STOPPED
from patients.models import EMAIL, SMS, Patient

CURVE_OF = "nrs_now"


class CourseShown(NamedTuple):
    """One course as the page shows it: its curve, if there are two readings, and its check-ins with their names."""

    place: str
    trend: Trend | None
    check_ins: list[tuple[str, OwnCheckIn]]


class ChannelShown(NamedTuple):
    """One way of messages: "email" or "sms", its name, and whether the patient stopped it."""

    code: str
    name: str
    is_stopped: bool


@own_page
def page(request: HttpRequest, patient: Patient, token: str) -> HttpResponse:
    """Everything at a glance."""
    today = timezone.localdate()
    upcoming = next_check_in(patient, on=today)
    context = {
        "clinic": frame_of(patient.clinic),
        "patient": patient,
        "courses": [_shown(one) for one in courses_of(patient)],
        "upcoming": upcoming,
        "is_open": upcoming is not None and upcoming.opens_on <= today,
        "channels": _channels(patient),
    }
    return HttpResponse(render_to_string("outcomes/own_page.html", context))


def _shown(own: OwnCourse) -> CourseShown:
    named = [(spoken(one.follow_up.timepoint.name), one) for one in own.check_ins]
    return CourseShown(own.place or own.course.complaint, _curve(own), named[::-1])


def _curve(own: OwnCourse) -> Trend | None:
    zone = ZoneInfo(own.course.clinic.time_zone)
    readings = [
        Reading(spoken(score.timepoint), score.taken_on, score.value, helped(score.survey))
        for score in own.scores
        if score.instrument == CURVE_OF and score.value is not None
    ]
    visits = [session.performed_at.astimezone(zone).date() for session in own.sessions]
    return trend.draw(readings, visits, visit=gettext("Visit"))


def _channels(patient: Patient) -> Sequence[ChannelShown]:
    reached = [(EMAIL, patient.email), (SMS, patient.phone)]
    return [
        ChannelShown(code, channel_word(code), bool(getattr(patient, STOPPED[code])))
        for code, address in reached
        if address
    ]


@partial(own_page, methods=("GET", "HEAD", "POST"))
def details(request: HttpRequest, patient: Patient, token: str) -> HttpResponse:
    """Change the e-mail address, the phone number and the language."""
    if request.method != "POST":
        return _details(patient, {name: getattr(patient, name) for name in ("email", "phone", "language")})
    typed = {name: request.POST.get(name, "").replace("\0", "").strip() for name in ("email", "phone", "language")}
    if problem := _problem(patient, typed):
        return _details(patient, typed, problem)
    return go(token, "page")


def _problem(patient: Patient, typed: dict[str, str]) -> tuple[str, str] | None:
    """The field and the rule that keeps it from being stored; None when it was."""
    if typed["language"] not in Patient.Language.values:
        return "language", gettext("Choose a language")
    if len(typed["email"]) > Patient._meta.get_field("email").max_length:
        return "email", _words_of("email_refused")
    try:
        change_own_details(patient=patient, at=timezone.now(), **typed)
    except RuleBroken as broken:
        return broken.field, _words_of(broken.code)
    return None


def _words_of(code: str) -> str:
    return {
        "email_refused": gettext("Type an e-mail address like name@example.org"),
        "phone_refused": gettext("Type a phone number with 7 to 15 digits, like 512-555-0134"),
        "no_way_left": gettext("Leave us an e-mail address or a phone number"),
    }.get(code, gettext("This could not be saved. Please call us."))


def _details(patient: Patient, typed: dict[str, str], problem: tuple[str, str] | None = None) -> HttpResponse:
    field, words = problem or ("", "")
    context = {
        "clinic": frame_of(patient.clinic),
        "typed": typed,
        "languages": Patient.Language.choices,
        "field": field,
        "problem": words,
    }
    return HttpResponse(render_to_string("outcomes/own_details.html", context), status=422 if problem else 200)


@partial(own_page, methods=("GET", "HEAD", "POST"))
def channel(request: HttpRequest, patient: Patient, token: str) -> HttpResponse:
    """Stop the messages by one channel, or get them again. There is nothing to read but the page itself."""
    if request.method != "POST":
        return go(token, "page")
    code = request.POST.get("channel", "")
    if code not in STOPPED:
        return HttpResponse(
            gettext("Choose e-mail or text messages."), status=422, content_type="text/plain; charset=utf-8"
        )
    if request.POST.get("again"):
        resume_channel(patient_id=patient.pk, channel=code)
    else:
        stop_channel(patient_id=patient.pk, channel=code, at=timezone.now())
    return go(token, "page")


@own_page
def data(request: HttpRequest, patient: Patient, token: str) -> HttpResponse:
    """Everything as JSON, in the shape of docs/data-protection.md."""
    content = json.dumps(as_json(patient, at=timezone.now()), ensure_ascii=False, indent=1)
    return _file(request, patient, content.encode(), "application/json", "json")


@own_page
def pdf(request: HttpRequest, patient: Patient, token: str) -> HttpResponse:
    """Everything as a PDF to read."""
    return _file(request, patient, own_pdf(patient, at=timezone.now()), "application/pdf", "pdf")


def _file(request: HttpRequest, patient: Patient, content: bytes, media_type: str, ending: str) -> HttpResponse:
    note(request, Kind.EXPORTED, clinic_id=patient.clinic_id, patient_id=patient.pk, kind_of_row="patients.patient")
    headers = {"Content-Disposition": f'attachment; filename="my-data-{timezone.localdate()}.{ending}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)
