"""Groups as colour, dash and marker, and in words."""

from collections.abc import Mapping, Sequence

from outcomes.figures.theme import MOST_GROUPS, GroupStyle, Spec
from outcomes.reports import Group, OutcomeReport, Row
from outcomes.reports.sentences import decimals
from treatments.timepoints import in_words


def most_scored(rows: Sequence[Row]) -> list[Group]:
    """The groups that are drawn, in the order of the rows: those with most scores, as many as can be told apart."""
    scores: dict[Group, int] = {}
    for row in rows:
        scores[row.group] = scores.get(row.group, 0) + row.n
    drawn = sorted((group for group in scores if scores[group]), key=lambda group: -scores[group])[:MOST_GROUPS]
    return [group for group in scores if group in drawn]


def shown_words(report: OutcomeReport, groups: Sequence[Group]) -> str:
    """Says so when not every group is drawn."""
    if len(groups) == len({row.group for row in report.rows if row.n}):
        return ""
    return f" Only the {len(groups)} groups with most scores are drawn; all are in the table."


def followed(rows: Sequence[Row], groups: Sequence[Group]) -> str:
    """From where to where each group's mean went, for readers who do not see the figure."""
    sentences = []
    for group in groups:
        own = [row for row in rows if row.group == group and row.mean.value is not None]
        first, last = own[0], own[-1]
        start = f"{group.label}: {decimals(first.mean.value or 0)} {in_words(first.timepoint).lower()} (n {first.n:,})"
        end = f", {decimals(last.mean.value or 0)} at {in_words(last.timepoint).lower()} (n {last.n:,})"
        sentences.append(start + (end if last != first else "") + ".")
    return " ".join(sentences)


def _nominal(styles: Mapping[str, GroupStyle], values: Sequence[object]) -> Spec:
    return {
        "field": "group",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(styles), "range": list(values)},
    }


def colour(styles: Mapping[str, GroupStyle]) -> Spec:
    """Encodes the group of each row as its colour."""
    return _nominal(styles, [style.colour for style in styles.values()])


def dash(styles: Mapping[str, GroupStyle]) -> Spec:
    """Encodes the group of each row as its dash."""
    return _nominal(styles, [style.dash for style in styles.values()])


def shape(styles: Mapping[str, GroupStyle]) -> Spec:
    """Encodes the group of each row as its marker."""
    return _nominal(styles, [style.shape for style in styles.values()])
