"""The plan of follow-ups: made with a session, made again when sessions change, ended by the calendar."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from clinic.models import Clinic
from clinic.prepared import Prepared
from treatments.models import Course, FollowUp, Protocol, Timepoint

# The patient who sends a check-in waits for it.
ANSWER = "UPDATE treatments_followup SET answered_at = $2 WHERE id = $1 AND answered_at IS NULL"
_ANSWER = Prepared("answer_follow_up", ["bigint", "timestamptz"], ANSWER)


def window(timepoint: Timepoint, start: dt.date) -> dict[str, dt.date]:
    """The days of a timepoint when its clock starts on ``start``: opens_on, due_on and closes_on."""
    days = {"opens_on": timepoint.opens_day, "due_on": timepoint.target_day, "closes_on": timepoint.closes_day}
    return {name: start + dt.timedelta(days=count) for name, count in days.items()}


def plan_baseline(course: Course) -> None:
    """Ask for the baseline from the day the course opens. Part of open_course."""
    for timepoint in Timepoint.objects.filter(protocol=course.protocol_id, name=Timepoint.BASELINE):
        FollowUp.objects.create(
            clinic_id=course.clinic_id, course=course, timepoint=timepoint, **window(timepoint, course.opened_on)
        )


def replan(course: Course, *, today: dt.date) -> None:
    """Make the plan fit the course's counted sessions again. Part of every change of a session, course locked.

    Days count from the first or the last session, as the protocol says. A follow-up with a survey, or answered, stays
    as it was: the patient has seen it. With no counted session left the others go, and the baseline is open again.
    """
    treated = _days_treated(course)
    _end_baseline(course, treated_on=treated[0] if treated else None, today=today)
    unopened = _lock_unopened(course)
    if not treated:
        FollowUp.objects.filter(pk__in=[follow_up.pk for follow_up in unopened]).delete()
        return
    anchor = Protocol.objects.values_list("anchor", flat=True).get(courses=course)
    anchor_on = treated[0] if anchor == Protocol.Anchor.FIRST else treated[-1]
    _move(unopened, anchor_on=anchor_on, today=today)
    _add_missing(course, anchor_on=anchor_on)


def record_answer(*, follow_up: FollowUp, at: dt.datetime) -> None:
    """The follow-up's survey was sent in. The first time counts."""
    with connection.cursor() as cursor:
        _ANSWER.run(cursor, [follow_up.pk, at])


def end_follow_ups(*, clinic: Clinic, on: dt.date) -> int:
    """End every follow-up of the clinic whose window closed before this day; how many. Repeatable."""
    return FollowUp.objects.filter(clinic=clinic, ended_on=None, closes_on__lt=on).update(ended_on=on)


def _days_treated(course: Course) -> list[dt.date]:
    zone = ZoneInfo(course.clinic.time_zone)
    instants = course.sessions.counted().order_by("performed_at").values_list("performed_at", flat=True)
    return [instant.astimezone(zone).date() for instant in instants]


def _end_baseline(course: Course, *, treated_on: dt.date | None, today: dt.date) -> None:
    """Treatment ends the time in which a baseline can be answered; without treatment only the calendar does."""
    baseline = course.follow_ups.filter(timepoint__name=Timepoint.BASELINE)
    if treated_on is None:
        baseline.filter(ended_on__isnull=False, closes_on__gte=today).update(ended_on=None)
    else:
        baseline.filter(Q(ended_on=None) | Q(closes_on__gte=treated_on)).update(ended_on=treated_on)


def _lock_unopened(course: Course) -> list[FollowUp]:
    """The follow-ups after baseline that nobody has been asked about, held against being opened meanwhile."""
    after_baseline = course.follow_ups.exclude(timepoint__name=Timepoint.BASELINE)
    # The lock waits for a tick that is opening them; only a second look then sees what it opened.
    list(after_baseline.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    return list(after_baseline.unopened().select_related("timepoint"))


def _move(unopened: list[FollowUp], *, anchor_on: dt.date, today: dt.date) -> None:
    """Put each into its window. One that the calendar had ended waits again when its new window is not over."""
    for follow_up in unopened:
        for name, day in window(follow_up.timepoint, anchor_on).items():
            setattr(follow_up, name, day)
        if follow_up.closes_on >= today:
            follow_up.ended_on = None
    # In one statement, so that the tallies' rows are locked in the order that end_follow_ups locks them in.
    FollowUp.objects.bulk_update(unopened, ["opens_on", "due_on", "closes_on", "ended_on"])


def _add_missing(course: Course, *, anchor_on: dt.date) -> None:
    missing = Timepoint.objects.filter(protocol=course.protocol_id).exclude(name=Timepoint.BASELINE)
    FollowUp.objects.bulk_create(
        FollowUp(clinic_id=course.clinic_id, course=course, timepoint=timepoint, **window(timepoint, anchor_on))
        for timepoint in missing.exclude(follow_ups__course=course)
    )
