"""The plan of follow-ups: made with a session, moved with a later one, ended by the calendar."""

import datetime as dt

from clinic.models import Clinic
from treatments.models import Course, FollowUp, Timepoint


def _window(timepoint: Timepoint, start: dt.date) -> dict[str, dt.date]:
    days = {"opens_on": timepoint.opens_day, "due_on": timepoint.target_day, "closes_on": timepoint.closes_day}
    return {name: start + dt.timedelta(days=count) for name, count in days.items()}


def plan_baseline(course: Course) -> None:
    """Ask for the baseline from the day the course opens. Part of open_course."""
    for timepoint in Timepoint.objects.filter(protocol=course.protocol_id, name=Timepoint.BASELINE):
        FollowUp.objects.create(
            clinic_id=course.clinic_id, course=course, timepoint=timepoint, **_window(timepoint, course.opened_on)
        )


def plan_follow_ups(course: Course, *, anchor_on: dt.date, today: dt.date) -> None:
    """One row per timepoint after baseline, counted from ``anchor_on``. Part of log_session, course locked.

    A later session of the course moves the rows whose window has not opened by ``today``; rows that are already
    open, answered or over stay as they were, because the patient has seen them.
    """
    planned = {follow_up.timepoint_id: follow_up for follow_up in course.follow_ups.all()}
    new = []
    for timepoint in Timepoint.objects.filter(protocol=course.protocol_id).exclude(name=Timepoint.BASELINE):
        window = _window(timepoint, anchor_on)
        follow_up = planned.get(timepoint.pk)
        if follow_up is None:
            new.append(FollowUp(clinic_id=course.clinic_id, course=course, timepoint=timepoint, **window))
        elif follow_up.opens_on > today:
            FollowUp.objects.filter(pk=follow_up.pk).update(**window)
    # In one statement, so that the tallies' rows are locked in the order that end_follow_ups locks them in.
    FollowUp.objects.bulk_create(new)


def close_baseline(course: Course, *, treated_on: dt.date) -> None:
    """Treatment ends the time in which a baseline can be answered. Part of log_session, course locked."""
    course.follow_ups.filter(timepoint__name=Timepoint.BASELINE, ended_on=None).update(ended_on=treated_on)


def record_answer(*, follow_up: FollowUp, at: dt.datetime) -> None:
    """The follow-up's survey was sent in. The first time counts."""
    FollowUp.objects.filter(pk=follow_up.pk, answered_at=None).update(answered_at=at)


def end_follow_ups(*, clinic: Clinic, on: dt.date) -> int:
    """End every follow-up of the clinic whose window closed before this day; how many. Repeatable."""
    return FollowUp.objects.filter(clinic=clinic, ended_on=None, closes_on__lt=on).update(ended_on=on)
