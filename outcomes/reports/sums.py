"""Exact sums by treatment type and timepoint: running sums of whole months plus the facts of the days at the ends.

The clinics come from somebody's ``Scope``; nothing here widens them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any

from django.db.models import Aggregate, Count, F, Q, QuerySet, Sum

from outcomes.models import FollowUpTally, Score, ScoreTally
from outcomes.reports.cohorts import Cohort, cohort
from outcomes.reports.filters import ReportFilter
from treatments.models import Course, FollowUp

Answer = tuple[Any, ...]
Cell = tuple[int, str]
Sums = dict[str, Fraction]
Measures = dict[str, Aggregate]

_CHANGE = F("value") - F("baseline")
SCORE_FACTS: Measures = {
    "n": Count("pk"),
    "sum_day": Sum("day"),
    "sum_value": Sum("value"),
    "sum_square": Sum(F("value") * F("value")),
    "n_pairs": Count("baseline"),
    "sum_change": Sum(_CHANGE),
    "sum_square_change": Sum(_CHANGE * _CHANGE),
    "n_judged": Count("is_responder_30"),
    "n_responder_30": Count("pk", filter=Q(is_responder_30=True)),
    "n_responder_50": Count("pk", filter=Q(is_responder_50=True)),
    "n_better": Count("pk", filter=Q(band=Score.Band.BETTER)),
    "n_same": Count("pk", filter=Q(band=Score.Band.SAME)),
    "n_worse": Count("pk", filter=Q(band=Score.Band.WORSE)),
}
FOLLOW_UP_FACTS: Measures = {
    "n_planned": Count("pk"),
    "n_answered": Count("answered_at"),
    "n_due": Count("ended_on"),
    "n_due_answered": Count("pk", filter=Q(ended_on__isnull=False, answered_at__isnull=False)),
}


@dataclass(frozen=True)
class Selection:
    """The courses a report is about: by clinic and treatment type (ids), region and day of opening."""

    clinics: Sequence[int]
    types: Sequence[int]
    asked: ReportFilter

    @property
    def days(self) -> Cohort:
        return cohort(self.asked.opened_from, self.asked.opened_to)

    def limits(self, prefix: str = "") -> Q:
        """Clinic, type and region; ``prefix`` leads to the course."""
        chosen: dict[str, Sequence[object]] = {"clinic_id__in": self.clinics, "treatment_type_id__in": self.types}
        if self.asked.region:
            chosen["region__in"] = self.asked.region
        return Q(**{prefix + name: values for name, values in chosen.items()})


def score_sums(selection: Selection) -> dict[Cell, Sums]:
    """Exact sums over counted scores of the asked instrument. One query, or two when months are cut."""
    instrument = selection.asked.instrument
    facts = Score.objects.filter(instrument=instrument, value__isnull=False, excluded=Score.Excluded.NO)
    return _added(
        SCORE_FACTS,
        _of_months(selection, ScoreTally.objects.filter(instrument=instrument), SCORE_FACTS),
        _of_edges(selection, facts, "timepoint", SCORE_FACTS),
    )


def follow_up_sums(selection: Selection) -> dict[Cell, Sums]:
    """How many check-ins were planned, answered and due. One query, or two when months are cut."""
    return _added(
        FOLLOW_UP_FACTS,
        _of_months(selection, FollowUpTally.objects.all(), FOLLOW_UP_FACTS),
        _of_edges(selection, FollowUp.objects.all(), "timepoint__name", FOLLOW_UP_FACTS),
    )


def count_courses(selection: Selection) -> int:
    """Courses opened in the cohort, whether or not anything was answered."""
    limits = {"opened_on__gte": selection.asked.opened_from, "opened_on__lte": selection.asked.opened_to}
    given = {name: day for name, day in limits.items() if day is not None}
    return Course.objects.filter(selection.limits(), **given).count()


def _of_months(selection: Selection, tallies: QuerySet[Any], measures: Measures) -> Iterable[Answer]:
    days = selection.days
    if not days.has_whole_months:
        return []
    limits = {"opened_month__gte": days.since, "opened_month__lt": days.until}
    chosen = tallies.filter(selection.limits(), **{name: day for name, day in limits.items() if day is not None})
    sums = {f"total_{name}": Sum(name) for name in measures}
    return list(chosen.values_list("treatment_type_id", "timepoint").annotate(**sums))


def _of_edges(selection: Selection, facts: QuerySet[Any], timepoint: str, measures: Measures) -> Iterable[Answer]:
    edges = selection.days.edges
    if not edges:
        return []
    opened = Q(*[("course__opened_on__range", edge) for edge in edges], _connector=Q.OR)
    chosen = facts.filter(opened, selection.limits("course__")).order_by()
    return list(chosen.values_list("course__treatment_type_id", timepoint).annotate(**measures))


def _added(measures: Measures, *answers: Iterable[Answer]) -> dict[Cell, Sums]:
    """Rows of treatment type, timepoint and sums, added up by cell without rounding."""
    cells: dict[Cell, Sums] = defaultdict(lambda: dict.fromkeys(measures, Fraction(0)))
    for row in chain(*answers):
        cell = cells[row[0], row[1]]
        for name, value in zip(measures, row[2:], strict=True):
            cell[name] += Fraction(value or 0)
    return dict(cells)
