"""The tables of the report page, as words: every number with its denominator, nothing for what is too few."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from outcomes.numerals import FEW, decimals, percent
from outcomes.reports import OutcomeReport, Row
from outcomes.statistics import Mean, Proportion
from treatments.timepoints import in_words

NOTHING = "–"
TOO_FEW = "too few"


@dataclass(frozen=True)
class Cell:
    """One value under the name of its column, which phones show beside it."""

    column: str
    words: str


@dataclass(frozen=True)
class Line:
    """One timepoint."""

    when: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Section:
    """The lines of one group; ``label`` is empty where there is only one."""

    label: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Table:
    """A line for each timepoint of each group; all columns but the first are numbers."""

    caption: str
    columns: Sequence[str]
    sections: Sequence[Section]


Words = Callable[[Row], Sequence[str]]


def means_table(report: OutcomeReport) -> Table:
    """n, mean and change of each group at each timepoint."""
    rows = [row for row in report.rows if row.n]
    return _table(f"Mean of {report.measure.label}", ("n", "Mean (95 % CI)", "Change (95 % CI)"), _means, rows)


def bands_table(report: OutcomeReport) -> Table:
    """Courses better, about the same and worse."""
    rows = [row for row in report.rows if row.bands and row.bands.n]
    return _table("Better, about the same or worse", ("n", "Better", "Same", "Worse"), _bands, rows)


def responders_table(report: OutcomeReport) -> Table:
    """Shares with at least 30 % and 50 % improvement."""
    columns = ("At least 30 % better (95 % CI)", "At least 50 % better (95 % CI)")
    rows = [row for row in report.rows if row.responder_30.n]
    return _table("Responders", columns, lambda row: (_share(row.responder_30), _share(row.responder_50)), rows)


def completeness_table(report: OutcomeReport) -> Table:
    """Check-ins planned, due and answered."""
    columns = ("Planned", "Due", "Answered of due (95 % CI)", "Answered early")
    return _table("Answered of due", columns, _completeness, [row for row in report.rows if row.completeness])


def _table(caption: str, columns: Sequence[str], words: Words, rows: Sequence[Row]) -> Table:
    groups = list(dict.fromkeys(row.group for row in rows))
    return Table(
        caption,
        columns,
        [
            Section(
                group.label if len(groups) > 1 else "",
                [_line(columns, words, row) for row in rows if row.group == group],
            )
            for group in groups
        ],
    )


def _line(columns: Sequence[str], words: Words, row: Row) -> Line:
    cells = [Cell(column, value) for column, value in zip(columns, words(row), strict=True)]
    return Line(in_words(row.timepoint), cells)


def _means(row: Row) -> tuple[str, ...]:
    return f"{row.n:,}", _mean(row.mean), NOTHING if row.is_baseline else _mean(row.change)


def _mean(mean: Mean) -> str:
    if mean.value is None:
        return NOTHING
    if mean.n < FEW:
        return f"{decimals(mean.value)} ({TOO_FEW})"
    ends = f"{decimals(mean.ci[0])} to {decimals(mean.ci[1])}" if mean.ci else "all equal"
    return f"{decimals(mean.value)} ({ends})"


def _bands(row: Row) -> tuple[str, ...]:
    bands = row.bands
    return () if bands is None else tuple(f"{count:,}" for count in (bands.n, bands.better, bands.same, bands.worse))


def _share(share: Proportion) -> str:
    counts = f"{share.k:,} of {share.n:,}"
    if share.value is None or share.ci is None:
        return NOTHING
    if share.n < FEW:
        return f"{counts} ({TOO_FEW})"
    low, high = (decimals(100 * end, 0) for end in share.ci)
    return f"{counts}: {percent(share.value)} ({low} to {high})"


def _completeness(row: Row) -> tuple[str, ...]:
    answered = row.completeness
    if answered is None:
        return ()
    return (
        f"{answered.planned:,}",
        f"{answered.due:,}",
        _share(answered.answered_of_due),
        f"{answered.answered_early:,}",
    )
