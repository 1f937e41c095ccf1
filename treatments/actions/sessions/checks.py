"""What no session may be, whoever logs it: each rule says in one sentence what is wrong, and names the field."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models

from clinic.models import Membership, StoredFile
from clinic.rules import RuleBroken
from treatments.actions.courses import check_side
from treatments.actions.sessions.parts import VISIT, SessionParts
from treatments.actions.sessions.rows import SessionRows, place_of
from treatments.actions.sessions.rules import (
    AftercareRefused,
    BaselineMissing,
    FileUnknown,
    HoldRefused,
    InjectionsMissing,
    InjectionTwice,
    LevelDoesNotFit,
    PerformerUnknown,
    SessionBeforeCourse,
    SessionInFuture,
    TechniqueRefused,
    TimeOutMissing,
    ValueRefused,
)
from treatments.models import Course, Injection, Timepoint, TreatmentSession
from treatments.vocabulary import TARGETS, levels_of

LATEST_AFTERCARE = dt.timedelta(days=730)
UNSEEING = {"landmark"}
# What needles are made in, and more passes than anybody would count.
POSSIBLE: dict[str, tuple[Decimal | int, int, str]] = {
    "volume_ml": (Decimal("0.01"), 200, "mL"),
    "needle_gauge": (10, 34, "gauge"),
    "needle_length_mm": (5, 300, "mm"),
    "passes": (1, 200, "passes"),
}
POSSIBLE_ANAESTHETIC: dict[str, tuple[Decimal | int, int, str]] = {
    "anaesthetic_percent": (0, 10, "%"),
    "anaesthetic_ml": (0, 200, "mL"),
}
LONGEST_NOTE = 2000


def check_time(course: Course, performed_at: dt.datetime, *, day: dt.date, latest: dt.datetime) -> None:
    """Not after ``latest`` (when it was logged), and not before the course was opened; ``day`` is its local day."""
    if performed_at > latest:
        raise SessionInFuture("The session cannot be in the future, or after it was logged.", "performed_at")
    if day < course.opened_on:
        raise SessionBeforeCourse(
            f"The session cannot be before the course was opened, on {course.opened_on:%-d %b %Y}.", "performed_at"
        )


def check_time_out(course: Course, time_out_at: dt.datetime | None, *, at: dt.datetime) -> None:
    """There was one where the clinic asks for it, and it is not to come yet."""
    if course.clinic.needs_time_out and time_out_at is None:
        raise TimeOutMissing("Confirm the five points of the time-out first.", "time_out_at")
    if time_out_at and time_out_at > at:
        raise TimeOutMissing("The time-out cannot be in the future.", "time_out_at")


def check_performer(course: Course, parts: SessionParts) -> None:
    """Whoever performed it works at the clinic."""
    if not Membership.objects.filter(user=parts.performed_by, clinic_id=course.clinic_id).exists():
        raise PerformerUnknown("Choose somebody who works at this clinic.", "performed_by")


def check_values(row: models.Model, place: str, names: Iterable[str] = ()) -> None:
    """Each value fits its field: its choices, its length, its digits, and no less than 0. ``names``: only these."""
    unchecked = [
        field.name
        for field in row._meta.concrete_fields
        if field.is_relation
        or not field.editable
        or (field.null and getattr(row, field.name) is None)
        or (names and field.name not in names)
    ]
    try:
        row.clean_fields(exclude=unchecked)
    except ValidationError as error:
        name, errors = next(iter(error.error_dict.items()))
        message = "This cannot be less than 0." if errors[0].code == "min_value" else errors[0].messages[0]
        raise ValueRefused(message, f"{place}.{name}" if place else name) from None


def check_injections(rows: SessionRows) -> None:
    """At least one; each at a target, side and level that go together, once; technique that can be."""
    if not rows.injections:
        raise InjectionsMissing("Enter at least one injection.", "injections")
    seen = set()
    for index, injection in enumerate(rows.injections):
        field = f"injections.{index}"
        check_side(injection.target, injection.side, field=f"{field}.side")
        _check_level(injection, f"{field}.level")
        if place_of(injection) in seen:
            raise InjectionTwice(
                "This target and side is listed twice: enter one row with the whole volume.", f"{field}.target"
            )
        seen.add(place_of(injection))
        check_values(injection, field)
        _check_technique(injection, field)


def check_files(course: Course, rows: SessionRows) -> None:
    """Images and certificates are files of this clinic."""
    named = {
        **{f"injections.{index}.image": row.image for index, row in enumerate(rows.injections)},
        "preparation.image": getattr(rows.preparation, "image", None),
        **{
            f"preparation.release_tests.{index}.certificate": getattr(row, "certificate", None)
            for index, row in enumerate(rows.preparation_rows.get("release_tests", ()))
        },
    }
    for field, file in named.items():
        if isinstance(file, StoredFile) and file.clinic_id != course.clinic_id:
            raise FileUnknown("There is no such file at this clinic.", field)


def check_holds(rows: SessionRows, *, day: dt.date) -> None:
    """What was stopped was stopped by the day of the session."""
    holds = rows.holds
    if holds is None:
        return
    check_values(holds, "holds")
    _require(
        holds.nsaid_stopped_on is None or holds.nsaid_stopped_on <= day,
        HoldRefused("The last NSAID before the session cannot be after it.", "holds.nsaid_stopped_on"),
    )
    _require(
        holds.nsaid_stopped_on is None or not holds.takes_no_nsaid,
        HoldRefused("Either no NSAID is taken, or it was stopped on a day; not both.", "holds.nsaid_stopped_on"),
    )
    _require(
        holds.last_steroid_on is None or holds.last_steroid_on <= day,
        HoldRefused("The last steroid before the session cannot be after it.", "holds.last_steroid_on"),
    )


def check_aftercare(rows: SessionRows, *, day: dt.date) -> None:
    """What comes after the session comes on its day or later, within two years."""
    aftercare = rows.aftercare
    if aftercare is None:
        return
    check_values(aftercare, "aftercare")
    for name in ("therapy_starts_on", "avoid_nsaid_until", "back_to_activity_on"):
        planned = getattr(aftercare, name)
        if planned is not None and not day <= planned <= day + LATEST_AFTERCARE:
            raise AftercareRefused(
                f"Choose a day from the session's own, {day:%-d %b %Y}, to two years after it.", f"aftercare.{name}"
            )
    if aftercare.rest_days is not None and aftercare.rest_days > LATEST_AFTERCARE.days:
        raise AftercareRefused("Rest of more than two years cannot be meant.", "aftercare.rest_days")


def check_visit(session: TreatmentSession) -> None:
    """The visit's own fields, and an anaesthetic that does not contradict itself."""
    check_values(session, "", VISIT)
    _check_possible(session, POSSIBLE_ANAESTHETIC, "")
    if len(session.note) > LONGEST_NOTE:
        raise ValueRefused(f"A note has at most {LONGEST_NOTE:,} characters.", "note")
    given = session.anaesthetic_agent or session.anaesthetic_ml or session.anaesthetic_percent
    if session.anaesthetic_route == TreatmentSession.AnaestheticRoute.NONE and given:
        raise TechniqueRefused("No anaesthetic was given: leave out its agent and amount.", "anaesthetic_route")


