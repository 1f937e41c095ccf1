"""One patient on one page: courses, sessions, and how each check-in stands."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import row_page
from outcomes import open_alerts
from outcomes.models import Alert, Delivery, Score, SendingPause
from outcomes.standings import CheckIn, check_in
from patients.consents import latest_signatures
from patients.models import Patient
from treatments.models import Course, FollowUp, TreatmentSession
from treatments.records import KINDS, preparation_of, words_of
from treatments.series import CourseProgress, progress

MAIN_INSTRUMENT = "nrs_now"


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


# Most patients have none of these: then nothing is asked for.
WITH_NOTICES = Patient.objects.annotate(
    has_alert=Exists(Alert.objects.open().filter(patient=OuterRef("pk"))),
    has_pause=Exists(SendingPause.objects.active().filter(clinic=OuterRef("clinic"))),
    has_rather_not=Exists(open_alerts.not_said().filter(survey__follow_up__course__patient=OuterRef("pk"))),
)


@require_safe
@row_page(WITH_NOTICES.select_related("consented_by", "withdrawn_by", "died_recorded_by"))
def patient(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The overview of one patient."""
    on = timezone.localdate()
    courses = _courses(request, patient)
    scores = list(Score.objects.visible_to(request.user).filter(course__in=courses))
    cards = [_card(course, patient, scores, on) for course in courses]
    agreed = latest_signatures(patient)
    context = {"section": "patients", "patient": patient, "cards": cards, "agreed": agreed}
    if patient.has_alert:
        context["alerts"] = open_alerts.of_patient(patient, user=request.user)
    if patient.has_rather_not:
        context["unsaid"] = open_alerts.unsaid(patient, at=timezone.now(), user=request.user)
    if patient.has_pause:
        context["pauses"] = _pauses(request, patient, courses)
    return render(request, "patients/patient.html", context)


def _pauses(request: HttpRequest, patient: Patient, courses: Sequence[Course]) -> list[SendingPause]:
    """What holds back this patient's messages now: a pause of their own, of a protocol they follow, or of everything."""
    protocols = {course.protocol_id for course in courses if course.protocol_id}
    about = Q(patient=patient) | Q(protocol__in=protocols) | Q(patient=None, protocol=None)
    active = SendingPause.objects.active().visible_to(request.user).filter(about, clinic=patient.clinic_id)
    return list(active.select_related("began_by", "protocol"))


def _courses(request: HttpRequest, patient: Patient) -> list[Course]:
    related = ("timepoint", "contact_decision", "survey__call")
    follow_ups = FollowUp.objects.select_related(*related).order_by("due_on", "id")
    messages = Delivery.objects.select_related("requested_by").prefetch_related("changes", "attempt_rows")
    sessions = TreatmentSession.objects.select_related("performed_by", *KINDS).prefetch_related("injections")
    return list(
        Course.objects.visible_to(request.user)
        .filter(patient=patient)
        .select_related("treatment_type", "protocol")
        .prefetch_related(
            Prefetch("follow_ups", follow_ups),
            Prefetch("follow_ups__survey__deliveries", messages),
            Prefetch("sessions", sessions),
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
