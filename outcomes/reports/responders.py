"""How many improved by how much: the cumulative responder curve, which has every threshold at once."""

import datetime as dt

from outcomes.figures.responder_curve import Responders
from outcomes.numerals import several
from outcomes.reports.caveats import NOT_COMPARED
from outcomes.reports.filters import ReportFilter
from outcomes.reports.pairs import pairs_by_group
from outcomes.reports.published import published_caveats, published_shares
from outcomes.reports.results import Caveat
from outcomes.reports.rows import clinic_names, counted, measure_of, outcomes_of, timepoint_of
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Base, Column, Report, ReportTable, Statistic, TableRow, Unit
from outcomes.reports.spreads import Pairs
from outcomes.statistics import proportion
from treatments.models import Timepoint
from treatments.timepoints import in_words, planned_day

STEPS = tuple(range(0, 101, 10))
COLUMNS = tuple(
    Column(
        f"at_least_{step}", f"≥ {step} %", Unit.SHARE, f"Better by at least {step} % of the own baseline, inclusive."
    )
    for step in STEPS
)


def responder_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[list[Responders]]:
    """The share of courses better by at least so many percent of their own baseline, at one timepoint. Five queries.

    At the last timepoint asked for, else at the usual one. A baseline of 0 has no
    percentage: such courses are counted in a caveat.
    """
    rows = outcomes_of(asked, scope).exclude(timepoint=Timepoint.BASELINE)
    timepoint = timepoint_of(rows, asked)
    at_it = rows.filter(timepoint=timepoint)
    due = at_it.filter(is_due=True)
    n_due, n_obtained, n_zero = due.count(), due.filter(counted(asked)).count(), 0
    curves = []
    for group, pairs in pairs_by_group(at_it.filter(counted(asked), improvement__isnull=False), asked).items():
        above_zero = {pair: n for pair, n in pairs.items() if pair[1] > 0}
        n_zero += sum(pairs.values()) - sum(above_zero.values())
        curves.append(Responders(group, sum(above_zero.values()), reached(above_zero)))
    n = sum(curve.n for curve in curves)
    published = published_shares(asked, timepoint)
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=measure_of(asked, scope),
        who=_who(timepoint, n, n_due),
        finding=_finding(curves, n),
        caveats=(*_caveats(n, n_zero), *published_caveats(published)),
        tables=(*((_table(timepoint, curves),) if n else ()), *published),
        drawn=curves,
        base=Base(n, n_due, n_obtained, planned_day(timepoint) or 0),
    )


def reached(pairs: Pairs) -> dict[int, int]:
    """For each threshold from 0 to 100 %, how many improved by at least that much; exact, inclusive."""
    return {
        step: sum(n for (improvement, baseline), n in pairs.items() if 100 * improvement >= step * baseline)
        for step in STEPS
    }


def _who(timepoint: str, n: int, due: int) -> str:
    if not timepoint:
        return "No course has a score after treatment yet."
    return f"{in_words(timepoint)}: {several(n, 'course')} with a score and a baseline above 0, of {due:,} due."


def _finding(curves: list[Responders], n: int) -> str:
    if not n:
        return "There is nothing to show yet."
    half = sum(curve.reached[50] for curve in curves)
    third = sum(curve.reached[30] for curve in curves)
    return f"{third:,} of {n:,} improved by at least 30 % of their own baseline, {half:,} by at least 50 %."


def _caveats(n: int, n_zero: int) -> tuple[Caveat, ...]:
    zero = Caveat(
        "baseline_zero", f"{several(n_zero, 'course')} started at 0, of which there is no percentage: left out."
    )
    return ((NOT_COMPARED,) if n else ()) + ((zero,) if n_zero else ())


def _table(timepoint: str, curves: list[Responders]) -> ReportTable:
    return ReportTable(
        key="responders",
        caption=f"Share that improved by at least so much, {in_words(timepoint).lower()}",
        first="Group",
        columns=(Column("n", "n", Unit.COUNT, "Courses with a score and a baseline above 0."), *COLUMNS),
        rows=tuple(
            TableRow(
                curve.series.label,
                {"n": curve.n}
                | {f"at_least_{step}": Statistic.of_share(proportion(k, curve.n)) for step, k in curve.reached.items()},
            )
            for curve in curves
        ),
        note="Every threshold at once, so that none is chosen after looking. The interval is Wilson's.",
    )
