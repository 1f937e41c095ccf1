"""Figure 7: how many of the check-ins that were due were answered in their window."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.dots import Dot, DotWords, dots
from outcomes.figures.parts import empty
from outcomes.figures.theme import TOKENS, Spec, Variant
from outcomes.numerals import percent
from outcomes.statistics import Proportion

_SUBTITLE = (
    "Answered in the window, % of those due. Lines: 95 % CI. Dashed: {care}, below which results are read with care."
)


@dataclass(frozen=True)
class ResponseRate:
    """``answered`` is k answered in the window of n due; ``group`` (a timepoint, say) stands above its rows."""

    group: str
    label: str
    answered: Proportion


def response_rate(
    rates: Sequence[ResponseRate],
    *,
    width: int,
    variant: Variant = Variant.LIGHT,
    title: str = "Answers by timepoint",
    care: float = 0.6,
) -> Spec:
    """The figure, ``width`` px wide; rows of one group must follow each other. ``care`` is a fraction."""
    tokens, due = TOKENS[variant], [rate for rate in rates if rate.answered.n]
    if not due:
        why = "No check-in has closed its window yet."
        return empty(width=width, tokens=tokens, title=title, head="No answers yet", why=why)
    rows = [Dot(rate.group, rate.label, rate.answered.k, rate.answered.n, rate.answered.ci) for rate in due]
    said = DotWords(title, _SUBTITLE.format(care=percent(care)), line=care)
    return dots(rows, said, width=width, tokens=tokens, whole=True)
