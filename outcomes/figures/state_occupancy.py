"""How many are in response at each timepoint: a response can be lost again, which time to first response cannot show."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.parts import empty, few_words
from outcomes.figures.stacked import Part, Stack, stacked
from outcomes.figures.theme import TOKENS, Spec, Variant
from outcomes.numerals import FEW
from treatments.timepoints import in_words


@dataclass(frozen=True)
class Occupancy:
    """Courses due at one timepoint by what is known of them. ``group`` may be empty."""

    timepoint: str
    in_response: int
    unknown: int
    not_in_response: int
    group: str = ""


def state_occupancy(
    rows: Sequence[Occupancy],
    *,
    width: int,
    variant: Variant = Variant.LIGHT,
    title: str = "Who is in response, and when",
    response: str = "improved by 30 % or more",
) -> Spec:
    """The figure, ``width`` px wide; rows of one group must follow each other. ``response`` says what counts as one."""
    tokens = TOKENS[variant]
    stacks = [
        Stack(in_words(row.timepoint), (row.in_response, row.unknown, row.not_in_response), row.group) for row in rows
    ]
    due = [stack for stack in stacks if stack.n]
    if not due:
        why = "No check-in has closed its window yet."
        return empty(width=width, tokens=tokens, title=title, head="No answers yet", why=why)
    parts = [
        Part("In response", tokens.better, True),
        Part("Not known: no answer", tokens.same, False),
        Part("Not in response", tokens.worse, True),
    ]
    few = few_words(stack.n for stack in due)
    subtitle = f"Courses due at each timepoint; in response: {response} of their own baseline.{few}"
    about = (subtitle, f"{title}. {' '.join(map(_described, due))}")
    return stacked(due, parts, width=width, tokens=tokens, title=title, about=about)


def _described(stack: Stack) -> str:
    name = f"{stack.group + ', ' if stack.group else ''}{stack.label}"
    if stack.n < FEW:
        return f"{name}: too few."
    yes, unknown, no = stack.counts
    return f"{name}: {yes:,} in response, {unknown:,} not known, {no:,} not in response."
