"""A patient's courses as their page shows them: check-ins, where a series stands, and the curve. Only reads."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from clinic.models import User
from outcomes.figures.patient_curve import Own
from outcomes.models import Delivery, Score
from outcomes.own_curves import Reading, Treated, own_curve
from outcomes.standings import MISSED, NOT_YET, CheckIn, check_in
from outcomes.timelines.sessions import SESSIONS
from patients.models import Patient
from treatments.models import Course, FollowUp, Protocol, Timepoint, TreatmentSession
from treatments.series import CourseProgress, progress_of

MAIN_INSTRUMENT = "nrs_now"


@dataclass(frozen=True)
class CourseCard:
    """One course with everything that belongs to it. ``scores``: all of them, also of imported history."""

    course: Course
    check_ins: list[CheckIn]
    sessions: list[TreatmentSession]
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
    def has_baseline(self) -> bool:
        return bool(self.check_ins) and self.check_ins[0].pain is not None

    @property
    def counted(self) -> list[TreatmentSession]:
        """Sessions that took place, the first one first."""
        took_place = [session for session in self.sessions if session.entered_in_error_at is None]
        return sorted(took_place, key=lambda session: session.performed_at)

    @property
    def progress(self) -> CourseProgress:
        """Where the series stands; an imported course and a single session plan one."""
        return progress_of(self.course, self.counted)

    @property
    def open_check_ins(self) -> list[CheckIn]:
        """Those that can be answered now."""
        return [check_in for check_in in self.check_ins if check_in.is_open]

    @property
    def upcoming(self) -> CheckIn | None:
        """The next one whose window has not opened."""
        return next((check_in for check_in in self.check_ins if check_in.state == NOT_YET), None)

    @property
    def has_answers(self) -> bool:
        """Whether there is anything to draw."""
        return any(score.value is not None for score in self.scores)

    @property
    def instrument(self) -> str:
        """The one that is drawn: pain right now, or what an imported course was followed with."""
        codes = [score.instrument for score in self.scores]
        return MAIN_INSTRUMENT if MAIN_INSTRUMENT in codes or not codes else codes[0]

    @property
    def baseline(self) -> Decimal | None:
        """The score before treatment of the instrument that is drawn; None where none counts."""
        own = (one for one in self.scores if one.instrument == self.instrument and one.timepoint == Timepoint.BASELINE)
        return next((score.value for score in own if not score.excluded), None)

    @property
    def clock_starts(self) -> int:
        """Days from the first session to the one from which timepoints are counted."""
        days = [timezone.localdate(session.performed_at) for session in self.counted]
        is_last = self.course.protocol is not None and self.course.protocol.anchor == Protocol.Anchor.LAST
        return (days[-1] - days[0]).days if days and is_last else 0

    @property
    def curve(self) -> Own:
        """All that is drawn of it."""
        helped = {one.follow_up.timepoint.name for one in self.check_ins if one.is_assisted}
        readings = [
            Reading(score.timepoint, score.taken_on, score.value, score.timepoint in helped)
            for score in self.scores
            if score.instrument == self.instrument and score.value is not None
        ]
        series, treatment = self.progress, self.course.treatment_type.label
        sessions = [
            Treated(timezone.localdate(session.performed_at), _label(treatment, number, series))
            for number, session in enumerate(self.counted, start=1)
        ]
        return own_curve(readings, sessions, [one.follow_up for one in self.check_ins if one.state == MISSED])


def courses_of(patient: Patient, *, today: dt.date, user: User) -> list[CourseCard]:
    """Every course, the one opened last first. Six queries, however many courses, check-ins and sessions there are."""
    return _cards(Course.objects.visible_to(user).filter(patient=patient), patient, today, user)


def course_card(course: Course, *, today: dt.date, user: User) -> CourseCard:
    """One course, which ``user`` was found to see."""
    (card,) = _cards(Course.objects.visible_to(user).filter(pk=course.pk), course.patient, today, user)
    return card


def _cards(found: QuerySet[Course], patient: Patient, today: dt.date, user: User) -> list[CourseCard]:
    courses = list(_with_all(found))
    scores = list(Score.objects.visible_to(user).filter(course__in=courses).order_by("taken_on", "id"))
    return [_card(course, patient, scores, today) for course in courses]


def _with_all(courses: QuerySet[Course]) -> QuerySet[Course]:
    related = ("timepoint", "contact_decision", "survey__call", "survey__follow_up__timepoint")
    follow_ups = FollowUp.objects.select_related(*related).order_by("due_on", "id")
    return courses.select_related("treatment_type", "protocol", "clinic").prefetch_related(
        Prefetch("follow_ups", follow_ups),
        Prefetch("follow_ups__survey__deliveries", Delivery.objects.order_by("sequence", "id")),
        Prefetch("sessions", SESSIONS),
    )


def _card(course: Course, patient: Patient, scores: Sequence[Score], today: dt.date) -> CourseCard:
    own = [score for score in scores if score.course_id == course.pk]
    pains = {score.timepoint: score.value for score in own if score.instrument == MAIN_INSTRUMENT}
    return CourseCard(
        course=course,
        check_ins=[
            check_in(follow_up, patient, pains.get(follow_up.timepoint.name), today)
            for follow_up in course.follow_ups.all()
        ],
        sessions=list(course.sessions.all()),
        scores=own,
    )


def _label(treatment: str, number: int, series: CourseProgress) -> str:
    return f"{treatment} {number} of {series.planned}" if number <= series.planned > 1 else treatment
