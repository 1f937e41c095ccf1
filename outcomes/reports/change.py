"""How much courses changed until one timepoint: not the mean alone, which hides those it does not describe."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from outcomes.figures import Spec, Variant
from outcomes.figures.change_spread import Spread, change_spread
from outcomes.numerals import FEW, decimals, points, several
from outcomes.reports import missing
from outcomes.reports.caveats import NOT_COMPARED
from outcomes.reports.filters import AfterRetreatment, ReportFilter
from outcomes.reports.pairs import counts_by_group, pairs_by_group
from outcomes.reports.published import published_caveats, published_changes
from outcomes.reports.results import Caveat
from outcomes.reports.rows import clinic_names, counted, measure_of, outcomes_of, timepoint_of
from outcomes.reports.scope import Measure, Scope
from outcomes.reports.shapes import Base, Column, Report, ReportTable, TableRow, Unit, Value
from outcomes.reports.shown import hidden, shown_mean, shown_share, shown_value
from outcomes.reports.spreads import Change, added, change_of, spread_of
from treatments.models import Timepoint
from treatments.timepoints import in_words, planned_day

_TYPE_7 = "type_7"
ALL = "All"
# Its figure shows every value that somebody had.
LEAVING = ("change", "people")


@dataclass(frozen=True)
class Drawn:
    """The spread over all groups, and the scale it is on."""

    spread: Spread
    measure: Measure
    when: str


@dataclass(frozen=True)
class _At:
    """Who is at the timepoint: missing, in words, with a value that has no baseline, and treated again."""

    timepoint: str
    missing: str
    no_baseline: int
    retreated: int

    @property
    def when(self) -> str:
        return in_words(self.timepoint).lower()


def change_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[Drawn]:
    """The spread of change at one timepoint, by group: quartiles, bands, and effects within persons. Five queries.

    At the last timepoint asked for, else at the usual one.
    """
    rows = outcomes_of(asked, scope).exclude(timepoint=Timepoint.BASELINE)
    with_value = rows.filter(counted(asked))
    timepoint = timepoint_of(rows, asked)
    at_it, scored = rows.filter(timepoint=timepoint), with_value.filter(timepoint=timepoint)
    groups = pairs_by_group(scored.filter(improvement__isnull=False), asked)
    due, not_there = missing.due_and_missing(at_it)
    retreated = counts_by_group(at_it.filter(status="retreated"), asked)
    at = _At(
        timepoint,
        missing.in_words(due, not_there),
        scored.filter(baseline=None).count(),
        sum(retreated.values()),
    )
    measure, everybody = measure_of(asked, scope), added(groups.values())
    published = published_changes(asked, timepoint, measure)
    total = change_of(everybody, measure)
    lines = [(group.label, change_of(pairs, measure), retreated.get(group, 0)) for group, pairs in groups.items()]
    if len(lines) > 1:
        lines.append((ALL, total, at.retreated))
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=measure,
        who=_who(at, total),
        finding=_finding(total, measure),
        caveats=(*_caveats(at, total, measure, asked), *published_caveats(published)),
        tables=(*((_points(at, lines), _people(at, lines, measure)) if total.n else ()), *published),
        drawn=Drawn(spread_of(everybody, measure), measure, at.when),
        base=Base(total.n, due, due - not_there, planned_day(timepoint) or 0, leaving=LEAVING),
    )


def draw_change(drawn: Drawn, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """The spread of change of all groups together."""
    title = f"Spread of change, {drawn.when}" if drawn.when else "Spread of change"
    return change_spread(drawn.spread, drawn.measure, width=width, variant=variant, title=title)


def _who(at: _At, total: Change) -> str:
    if not at.timepoint:
        return "No course has a score after treatment yet."
    without = f" {several(at.no_baseline, 'more has', 'more have')} a score and no baseline." if at.no_baseline else ""
    return (
        f"{in_words(at.timepoint)}: {at.missing}{several(total.n, 'course has', 'courses have')} a score before and after.{without} "
        f"{several(at.retreated, 'was', 'were')} treated again."
    )


def _finding(total: Change, measure: Measure) -> str:
    if not total.n:
        return "There is nothing to show yet."
    if total.n < FEW or total.quartiles is None:
        return f"{several(total.n, 'course')}: too few to say more than that."
    low, middle, high = (decimals(quartile) for quartile in total.quartiles)
    median = (
        f"The median of {several(total.n, 'change')} is {middle} points; half of them lie between {low} and {high}."
    )
    if total.bands is None:
        return median
    better, same, worse = total.bands
    return (
        f"{median} {better:,} were better by {points(measure)} or more, {same:,} about the same, {worse:,} worse by "
        "as much."
    )


def _caveats(at: _At, total: Change, measure: Measure, asked: ReportFilter) -> Iterable[Caveat]:
    if not total.n:
        return
    yield NOT_COMPARED
    if total.n_zero:
        sentence = (
            f"{several(total.n_zero, 'course')} started at 0, of which there is no percentage: not in its median."
        )
        yield Caveat("baseline_zero", sentence)
    if total.n_no_room:
        sentence = (
            f"{several(total.n_no_room, 'course')} started too near the good end to get better by {points(measure)}."
        )
        yield Caveat("no_room", sentence)
    if at.retreated:
        fate = "left out" if asked.after_retreatment is AfterRetreatment.LEAVE_OUT else "kept where they have a score"
        sentence = (
            f"{several(at.retreated, 'was', 'were')} treated again before this point: counted separately, and {fate}."
        )
        yield Caveat("retreated", sentence)


Line = tuple[str, Change, int]


def _points(at: _At, lines: Iterable[Line]) -> ReportTable:
    return ReportTable(
        key="change",
        caption=f"Change from before treatment, {at.when}",
        first="Group",
        columns=(
            Column("n", "n", Unit.COUNT, "Courses with a score and a baseline."),
            Column("lower_quartile", "Lower quartile", Unit.POINTS, "Follow-up minus before; type 7."),
            Column("median", "Median change", Unit.POINTS, "Half changed by no more than this."),
            Column("upper_quartile", "Upper quartile", Unit.POINTS),
            Column("mean", "Mean change", Unit.POINTS, "With its t interval."),
        ),
        rows=tuple(TableRow(label, _point_values(change), is_total=label == ALL) for label, change, _ in lines),
        note="Follow-up minus before, in points of the scale. In the figure, parts of a step are rounded toward no change.",
    )


def _point_values(change: Change) -> dict[str, Value]:
    n = change.n
    quartiles = zip(("lower_quartile", "median", "upper_quartile"), change.quartiles or (), strict=False)
    shown = {name: shown_value(quartile, n, method=_TYPE_7) for name, quartile in quartiles}
    return {"n": n, **shown, "mean": shown_mean(change.mean)}


def _people(at: _At, lines: Iterable[Line], measure: Measure) -> ReportTable:
    limit = points(measure)
    return ReportTable(
        key="people",
        caption=f"Better, about the same and worse, {at.when}",
        first="Group",
        columns=(
            Column("better", "Better", Unit.SHARE, f"By {limit} or more." if limit else "No threshold is published."),
            Column("same", "About the same", Unit.SHARE),
            Column("worse", "Worse", Unit.SHARE, "By as much."),
            Column("percent", "Median improvement", Unit.SHARE, "Of the own baseline; those above 0 only."),
            Column("baseline_zero", "Started at 0", Unit.COUNT, "Not in the median improvement."),
            Column("srm", "Change ÷ SD of change", Unit.PLAIN, "Standardized response mean; below 0 is a fall."),
            Column("es", "Change ÷ SD before", Unit.PLAIN, "Effect size after Kazis; below 0 is a fall."),
            Column("retreated", "Treated again", Unit.COUNT, "Before this point."),
        ),
        rows=tuple(
            TableRow(label, _people_values(change) | {"retreated": again}, is_total=label == ALL)
            for label, change, again in lines
        ),
        note="Standardized effects say nothing without the points of the table before.",
        parts=("better", "same", "worse"),
    )


def _people_values(change: Change) -> dict[str, Value]:
    n, effect = change.n, change.effect
    percent = None if change.percent is None else change.percent / 100
    return {
        **dict(zip(("better", "same", "worse"), _bands(change), strict=True)),
        "percent": shown_value(percent, change.n_percent, method="median_of_percents"),
        "baseline_zero": change.n_zero,
        "srm": shown_value(effect.srm, n, ci=effect.srm_ci, method="noncentral_t"),
        "es": shown_value(effect.es, n, method="kazis"),
    }


def _bands(change: Change) -> Iterable[Value]:
    if change.bands is None:
        return [hidden(change.n, "no_threshold")] * 3
    return [shown_share(k, change.n) for k in change.bands]
