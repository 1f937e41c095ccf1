"""Outcomes by group and timepoint: the one call behind the page, the API, the CSV and the figures."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from outcomes.reports.caveats import caveats
from outcomes.reports.filters import GroupBy, ReportFilter
from outcomes.reports.results import Bands, Completeness, Group, OutcomeReport, Row
from outcomes.reports.scope import Measure, Scope
from outcomes.reports.sums import Cell, Selection, Sums, added, follow_up_sums, score_sums
from outcomes.statistics import mean_from_sums, proportion
from treatments.models import TreatmentType
from treatments.timepoints import planned_day
from treatments.vocabulary import Modality

EVERYTHING = Group(key="all", label="All", modality="")
_ORDER = list(Modality)


def outcome_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> OutcomeReport:
    """Means, changes, responders, bands and completeness for ``asked``, which ``parse_filter`` made for ``scope``.

    Three queries, whatever the number of scores. ``as_of`` is only printed: what is due was decided by the tick.
    """
    clinics = [scope.clinics[clinic] for clinic in asked.clinic]
    groups = _groups(asked, [clinic.pk for clinic in clinics])
    selection = Selection([clinic.pk for clinic in clinics], list(groups), asked)
    (measure,) = scope.measures(asked.clinic)[asked.instrument]
    scores, follow_ups = score_sums(selection), follow_up_sums(selection)
    if measure.is_imported:
        follow_ups = {cell: sums for cell, sums in follow_ups.items() if cell in scores}
    rows = _rows(measure, asked, _grouped(scores, groups), _grouped(follow_ups, groups))
    everything = dict.fromkeys(groups, EVERYTHING)
    totals = _rows(measure, asked, _grouped(scores, everything), _grouped(follow_ups, everything))
    return OutcomeReport(
        as_of=as_of,
        filter=asked,
        clinics=tuple(clinic.name for clinic in clinics),
        measure=measure,
        groups=tuple(dict.fromkeys(row.group for row in rows)),
        rows=rows,
        totals=totals,
        caveats=caveats(measure, totals),
    )


def _groups(asked: ReportFilter, clinics: list[int]) -> dict[int, Group]:
    """The group that each treatment type of these clinics belongs to, by its id."""
    types = TreatmentType.objects.filter(clinic_id__in=clinics).order_by("label", "pk")
    if asked.modality:
        types = types.filter(modality__in=asked.modality)
    if asked.group_by is GroupBy.MODALITY:
        return {t.pk: Group(t.modality, Modality(t.modality).label, t.modality) for t in types}
    first: dict[tuple[str, str], Group] = {}
    return {t.pk: first.setdefault((t.code, t.modality), Group(t.code, t.label, t.modality)) for t in types}


def _grouped(cells: Mapping[Cell, Sums], groups: Mapping[int, Group]) -> dict[tuple[Group, str], Sums]:
    grouped: dict[tuple[Group, str], Sums] = {}
    for (treatment_type, timepoint), sums in cells.items():
        key = groups[treatment_type], timepoint
        so_far = grouped.get(key)
        grouped[key] = sums if so_far is None else added(so_far, sums)
    return grouped


def _rows(
    measure: Measure,
    asked: ReportFilter,
    scores: Mapping[tuple[Group, str], Sums],
    follow_ups: Mapping[tuple[Group, str], Sums],
) -> tuple[Row, ...]:
    nothing: Sums = defaultdict(Decimal)
    rows = [_row(measure, *key, scores.get(key, nothing), follow_ups.get(key)) for key in {**scores, **follow_ups}]
    kept = [row for row in rows if _is_asked(row, asked) and (row.n or row.completeness)]
    return tuple(sorted(kept, key=_place))


def _place(row: Row) -> tuple[int, str, str, int, str]:
    group = row.group
    order = _ORDER.index(Modality(group.modality)) if group.modality else 0
    return order, group.label, group.key, row.planned_day, row.timepoint


def _is_asked(row: Row, asked: ReportFilter) -> bool:
    first = planned_day(asked.first_timepoint) if asked.first_timepoint else None
    last = planned_day(asked.last_timepoint) if asked.last_timepoint else None
    return (first is None or row.planned_day >= first) and (last is None or row.planned_day <= last)


def _row(measure: Measure, group: Group, timepoint: str, sums: Sums, follow_ups: Sums | None) -> Row:
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
        bands=_bands(measure, sums),
        completeness=_completeness(follow_ups),
    )


def _bands(measure: Measure, sums: Sums) -> Bands | None:
    if measure.mcid is None:
        return None
    return Bands(better=int(sums["n_better"]), same=int(sums["n_same"]), worse=int(sums["n_worse"]))


def _completeness(sums: Sums | None) -> Completeness | None:
    if sums is None:
        return None
    due_answered = int(sums["n_due_answered"])
    return Completeness(
        planned=int(sums["n_planned"]),
        answered_early=int(sums["n_answered"]) - due_answered,
        answered_of_due=proportion(due_answered, int(sums["n_due"])),
    )
