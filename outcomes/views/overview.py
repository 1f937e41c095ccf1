"""One patient on one page: courses, sessions, and how each check-in stands."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import row_page
from outcomes.models import Delivery, Score, Survey
from patients.consents import latest_signatures
from patients.models import Patient
from treatments.models import Course, FollowUp, TreatmentSession
from treatments.records import KINDS, preparation_of, words_of
from treatments.series import CourseProgress, progress

MAIN_INSTRUMENT = "nrs_now"


@dataclass(frozen=True)
class CheckIn:
    """One follow-up as staff see it. ``tone`` is the colour of its tag; ``pain`` is pain right now, 0–10."""

    follow_up: FollowUp
    state: str
    tone: str
    message: str
    pain: Decimal | None


@dataclass(frozen=True)
class SessionLine:
    """One session and the words by which it is recognised."""

    session: TreatmentSession
    words: list[str]


@dataclass(frozen=True)
class CourseCard:
    """One course with everything that belongs to it. ``scores`` only for a course that came with imported history."""

    course: Course
    check_ins: list[CheckIn]
    sessions: list[SessionLine]
    scores: list[Score]

    @property
    def pains(self) -> list[Decimal]:
        """Pain right now at each answered check-in, in order of time."""
        return [check_in.pain for check_in in self.check_ins if check_in.pain is not None]

    @property
    def lower_by(self) -> Decimal | None:
        """Points by which pain is lower than at baseline, None without a baseline and a later answer."""
        return self.pains[0] - self.pains[-1] if len(self.pains) > 1 and self.has_baseline else None

    @property
    def higher_by(self) -> Decimal | None:
        """The same the other way round."""
        return None if self.lower_by is None else -self.lower_by

    @property
    def is_treated(self) -> bool:
        """Whether a session counts: one entered in error does not."""
        return any(line.session.entered_in_error_at is None for line in self.sessions)

    @property
    def progress(self) -> CourseProgress | None:
        """Where a planned series stands; None for an imported course and for a single session."""
        protocol = self.course.protocol
        if protocol is None or protocol.series_length == 1:
            return None
        counted = [line.session for line in self.sessions if line.session.entered_in_error_at is None]
        return progress(
            treated=sorted(timezone.localdate(session.performed_at) for session in counted),
            planned=protocol.series_length,
            interval_days=protocol.series_interval_days,
        )

    @property
    def has_baseline(self) -> bool:
        return bool(self.check_ins) and self.check_ins[0].pain is not None


@require_safe
@row_page(Patient.objects.select_related("consented_by", "withdrawn_by"))
def patient(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The overview of one patient."""
    on = timezone.localdate()
    courses = _courses(request, patient)
    scores = list(Score.objects.visible_to(request.user).filter(course__in=courses))
    cards = [_card(course, patient, scores, on) for course in courses]
    agreed = latest_signatures(patient)
    context = {"section": "patients", "patient": patient, "cards": cards, "agreed": agreed}
    return render(request, "patients/patient.html", context)


def _courses(request: HttpRequest, patient: Patient) -> list[Course]:
    follow_ups = FollowUp.objects.select_related("timepoint", "survey").order_by("due_on", "id")
    sessions = TreatmentSession.objects.select_related("performed_by", *KINDS).prefetch_related("injections")
    return list(
        Course.objects.visible_to(request.user)
        .filter(patient=patient)
        .select_related("treatment_type", "protocol")
        .prefetch_related(
            Prefetch("follow_ups", follow_ups), "follow_ups__survey__deliveries", Prefetch("sessions", sessions)
        )
    )


def _card(course: Course, patient: Patient, scores: Sequence[Score], on: dt.date) -> CourseCard:
    own = [score for score in scores if score.course_id == course.pk]
    pains = {score.timepoint: score.value for score in own if score.instrument == MAIN_INSTRUMENT}
    return CourseCard(
        course=course,
        check_ins=[
            check_in(follow_up, patient, pains.get(follow_up.timepoint.name), on)
            for follow_up in course.follow_ups.all()
        ],
        sessions=[SessionLine(session, words_of(preparation_of(session))) for session in course.sessions.all()],
        scores=own if course.external_ref else [],
    )


def check_in(follow_up: FollowUp, patient: Patient, pain: Decimal | None, on: dt.date) -> CheckIn:
    """How a follow-up stands on this day, and what happened to its message, in words."""
    survey = getattr(follow_up, "survey", None)
    deliveries = survey.deliveries.all() if survey else ()
    state, tone = _state(follow_up, on)
    message = (
        _message(deliveries) or _asked_with(survey) or (_why_not_sent(patient) if state in ("Open", "Overdue") else "")
    )
    if survey and survey.started_at and not survey.completed_at and state in ("Open", "Overdue"):
        state = "Started"
    return CheckIn(follow_up, state, tone, message, pain)


def _state(follow_up: FollowUp, on: dt.date) -> tuple[str, str]:
    if follow_up.answered_at:
        return "Answered", "ok"
    if follow_up.ended_on or follow_up.closes_on < on:
        return "Missed", "warn"
    if follow_up.opens_on > on:
        return "Not yet", ""
    return ("Overdue", "warn") if follow_up.due_on < on else ("Open", "info")


def _message(deliveries: Iterable[Delivery]) -> str:
    for delivery in deliveries:
        if delivery.accepted_at:
            return f"Sent {timezone.localtime(delivery.accepted_at):%-d %b %Y, %H:%M}"
        return (
            f"{delivery.get_status_display()}: {delivery.reason}" if delivery.reason else delivery.get_status_display()
        )
    return ""


def _asked_with(survey: Survey | None) -> str:
    return "One link with another check-in of this patient" if survey and survey.asked_with_id else ""


def _why_not_sent(patient: Patient) -> str:
    if patient.may_be_contacted:
        return "Goes out at the clinic’s next sending hour"
    if patient.withdrawn_at:
        return "Not sent: consent was withdrawn"
    return "Not sent: no e-mail address" if patient.consented_at else "Not sent: no consent to contact"
