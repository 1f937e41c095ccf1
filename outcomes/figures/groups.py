"""A report's groups: which are drawn, and their course in words."""

from collections.abc import Sequence

from outcomes.figures.series import most, only_most
from outcomes.numerals import FEW, decimals
from outcomes.reports import Group, OutcomeReport, Row
from treatments.timepoints import in_words


def most_scored(rows: Sequence[Row]) -> list[Group]:
    """The groups that are drawn, in the order of the rows: those with most scores, as many as can be told apart."""
    keys = {series.key for series in most((row.group, row.n) for row in rows)}
    return [group for group in dict.fromkeys(row.group for row in rows) if group.key in keys]


def shown_words(report: OutcomeReport, groups: Sequence[Group]) -> str:
    """Says so when not every group is drawn."""
    return only_most(groups, len({row.group for row in report.rows if row.n}))


def followed(rows: Sequence[Row], groups: Sequence[Group]) -> str:
    """From where to where each group's mean went, for readers who do not see the figure."""
    sentences = []
    for group in groups:
        own = [row for row in rows if row.group == group and row.mean.value is not None]
        first, last = own[0], own[-1]
        end = f", {_mean(last)} at {in_words(last.timepoint).lower()} (n {last.n:,})" if last != first else ""
        sentences.append(f"{group.label}: {_mean(first)} {in_words(first.timepoint).lower()} (n {first.n:,}){end}.")
    return " ".join(sentences)


def _mean(row: Row) -> str:
    return "too few" if row.n < FEW or row.mean.value is None else decimals(row.mean.value)
