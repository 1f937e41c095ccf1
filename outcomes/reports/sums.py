"""Exact sums by treatment type and timepoint: running sums of whole months, plus or minus the facts of single days.

The clinics come from somebody's ``Scope``; nothing here widens them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from typing import Any

from django.db.models import Aggregate, Count, F, Q, QuerySet, Sum, Value

from outcomes.models import FollowUpTally, Score, ScoreTally
from outcomes.reports.cohorts import Cohort, Edge, cohort
from outcomes.reports.filters import AfterRetreatment, ReportFilter
from treatments.models import FollowUp

Cell = tuple[int, str]
Sums = dict[str, Decimal]
Measures = dict[str, Aggregate]

# Wide enough for sums over any number of published decimals; refuses rather than rounds.
_EXACT = Context(prec=150, traps=[Inexact])

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
    """Exact sums over counted scores of the asked instrument, in one query."""
    instrument = selection.asked.instrument
    tallies = ScoreTally.objects.filter(instrument=instrument)
    facts = Score.objects.filter(instrument=instrument, value__isnull=False, excluded=Score.Excluded.NO)
    edges = [_of_edge(selection, edge, facts, "timepoint", SCORE_FACTS) for edge in selection.days.edges]
    if selection.asked.after_retreatment is AfterRetreatment.LEAVE_OUT:
        edges.append(_left_out(selection, facts.filter(is_after_retreatment=True)))
    return _by_cell(_of_months(selection, tallies, SCORE_FACTS), edges, SCORE_FACTS)


def follow_up_sums(selection: Selection) -> dict[Cell, Sums]:
    """How many check-ins were planned, answered and due, in one query."""
    tallies, facts = FollowUpTally.objects.all(), FollowUp.objects.all()
    edges = [_of_edge(selection, edge, facts, "timepoint__name", FOLLOW_UP_FACTS) for edge in selection.days.edges]
    return _by_cell(_of_months(selection, tallies, FOLLOW_UP_FACTS), edges, FOLLOW_UP_FACTS)


def added(one: Sums, other: Sums) -> Sums:
    """The sums of both, exactly."""
    return {measure: _EXACT.add(value, other[measure]) for measure, value in one.items()}


def _of_months(selection: Selection, tallies: QuerySet[Any], measures: Measures) -> QuerySet[Any]:
    days = selection.days
    if not days.has_whole_months:
        return tallies.none()
    limits = {"opened_month__gte": days.since, "opened_month__lt": days.until}
    chosen = tallies.filter(selection.limits(), **{name: day for name, day in limits.items() if day is not None})
    sums = {f"total_{name}": Sum(name) for name in measures}
    rows: QuerySet[Any] = chosen.values_list("treatment_type_id", "timepoint").annotate(**sums, sign=Value(1))
    return rows


def _of_edge(
    selection: Selection, edge: Edge, facts: QuerySet[Any], timepoint: str, measures: Measures
) -> QuerySet[Any]:
    opened = Q(course__opened_on__range=(edge.first, edge.last))
    chosen = facts.filter(opened, selection.limits("course__")).order_by()
    by_cell = chosen.values_list("course__treatment_type_id", timepoint)
    rows: QuerySet[Any] = by_cell.annotate(**measures, sign=Value(edge.sign))
    return rows


def _left_out(selection: Selection, facts: QuerySet[Any]) -> QuerySet[Any]:
    """What comes off the sums again: these few scores, of all the courses that the report is about."""
    asked = selection.asked
    limits = {"course__opened_on__gte": asked.opened_from, "course__opened_on__lte": asked.opened_to}
    chosen = facts.filter(selection.limits("course__"), **{name: day for name, day in limits.items() if day}).order_by()
    rows: QuerySet[Any] = chosen.values_list("course__treatment_type_id", "timepoint").annotate(
        **SCORE_FACTS, sign=Value(-1)
    )
    return rows


def _by_cell(months: QuerySet[Any], edges: Sequence[QuerySet[Any]], measures: Measures) -> dict[Cell, Sums]:
    """Sums by treatment type and timepoint, added up without rounding; cells of nobody are left out.

    One statement, so that months and edges are seen at the same instant.
    """
    cells: dict[Cell, Sums] = defaultdict(lambda: dict.fromkeys(measures, Decimal(0)))
    for treatment_type, timepoint, *values, sign in months.union(*edges, all=True) if edges else months:
        signed = (_EXACT.multiply(Decimal(sign), Decimal(value or 0)) for value in values)
        cells[treatment_type, timepoint] = added(
            cells[treatment_type, timepoint], dict(zip(measures, signed, strict=True))
        )
    return {cell: sums for cell, sums in cells.items() if any(sums.values())}
