"""The tables of the report page, as words: every number with its denominator, nothing for what is too few."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from outcomes.reports import OutcomeReport, Row
from outcomes.reports.results import FEW
from outcomes.reports.sentences import decimals, percent
from outcomes.reports.timepoints import in_words
from outcomes.statistics import Mean, Proportion

NOTHING = "–"
TOO_FEW = "too few"


@dataclass(frozen=True)
class Cell:
    """One value under the name of its column, which phones show beside it."""

    column: str
    words: str


@dataclass(frozen=True)
class Line:
    """``heads`` name the line: its group, where there are several, and its timepoint."""

    heads: Sequence[Cell]
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """A table whose first ``heads`` columns name the line and whose other columns are numbers."""

    caption: str
    heads: Sequence[str]
    columns: Sequence[str]
    lines: Sequence[Line]


def means_table(report: OutcomeReport) -> Table:
    """n, mean, interval and change of each group at each timepoint."""
    columns = ("n", "Mean", "95 % CI", "Change", "95 % CI of change")
    return _table(report, f"Mean of {report.measure.label}", columns, _means, (row for row in report.rows if row.n))


def bands_table(report: OutcomeReport) -> Table:
    """Courses better, about the same and worse."""
    rows = (row for row in report.rows if row.bands and row.bands.n)
    return _table(report, "Better, about the same or worse", ("n", "Better", "Same", "Worse"), _bands, rows)


def responders_table(report: OutcomeReport) -> Table:
    """Shares with at least 30 % and 50 % improvement."""
    columns = ("At least 30 % better", "95 % CI of 30 %", "At least 50 % better", "95 % CI of 50 %")
    rows = (row for row in report.rows if row.responder_30.n)
    return _table(
        report, "Responders", columns, lambda row: (*_share(row.responder_30), *_share(row.responder_50)), rows
    )


def completeness_table(report: OutcomeReport) -> Table:
    """Check-ins planned, due and answered."""
    columns = ("Planned", "Due", "Answered of due", "95 % CI", "Answered early")
    rows = (row for row in report.rows if row.completeness)
    return _table(report, "Answered of due", columns, _completeness, rows)


def _table(
    report: OutcomeReport,
    caption: str,
    columns: Sequence[str],
    words: Callable[[Row], Sequence[str]],
    rows: Iterable[Row],
) -> Table:
    heads = ("Group", "When") if len(report.groups) > 1 else ("When",)
    lines = [
        Line(
            heads=[Cell(head, name) for head, name in zip(heads[::-1], _names(row), strict=False)][::-1],
            cells=[Cell(column, value) for column, value in zip(columns, words(row), strict=True)],
        )
        for row in rows
    ]
    return Table(caption, heads, columns, lines)


def _names(row: Row) -> tuple[str, str]:
    return in_words(row.timepoint), row.group.label


def _means(row: Row) -> tuple[str, ...]:
    return (f"{row.n:,}", *_mean(row.mean), *((NOTHING, NOTHING) if row.is_baseline else _mean(row.change)))


def _mean(mean: Mean) -> tuple[str, str]:
    if mean.value is None:
        return NOTHING, NOTHING
    return decimals(mean.value), TOO_FEW if mean.n < FEW else _interval(mean.ci, decimals)


def _interval(ends: tuple[float, float] | None, words: Callable[[float], str]) -> str:
    return f"{words(ends[0])} to {words(ends[1])}" if ends else "all equal"


def _bands(row: Row) -> tuple[str, ...]:
    bands = row.bands
    return () if bands is None else tuple(f"{count:,}" for count in (bands.n, bands.better, bands.same, bands.worse))


def _share(share: Proportion) -> tuple[str, str]:
    counts = f"{share.k:,} of {share.n:,}"
    if share.value is None:
        return NOTHING, NOTHING
    if share.n < FEW:
        return counts, TOO_FEW
    return f"{counts} ({percent(share.value)})", _interval(share.ci, percent)


def _completeness(row: Row) -> tuple[str, ...]:
    answered = row.completeness
    if answered is None:
        return ()
    share = _share(answered.answered_of_due)
    return (f"{answered.planned:,}", f"{answered.due:,}", *share, f"{answered.answered_early:,}")
