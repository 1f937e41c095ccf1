"""Exact sums over outcomes: running sums of whole months, plus or minus the outcomes of single days of opening.

The clinics come from somebody's ``Scope``; nothing here widens them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal, Inexact
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Aggregate, Case, Count, F, Q, QuerySet, Sum, Value, When

from outcomes.models import OutcomeTally
from outcomes.reports.cohorts import Cohort, Edge, cohort
from outcomes.reports.filters import AfterRetreatment, ReportFilter
from outcomes.reports.rows import OBTAINED, limits, outcomes_of
from outcomes.reports.scope import Scope
from outcomes.reports.way import DUE, MISSED, came_so_far

Sums = dict[str, Decimal]
Measures = Mapping[str, Aggregate]

# Wide enough for sums over any number of published decimals; refuses rather than rounds.
_EXACT = Context(prec=150, traps=[Inexact])


class Cell(NamedTuple):
    """Whose sums these are: treatment (its id), kind of product, and timepoint."""

    treatment_type: int
    modality: str
    timepoint: str
    target_day: int | None


def _sum(what: Any, which: Q) -> Sum:
    return Sum(what, filter=which, default=Decimal(0))


def _count(which: Q) -> Count:
    return Count("pk", filter=which)


_ANSWERED = DUE & OBTAINED
_BEFORE = Q(baseline__isnull=False)
_JUDGEABLE = DUE & Q(baseline__gt=0)
_VALUE, _PAIR, _CHANGE = Q(value__isnull=False), Q(improvement__isnull=False), F("value") - F("baseline")
# Of all outcomes: how far they came, who is missing, and how those had started.
_OF_ALL: Measures = {
    "n_asked": _count(Q(is_imported=False)),
    "n_early": _count(OBTAINED & Q(is_closed=False)),
    **{f"n_{key}": _count(which) for key, which in came_so_far().items()},
    "n_due": _count(DUE),
    "n_due_answered": _count(_ANSWERED),
    "n_before_answered": _count(_ANSWERED & _BEFORE),
    "sum_before_answered": _sum("baseline", _ANSWERED),
    "n_before_missing": _count(MISSED & _BEFORE),
    "sum_before_missing": _sum("baseline", MISSED),
    "n_due_judgeable": _count(_JUDGEABLE),
    "n_due_judged": _count(_JUDGEABLE & OBTAINED),
    "n_due_responder_30": _count(_JUDGEABLE & OBTAINED & Q(is_responder_30=True)),
}
# Of those that have a value; under "leave out", of those from before another treatment.
_OF_VALUES: Measures = {
    "n": _count(_VALUE),
    "sum_day": Sum("day", default=0),
    "sum_value": _sum("value", _VALUE),
    "sum_square": _sum(F("value") * F("value"), _VALUE),
    "n_pairs": _count(_PAIR),
    "sum_change": _sum(_CHANGE, _PAIR),
    "sum_square_change": _sum(_CHANGE * _CHANGE, _PAIR),
    "n_judged": Count("is_responder_30"),
    "n_responder_30": _count(Q(is_responder_30=True)),
    "n_responder_50": _count(Q(is_responder_50=True)),
    "n_better": _count(Q(is_mcid=True)),
    "n_same": _count(Q(is_worse=False) & ~Q(is_mcid=True)),
    "n_worse": _count(Q(is_worse=True)),
}
MEASURES: Measures = {**_OF_ALL, **_OF_VALUES}


def outcome_sums(asked: ReportFilter, scope: Scope) -> dict[Cell, Sums]:
    """Exact sums by treatment and timepoint, of what ``asked`` is about; cells of nobody are left out. One query.

    Beside ``MEASURES``: ``n_retreated``, how many were treated again before the timepoint, on whatever wish.

    One statement, so that months and single days are seen at the same instant.
    """
    days = cohort(asked.opened_from, asked.opened_to)
    rows = _of_months(asked, scope, days)
    if days.edges:
        rows = rows.union(_of_edges(asked, scope, days.edges), all=True)
    is_left_out = asked.after_retreatment is AfterRetreatment.LEAVE_OUT
    cells: dict[Cell, Sums] = defaultdict(lambda: dict.fromkeys((*MEASURES, "n_retreated"), Decimal(0)))
    for treatment, modality, timepoint, day, is_retreated, sign, *values in rows:
        cell = Cell(treatment, modality, timepoint, day)
        counted = _OF_ALL if is_left_out and is_retreated else MEASURES
        signed = {
            name: _EXACT.multiply(Decimal(sign), Decimal(value or 0))
            for name, value in zip(MEASURES, values, strict=True)
            if name in counted
        }
        signed["n_retreated"] = signed["n_asked"] if is_retreated else Decimal(0)
        cells[cell] = added(cells[cell], signed)
    return {cell: sums for cell, sums in cells.items() if any(sums.values())}


def added(one: Sums, other: Mapping[str, Decimal]) -> Sums:
    """The sums of both, exactly; a measure that ``other`` lacks is 0 there."""
    return {measure: _EXACT.add(value, other.get(measure, Decimal(0))) for measure, value in one.items()}


def _of_months(asked: ReportFilter, scope: Scope, days: Cohort) -> QuerySet[Any]:
    ends = {"opened_month__gte": days.since, "opened_month__lt": days.until}
    tallies = OutcomeTally.objects.filter(limits(asked, scope)).order_by()
    chosen = tallies.filter(**{name: day for name, day in ends.items() if day is not None})
    if not days.has_whole_months:
        chosen = tallies.none()
    return _rows(chosen.annotate(sign=Value(1)), {name: Sum(name) for name in MEASURES})


def _of_edges(asked: ReportFilter, scope: Scope, edges: Sequence[Edge]) -> QuerySet[Any]:
    """In one query, because making one of so many measures takes longer than answering it."""
    spans = [(Q(opened_on__range=(edge.first, edge.last)), edge.sign) for edge in edges]
    found = outcomes_of(replace(asked, opened_from=None, opened_to=None), scope)
    found = found.filter(reduce(or_, [span for span, _ in spans]))
    signed = found.annotate(sign=Case(*(When(span, then=Value(sign)) for span, sign in spans)))
    return _rows(signed.annotate(is_retreated=Q(status="retreated")), MEASURES)


def _rows(found: QuerySet[Any], measures: Measures) -> QuerySet[Any]:
    key = (*("treatment_type_id", "modality", "timepoint", "target_day"), "is_retreated", "sign")
    totals = {f"total_{name}": measure for name, measure in measures.items()}
    rows: QuerySet[Any] = found.values(*key).annotate(**totals).values_list(*key, *totals)
    return rows