def check_baseline(course: Course, session: TreatmentSession, reason: str) -> str:
    """The reason to keep at the course, "" for none.

    A baseline answered after treatment is no baseline; a first session without one needs a reason.
    """
    if course.baseline_missing_reason or course.sessions.counted().exclude(pk=session.pk).exists():
        return ""
    baseline = course.follow_ups.filter(timepoint__name=Timepoint.BASELINE, answered_at__lte=session.performed_at)
    if baseline.exists():
        return ""
    if not reason.strip():
        raise BaselineMissing(
            "No baseline was answered before this session. Say why, so reports can tell.", "baseline_missing_reason"
        )
    return reason.strip()


def _require(is_kept: bool, broken: RuleBroken) -> None:
    if not is_kept:
        raise broken


def _check_level(injection: Injection, field: str) -> None:
    if not injection.level:
        return
    levels = levels_of(injection.target)
    if not levels:
        raise LevelDoesNotFit(
            f"{TARGETS[injection.target].label} lies at no level of the spine: leave the level empty.", field
        )
    if injection.level not in levels:
        raise LevelDoesNotFit(
            f"{TARGETS[injection.target].label} lies at one of these levels: {', '.join(levels)}.", field
        )


def _check_technique(injection: Injection, field: str) -> None:
    _check_possible(injection, POSSIBLE, f"{field}.")
    for name, word in (("used_contrast", "Contrast"), ("confirmed_needle", "The needle's place")):
        if getattr(injection, name) and injection.guidance in UNSEEING:
            raise TechniqueRefused(
                f"{word} is seen only under imaging: choose the guidance that was used.", f"{field}.{name}"
            )


def _check_possible(row: models.Model, ranges: Mapping[str, tuple[Decimal | int, int, str]], place: str) -> None:
    for name, (low, high, unit) in ranges.items():
        value = getattr(row, name)
        if value is not None and not low <= value <= high:
            raise TechniqueRefused(f"{value} {unit} cannot be: it lies between {low} and {high}.", f"{place}{name}")
