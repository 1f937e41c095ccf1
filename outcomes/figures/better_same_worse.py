"""Figure 2: how many courses are better, about the same or worse than their own baseline, counts printed."""

from collections.abc import Sequence

from outcomes.figures.groups import most_scored, shown_words
from outcomes.figures.parts import empty, few_words
from outcomes.figures.stacked import Part, Stack, stacked
from outcomes.figures.theme import TOKENS, Spec, Tokens, Variant
from outcomes.numerals import FEW, points
from outcomes.reports import OutcomeReport
from outcomes.reports.sentences import why_empty
from treatments.timepoints import in_words

TITLE = "Better, about the same or worse"


def better_same_worse(report: OutcomeReport, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """The figure for a report, ``width`` px wide."""
    tokens, stacks = TOKENS[variant], _stacks(report)
    if not stacks:
        head, why = _why_not(report)
        return empty(width=width, tokens=tokens, title=TITLE, head=head, why=why)
    shown = few_words(stack.n for stack in stacks) + shown_words(report, most_scored(report.rows))
    subtitle = f"{report.measure.label}. Share of courses with a score before and after; numbers are courses.{shown}"
    description = f"{TITLE}, by {points(report.measure)} of {report.measure.label}. {_described(stacks)}"
    parts, about = _parts(points(report.measure), tokens), (subtitle, description)
    return stacked(stacks, parts, width=width, tokens=tokens, title=TITLE, about=about)


def _why_not(report: OutcomeReport) -> tuple[str, str]:
    if report.measure.mcid is None:
        label = report.measure.label
        return (
            "No threshold",
            f"No published threshold says how many points of {label} matter, so nobody is called better.",
        )
    return "No answers yet", why_empty(report)


def _stacks(report: OutcomeReport) -> list[Stack]:
    groups = most_scored(report.rows)
    return [
        Stack(
            in_words(row.timepoint),
            (row.bands.better, row.bands.same, row.bands.worse),
            row.group.label if len(groups) > 1 else "",
        )
        for row in report.rows
        if row.group in groups and not row.is_baseline and row.bands and row.bands.n
    ]


def _described(stacks: Sequence[Stack]) -> str:
    sentences, before = [], ""
    for stack in stacks:
        group = f"{stack.group}, " if stack.group != before else ""
        before = stack.group
        better, same, worse = stack.counts
        said = f"{better:,} better, {same:,} about the same, {worse:,} worse" if stack.n >= FEW else "too few"
        sentences.append(f"{group}{stack.label}: {said}.")
    return " ".join(sentences)


def _parts(threshold: str, tokens: Tokens) -> list[Part]:
    return [
        Part(f"Better by {threshold} or more", tokens.better, True),
        Part(f"Changed by less than {threshold}", tokens.same, False),
        Part(f"Worse by {threshold} or more", tokens.worse, True),
    ]
