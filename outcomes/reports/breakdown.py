"""How it went by one thing at a time, such as region or dose: the same small picture for each, and no order of merit."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from outcomes.figures import Spec, Variant
from outcomes.figures.small_multiples import Panel, Visit, small_multiples
from outcomes.numerals import decimals, several
from outcomes.reports.caveats import NOT_COMPARED
from outcomes.reports.dimensions import DIMENSIONS, Dimension, split
from outcomes.reports.filters import ReportFilter
from outcomes.reports.missing import missing_words
from outcomes.reports.results import Caveat
from outcomes.reports.rows import clinic_names, counted, measure_of, outcomes_of, timepoint_of
from outcomes.reports.scope import Measure, Scope
from outcomes.reports.shapes import Column, Report, ReportTable, TableRow, Unit, Value
from outcomes.reports.shown import LEAST_TO_COMPARE, shown_mean
from outcomes.statistics import Mean, mean_from_sums
from treatments.models import Timepoint
from treatments.timepoints import in_words

_CHANGE = F("value") - F("baseline")
_SUMS = {
    "n": Count("pk"),
    "total": Sum("value"),
    "squares": Sum(F("value") * F("value")),
    "change": Sum(_CHANGE, default=Decimal(0)),
    "change_squares": Sum(_CHANGE * _CHANGE, default=Decimal(0)),
}


@dataclass(frozen=True)
class Cell:
    """One value of the dimension at one timepoint: the mean score, and the mean change of the same courses."""

    timepoint: str
    day: int
    score: Mean
    change: Mean

    @property
    def is_baseline(self) -> bool:
        return self.timepoint == Timepoint.BASELINE


@dataclass(frozen=True)
class Part:
    """One value of the dimension; its cells in order of day."""

    label: str
    cells: tuple[Cell, ...]

    def at(self, timepoint: str) -> Mean:
        """The mean change at this timepoint."""
        return next(
            (cell.change for cell in self.cells if cell.timepoint == timepoint), mean_from_sums(0, *[Decimal(0)] * 2)
        )

    @property
    def n_before(self) -> int:
        return sum(cell.score.n for cell in self.cells if cell.is_baseline)


@dataclass(frozen=True)
class Parts:
    """All panels, and the scale they are on."""

    parts: tuple[Part, ...]
    measure: Measure
    title: str


def breakdown_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[Parts]:
    """Mean change by ``asked.by`` and timepoint, of courses with a score and a baseline. Three queries.

    Imported timepoints whose name means no day are left out. ``who`` and ``finding`` are about the last timepoint asked
    for, else the usual one.
    """
    by, measure = DIMENSIONS[asked.by], measure_of(asked, scope)
    rows = split(outcomes_of(asked, scope).filter(target_day__isnull=False), asked.by)
    parts = _parts(rows.filter(counted(asked)), by)
    timepoint = timepoint_of(rows.exclude(timepoint=Timepoint.BASELINE), asked)
    missing = missing_words(rows.filter(timepoint=timepoint))
    drawn = Parts(tuple(parts), measure, f"{measure.label} by {by.title}")
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=measure,
        who=_who(parts, timepoint, missing, by),
        finding=_finding(parts, timepoint, by),
        caveats=tuple(_caveats(parts, timepoint, by)),
        tables=(_table(drawn, by),) if parts else (),
        drawn=drawn,
    )


def draw_panels(drawn: Parts, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """One small panel for each part."""
    panels = [
        Panel(part.label, [Visit(cell.timepoint, cell.day, cell.score) for cell in part.cells]) for part in drawn.parts
    ]
    return small_multiples(panels, drawn.measure, width=width, variant=variant, title=drawn.title)


def _parts(rows: QuerySet[Any], by: Dimension) -> list[Part]:
    before, later = Q(timepoint=Timepoint.BASELINE), Q(baseline__isnull=False)
    found: dict[str, list[Cell]] = {}
    cells = rows.filter(before | later).values("of", "timepoint", "target_day").annotate(**_SUMS)
    for row in cells.order_by("of", "target_day", "timepoint"):
        found.setdefault(row["of"], []).append(_cell(row))
    order = by.labels or dict.fromkeys(found)
    return [Part(by.labels.get(of, of), tuple(found[of])) for of in order if of in found]


def _cell(row: Mapping[str, object]) -> Cell:
    n, total, squares, change, change_squares = (Decimal(str(row[name])) for name in _SUMS)
    n_pairs = 0 if row["timepoint"] == Timepoint.BASELINE else int(n)
    return Cell(
        timepoint=str(row["timepoint"]),
        day=int(str(row["target_day"])),
        score=mean_from_sums(int(n), total, squares),
        change=mean_from_sums(n_pairs, change, change_squares),
    )


def _n_at(parts: Iterable[Part], timepoint: str) -> int:
    return sum(part.at(timepoint).n for part in parts)


def _who(parts: Sequence[Part], timepoint: str, missing: str, by: Dimension) -> str:
    n, only = _n_at(parts, timepoint), " PRP only." if by.only else ""
    if not n:
        return f"No course has both a score before treatment and one after it yet.{only}"
    return f"{in_words(timepoint)}: {missing}{several(n, 'course has', 'courses have')} a score before and after.{only}"


def _finding(parts: Sequence[Part], timepoint: str, by: Dimension) -> str:
    at = {part.label: part.at(timepoint) for part in parts if part.at(timepoint).n}
    if not at:
        return "There is nothing to show yet."
    enough = [f"{label}: {_signed(mean)} (n {mean.n:,})" for label, mean in at.items() if mean.n >= LEAST_TO_COMPARE]
    few = [f"{label} ({mean.n:,})" for label, mean in at.items() if mean.n < LEAST_TO_COMPARE]
    said = (
        [f"Mean change by {by.title} at {in_words(timepoint).lower()}, in points. {'; '.join(enough)}."]
        if enough
        else []
    )
    return " ".join([*said, *([f"Too few to compare: {', '.join(few)}."] if few else [])])


def _signed(mean: Mean) -> str:
    value = mean.value or 0.0
    return f"{'+' if value > 0 else ''}{decimals(value)}"


def _caveats(parts: Sequence[Part], timepoint: str, by: Dimension) -> Iterable[Caveat]:
    last = _n_at(parts, timepoint)
    if not last:
        return
    yield NOT_COMPARED
    yield Caveat(
        "confounded",
        f"{several(len(parts), 'panel is', 'panels are')} not of the same kind of people: who is treated how, and where, was chosen by severity, "
        "habit and money. A difference between panels is no effect.",
    )
    before = sum(part.n_before for part in parts)
    if before > last:
        yield Caveat(
            "shrinking",
            f"{several(before, 'course has', 'courses have')} a score before treatment and {last:,} at {in_words(timepoint).lower()}: the points of a "
            "line are not of the same people. Mean changes in the table are.",
        )


def _table(drawn: Parts, by: Dimension) -> ReportTable:
    return ReportTable(
        key="breakdown",
        caption=f"Mean score and change from before treatment, by {by.title}",
        first="Timepoint",
        columns=(
            Column("n", "n", Unit.COUNT, "Courses with a score; after treatment those that have a baseline as well."),
            Column("score", "Mean score", Unit.POINTS, "With its t interval."),
            Column("change", "Mean change", Unit.POINTS, "Follow-up minus before, of the same courses."),
        ),
        rows=tuple(
            TableRow(in_words(cell.timepoint), _values(cell), part.label) for part in drawn.parts for cell in part.cells
        ),
        note=by.note,
    )


def _values(cell: Cell) -> dict[str, Value]:
    shown: dict[str, Value] = {"n": cell.score.n, "score": shown_mean(cell.score)}
    return shown if cell.is_baseline else {**shown, "change": shown_mean(cell.change)}
