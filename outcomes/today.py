"""What a clinic's day holds besides messages: sessions that are planned, baselines still to be given. Only reads."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    CharField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import TruncDate

from clinic.models import Clinic, User
from outcomes.models import Score, SendingPause
from outcomes.outgoing import unconfirmed
from patients.models import BirthCheck, Patient
from treatments.models import Course, FollowUp, RecallCase, Timepoint, TreatmentSession
from treatments.series import CourseProgress

PAIN = "nrs_now"
# A session that was planned, and a course that was opened, so many days ago is not expected any more.
EXPECTED_DAYS = 14
# A series with more days than this between two sessions is not looked back over.
LONGEST_PAUSE = dt.timedelta(days=200)
_CAN_COME = {"patient__died_on": None, "patient__erased_at": None}


@dataclass(frozen=True)
class Visit:
    """One session to be logged. ``planned_on`` None: the first of its course, planned for no certain day."""

    course: Course
    label: str
    planned_on: dt.date | None
    is_late: bool
    baseline: Decimal | None

    @property
    def patient(self) -> Patient:
        return self.course.patient

    @property
    def has_baseline(self) -> bool:
        return self.baseline is not None


@dataclass(frozen=True)
class RecallWork:
    """One recall with patients still to be seen to; ``to_call`` of them were not reached yet."""

    public_id: str
    lot_number: str
    product: str
    waiting: int
    to_call: int


@dataclass(frozen=True)
class Day:
    """``visits``: planned for the day first, then late ones, then first sessions. ``unasked``: courses opened lately that
    wait for their baseline; ``asked_by`` of each is the id of the check-in that asks.
    """

    visits: list[Visit]
    unasked: list[Course]


def day_of(clinic: Clinic, *, on: dt.date, user: User, most: int) -> Day:
    """Who is expected on this day of the clinic's calendar, and who of the new ones cannot be treated yet. Two queries.

    A first session is expected for 14 days after its course was opened, once its baseline was answered.
    """
    planned, new = list(_planned(clinic, on, user)[:most]), list(_new(clinic, on, user)[: most * 2])
    ready = [course for course in new if course.is_answered]
    visits = [_visit(course, on) for course in (*planned, *ready)]
    return Day(visits[:most], [course for course in new if not course.is_answered and course.asked_by][:most])


def recall_work(clinic: Clinic, *, user: User) -> list[RecallWork]:
    """What recalls still ask for, those with most patients to call first."""
    cases = RecallCase.objects.visible_to(user).filter(clinic=clinic).exclude(state=RecallCase.State.CLOSED)
    recalls = cases.order_by().values_list("recall__public_id", "recall__lot__lot_number", "recall__lot__product__name")
    to_call = Count("pk", filter=Q(state=RecallCase.State.TO_CONTACT))
    rows = recalls.annotate(waiting=Count("pk"), to_call=to_call).order_by("-to_call", "recall__public_id")
    return [RecallWork(*row) for row in rows]


def also_waiting(clinic: Clinic, *, at: dt.datetime, user: User) -> dict[str, int]:
    """How many messages are not confirmed, links are paused, and pauses are in force, by these names; one query."""
    rows = {
        "unconfirmed": unconfirmed(clinic, at=at, user=user),
        "paused_links": BirthCheck.objects.visible_to(user).filter(clinic=clinic).paused(),
        "pauses": SendingPause.objects.active().visible_to(user).filter(clinic=clinic),
    }
    first, *others = (
        found.order_by().annotate(what=Value(what, CharField())).values_list("what").annotate(number=Count("pk"))
        for what, found in rows.items()
    )
    return dict(first.union(*others, all=True))


def _planned(clinic: Clinic, on: dt.date, user: User) -> QuerySet[Any]:
    """Courses under way whose next session is planned for this day or some days before it."""
    day_of_last = TruncDate(Max("sessions__performed_at"), tzinfo=ZoneInfo(clinic.time_zone))
    lately = TreatmentSession.objects.counted().filter(clinic=clinic, performed_at__gt=_midday(on) - LONGEST_PAUSE)
    courses = Course.objects.visible_to(user).filter(clinic=clinic, pk__in=lately.values("course"), **_CAN_COME)
    counted = courses.filter(protocol__series_length__gt=1, sessions__entered_in_error_at=None)
    under_way = counted.annotate(done=Count("sessions"), last_on=day_of_last).filter(
        done__lt=F("protocol__series_length")
    )
    next_on = ExpressionWrapper(F("last_on") + F("protocol__series_interval_days"), output_field=DateField())
    planned = under_way.annotate(planned_on=next_on)
    expected = planned.filter(planned_on__range=(on - dt.timedelta(days=EXPECTED_DAYS), on))
    return _shown(expected).order_by("-planned_on", "id")


def _new(clinic: Clinic, on: dt.date, user: User) -> QuerySet[Any]:
    """Courses opened lately in which nothing was done yet, the oldest first."""
    treated = TreatmentSession.objects.counted().filter(course=OuterRef("pk"))
    baselines = FollowUp.objects.filter(course=OuterRef("pk"), timepoint__name=Timepoint.BASELINE)
    asked_by = baselines.due(on).filter(survey__completed_at=None, survey__cancelled_at=None)
    mine = Course.objects.visible_to(user).filter(clinic=clinic, protocol__isnull=False, **_CAN_COME)
    lately = mine.filter(~Exists(treated), opened_on__range=(on - dt.timedelta(days=EXPECTED_DAYS), on))
    return (
        _shown(lately)
        .annotate(
            is_answered=Exists(baselines.filter(answered_at__isnull=False)),
            asked_by=Subquery(asked_by.values("survey__public_id")[:1]),
        )
        .order_by("opened_on", "id")
    )


def _shown(courses: QuerySet[Any]) -> QuerySet[Any]:
    pain = Score.objects.filter(course=OuterRef("pk"), instrument=PAIN, timepoint=Timepoint.BASELINE)
    related = courses.select_related("patient", "treatment_type", "protocol")
    return related.annotate(baseline=Subquery(pain.values("value")[:1]))


def _visit(course: Any, on: dt.date) -> Visit:
    planned_on = getattr(course, "planned_on", None)
    length = course.protocol.series_length if course.protocol else 1
    label = CourseProgress(getattr(course, "done", 0), length, planned_on).next_label
    return Visit(course, label, planned_on, bool(planned_on and planned_on < on), course.baseline)


def _midday(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(12), dt.UTC)
