"""The same target treated again: marks on the earlier courses, from whose days outcomes mark their scores."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from treatments.models import Course, Retreatment, TreatmentSession

Kind = Retreatment.Kind


class RetreatmentRefused(RuleBroken):
    code = "retreatment_refused"


def earlier_courses(course: Course) -> list[Course]:
    """Other courses of the patient at the same target and side that have a counted session; the latest opened first."""
    same = Course.objects.filter(patient_id=course.patient_id, target=course.target, side=course.side)
    treated = TreatmentSession.objects.counted().values("course_id")
    return list(same.exclude(pk=course.pk).exclude(target="").filter(pk__in=treated).order_by("-opened_on", "-pk"))


def record_reinjection(course: Course, session: TreatmentSession, *, at: dt.datetime, by: User) -> None:
    """Make the marks on earlier courses fit this course's first counted session. Part of every change of ``session``.

    Each earlier course treated on a day before it was injected again on that day. A mark that no longer fits is kept as
    entered in error. Repeatable.
    """
    if session.course_id != course.pk:
        raise ValueError("the session must be one of the course")
    first_on = _first_day(course)
    wanted = {one.pk for one in earlier_courses(course) if first_on and _was_treated_before(one, first_on)}
    marks = Retreatment.objects.filter(next_course=course, kind=Kind.REINJECTION, entered_in_error_at=None)
    marks.exclude(course_id__in=wanted, happened_on=first_on).update(entered_in_error_at=at, entered_in_error_by=by)
    if first_on is None:
        return
    missing = wanted - set(marks.values_list("course_id", flat=True))
    Retreatment.objects.bulk_create(
        Retreatment(
            clinic_id=course.clinic_id,
            course_id=pk,
            kind=Kind.REINJECTION,
            happened_on=first_on,
            next_course=course,
            recorded_at=at,
            recorded_by=by,
        )
        for pk in sorted(missing)
    )


@transaction.atomic
def record_retreatment(
    *, course: Course, kind: str, happened_on: dt.date, at: dt.datetime, by: User, note: str = ""
) -> Retreatment:
    """A steroid injection or an operation at the course's target; its scores from that day on are marked.

    ``happened_on`` is a day in the clinic's calendar. Raises PermissionDenied, RetreatmentRefused.
    """
    require(by, course.clinic, Permission.SESSION_LOG)
    _check(course, kind, happened_on, today=at.astimezone(ZoneInfo(course.clinic.time_zone)).date())
    return Retreatment.objects.create(
        clinic_id=course.clinic_id,
        course=course,
        kind=kind,
        happened_on=happened_on,
        note=note.strip(),
        recorded_at=at,
        recorded_by=by,
    )


@transaction.atomic
def void_retreatment(*, retreatment: Retreatment, at: dt.datetime, by: User) -> Retreatment:
    """Say that it was entered in error. A second time changes nothing.

    Raises PermissionDenied, RetreatmentRefused for one that follows from a session: that session is to be voided.
    """
    require(by, retreatment.clinic, Permission.SESSION_LOG)
    retreatment = Retreatment.objects.select_for_update().get(pk=retreatment.pk)
    if retreatment.kind == Kind.REINJECTION:
        raise RetreatmentRefused("This follows from a session: enter that session in error instead.")
    if retreatment.entered_in_error_at is None:
        retreatment.entered_in_error_at, retreatment.entered_in_error_by = at, by
        retreatment.save(update_fields=["entered_in_error_at", "entered_in_error_by"])
    return retreatment


def _check(course: Course, kind: str, happened_on: dt.date, *, today: dt.date) -> None:
    if kind not in {Kind.STEROID, Kind.SURGERY}:
        raise RetreatmentRefused(
            "Choose a steroid injection or surgery. To inject again, open a new course and log its session.", "kind"
        )
    if happened_on > today:
        raise RetreatmentRefused("This cannot be in the future.", "happened_on")
    if happened_on < course.opened_on:
        raise RetreatmentRefused(
            f"This cannot be before the course was opened, on {course.opened_on:%-d %b %Y}.", "happened_on"
        )
    already = course.retreatments.filter(kind=kind, happened_on=happened_on, entered_in_error_at=None)
    if already.exists():
        raise RetreatmentRefused("This is already recorded on that day.", "happened_on")


def _was_treated_before(course: Course, day: dt.date) -> bool:
    first = _first_day(course)
    return first is not None and first < day


def _first_day(course: Course) -> dt.date | None:
    first = course.sessions.counted().order_by("performed_at").values_list("performed_at", flat=True).first()
    return first.astimezone(ZoneInfo(course.clinic.time_zone)).date() if first else None
