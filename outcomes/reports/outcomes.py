"""Outcomes by group and timepoint: the one call behind the page, the API, the CSV and the figures."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from outcomes.reports.caveats import caveats
from outcomes.reports.filters import GroupBy, ReportFilter
from outcomes.reports.results import Bands, Bounds, Completeness, Group, OutcomeReport, Row, Started
from outcomes.reports.rows import clinic_names, measure_of
from outcomes.reports.scope import Measure, Scope
from outcomes.reports.sums import Cell, Sums, added, outcome_sums
from outcomes.reports.way import STEPS
from outcomes.statistics import mean_from_sums, proportion
from treatments.models import TreatmentType
from treatments.timepoints import planned_day
from treatments.vocabulary import Modality

EVERYTHING = Group(key="all", label="All", modality="")
_ORDER = list(Modality)


def outcome_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> OutcomeReport:
    """Means, changes, responders, bands and completeness for ``asked``, which ``parse_filter`` made for ``scope``.

    Two queries at most, whatever the number of outcomes. ``as_of`` is only printed: which windows are over stands in the
    outcomes.
    """
    measure, sums = measure_of(asked, scope), outcome_sums(asked, scope)
    group_of = _by_modality if asked.group_by is GroupBy.MODALITY else _by_treatment(sums)
    rows = _rows(measure, _grouped(sums, group_of))
    totals = _rows(measure, _grouped(sums, lambda _cell: EVERYTHING))
    return OutcomeReport(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=measure,
        groups=tuple(dict.fromkeys(row.group for row in rows)),
        rows=rows,
        totals=totals,
        caveats=caveats(measure, totals, asked),
    )


def _by_modality(cell: Cell) -> Group:
    return Group(cell.modality, Modality(cell.modality).label, cell.modality)


def _by_treatment(cells: Iterable[Cell]) -> Callable[[Cell], Group]:
    """Treatments of one code at several clinics are one group, under the first of their labels. One query."""
    types = TreatmentType.objects.in_bulk({cell.treatment_type for cell in cells})
    labels: dict[str, str] = {}
    for one in sorted(types.values(), key=lambda one: (one.label, one.pk)):
        labels.setdefault(one.code, one.label)
    return lambda cell: Group(code := types[cell.treatment_type].code, labels[code], cell.modality)


def _grouped(cells: Mapping[Cell, Sums], group_of: Callable[[Cell], Group]) -> dict[tuple[Group, str], Sums]:
    grouped: dict[tuple[Group, str], Sums] = {}
    for cell, sums in cells.items():
        key = group_of(cell), cell.timepoint
        so_far = grouped.get(key)
        grouped[key] = sums if so_far is None else added(so_far, sums)
    return grouped


def _rows(measure: Measure, cells: Mapping[tuple[Group, str], Sums]) -> tuple[Row, ...]:
    rows = (_row(measure, *key, sums) for key, sums in cells.items())
    return tuple(sorted((row for row in rows if row.n or row.completeness), key=_place))


def _place(row: Row) -> tuple[int, str, str, int, str]:
    group = row.group
    order = _ORDER.index(Modality(group.modality)) if group.modality else 0
    return order, group.label, group.key, row.planned_day, row.timepoint


def _row(measure: Measure, group: Group, timepoint: str, sums: Sums) -> Row:
    n, pairs, judged = (int(sums[name]) for name in ("n", "n_pairs", "n_judged"))
    day = float(sums["sum_day"] / n) if n else None
    planned = planned_day(timepoint)
    is_baseline = planned == 0
    return Row(
        group=group,
        timepoint=timepoint,
        planned_day=round(day or 0) if planned is None else planned,
        day=day,
        n=n,
        mean=mean_from_sums(n, sums["sum_value"], sums["sum_square"]),
        change=mean_from_sums(pairs, sums["sum_change"], sums["sum_square_change"]),
        n_without_baseline=0 if is_baseline else n - pairs,
        n_baseline_zero=pairs - judged,
        responder_30=proportion(int(sums["n_responder_30"]), judged),
        responder_50=proportion(int(sums["n_responder_50"]), judged),
        responder_30_of_due=_bounds(sums),
        n_retreated=int(sums["n_retreated"]),
        bands=_bands(measure, sums),
        completeness=_completeness(sums),
    )


def _bounds(sums: Sums) -> Bounds | None:
    n, judged, k = (int(sums[f"n_due_{name}"]) for name in ("judgeable", "judged", "responder_30"))
    return Bounds(n, k / n, (k + n - judged) / n) if n else None


def _bands(measure: Measure, sums: Sums) -> Bands | None:
    if measure.mcid is None:
        return None
    return Bands(better=int(sums["n_better"]), same=int(sums["n_same"]), worse=int(sums["n_worse"]))


def _completeness(sums: Sums) -> Completeness | None:
    if not sums["n_asked"]:
        return None
    return Completeness(
        planned=int(sums["n_asked"]),
        answered_early=int(sums["n_early"]),
        answered_of_due=proportion(int(sums["n_due_answered"]), int(sums["n_due"])),
        steps={step.key: int(sums[f"n_{step.key}"]) for step in STEPS},
        answered=_started(sums["n_before_answered"], sums["sum_before_answered"]),
        missing=_started(sums["n_before_missing"], sums["sum_before_missing"]),
    )


def _started(n: Decimal, total: Decimal) -> Started:
    return Started(int(n), float(total / n) if n else None)
