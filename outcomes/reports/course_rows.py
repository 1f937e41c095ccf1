"""The outcomes of a report course by course, for what SQL cannot add up: curves over time and models (analytics 4)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from math import inf
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from outcomes.models import Outcome
from outcomes.numerals import several
from outcomes.outcome_rules import Status
from outcomes.reports.filters import GroupBy, ReportFilter
from outcomes.reports.results import Caveat, Group
from treatments.models import Timepoint
from treatments.vocabulary import Modality

_DAY_COLUMN = F("target_day").asc(nulls_last=True)


class Point(NamedTuple):
    """One follow-up of one course, with a score or without."""

    timepoint: str
    target_day: int | None
    day: int | None
    status: str
    is_closed: bool
    is_after_retreatment: bool
    value: Decimal | None
    is_responder_30: bool | None

    @property
    def is_retreated(self) -> bool:
        """The target had been treated again by then."""
        return self.status == Status.RETREATED or self.is_after_retreatment


@dataclass(frozen=True)
class CourseRows:
    """One course with its follow-ups in the order of their target days. ``baseline`` in points of the scale.

    ``source`` is the treatment and the import of imported history, None of a course with a protocol.
    """

    group: Group
    patient_id: int
    baseline: Decimal | None
    points: tuple[Point, ...]
    source: tuple[int, dt.datetime] | None = None


def course_rows(rows: QuerySet[Outcome], asked: ReportFilter) -> list[CourseRows]:
    """Every course among ``rows`` with its group, also without any follow-up. One query.

    Sources of imported history have no row for a score that never came. What they have for others of the same
    treatment counts as missing there; what another import has says nothing about them.
    """
    key = (
        ("modality",)
        if asked.group_by is GroupBy.MODALITY
        else ("treatment_type__code", "treatment_type__label", "modality")
    )
    # All patients of one import are registered in the same moment.
    imported = ("is_imported", "treatment_type_id", "course__patient__registered_at")
    before = ("course_id", "course__patient_id", *imported, "baseline")
    found = rows.order_by("course_id", _DAY_COLUMN, "timepoint").values_list(*before, *Point._fields, *key)
    lines = groupby(found.iterator(chunk_size=5000), key=lambda row: row[0])
    return list(_filled([_course(list(own), len(before)) for _, own in lines]))


def _course(lines: list[tuple[Any, ...]], width: int) -> CourseRows:
    _, patient_id, is_imported, treatment, imported_at, *_ = lines[0]
    of = lines[0][width + len(Point._fields) :]
    points = [Point(*line[width : width + len(Point._fields)]) for line in lines]
    beside = (line[width - 1] for line in lines)
    own = (point.value for point in points if point.timepoint == Timepoint.BASELINE)
    return CourseRows(
        group=Group(*of) if len(of) > 1 else Group(of[0], Modality(of[0]).label, of[0]),
        patient_id=patient_id,
        baseline=next((value for value in (*beside, *own) if value is not None), None),
        points=tuple(point for point in points if point.timepoint != Timepoint.BASELINE),
        source=(treatment, imported_at) if is_imported else None,
    )


def _filled(courses: Iterable[CourseRows]) -> Iterator[CourseRows]:
    """The same, with a missing point wherever the source of a course has one for others."""
    listed = list(courses)
    known: dict[tuple[int, dt.datetime], dict[str, int | None]] = {}
    for course in listed:
        if course.source is not None:
            known.setdefault(course.source, {}).update({at.timepoint: at.target_day for at in course.points})
    for course in listed:
        there = {at.timepoint for at in course.points}
        asked = known[course.source] if course.source is not None else {}
        absent = [_absent(name, day) for name, day in asked.items() if name not in there]
        points = sorted((*course.points, *absent), key=_in_time)
        yield replace(course, points=tuple(points)) if absent else course


def _absent(timepoint: str, target_day: int | None) -> Point:
    return Point(timepoint, target_day, None, Status.MISSING, True, False, None, None)


def _in_time(point: Point) -> tuple[float, str]:
    return inf if point.target_day is None else point.target_day, point.timepoint


def by_group(courses: Iterable[CourseRows]) -> dict[Group, list[CourseRows]]:
    """The same courses under their groups, in the order of modalities, then of names."""
    found: dict[Group, list[CourseRows]] = {}
    for course in courses:
        found.setdefault(course.group, []).append(course)
    order = list(Modality)
    return dict(sorted(found.items(), key=lambda one: (order.index(Modality(one[0].modality)), one[0].label)))


def timepoints_of(courses: Iterable[CourseRows]) -> dict[str, int]:
    """Timepoints with their target days, in order; those whose own name says no day are left out."""
    days = {point.timepoint: point.target_day for course in courses for point in course.points}
    known = [(day, name) for name, day in days.items() if day is not None]
    return {name: day for day, name in sorted(known)}


def imported_caveats(courses: Iterable[CourseRows]) -> tuple[Caveat, ...]:
    """How imported history without a score was counted, where there is any."""
    n = sum(course.source is not None for course in courses)
    said = (
        f"{several(n, 'course is', 'courses are')} imported history, of which nobody knows what was due: a timepoint that "
        "their source has for others of the same treatment, imported together with them, counts as missing."
    )
    return (Caveat("imported", said),) if n else ()
