"""Pure arithmetic of scores: no Django, no database, no clock. Every rule names its source.

``VERSION`` is stored with each score; raise it whenever a rule changes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from outcomes.instruments import Item, Scale

VERSION = 1
PLACES = 15


@dataclass(frozen=True)
class Judgement:
    """What a follow-up score means against its own baseline; None where the rule is undefined.

    ``band``: 1 better, 0 about the same, -1 worse, by the scale's MCID.
    """

    is_responder_30: bool | None = None
    is_responder_50: bool | None = None
    band: int | None = None


class AnswerOutOfRange(ValueError):
    """An answer the item does not offer."""


def check_answer(item: Item, value: object) -> int:
    """``value``, if it is a whole number that the item offers. Raises AnswerOutOfRange, whose words name the rule."""
    if type(value) is not int or not item.minimum <= value <= item.maximum:
        raise AnswerOutOfRange(f"Choose a whole number from {item.minimum} to {item.maximum}.")
    return value


def _value(scale: Scale, given: Sequence[int]) -> Decimal:
    return Decimal(given[0])


def _sum(scale: Scale, given: Sequence[int]) -> Decimal:
    return Decimal(sum(given))


def _mean(scale: Scale, given: Sequence[int]) -> Decimal:
    return Decimal(sum(given)) / len(given)


def _percent(scale: Scale, given: Sequence[int]) -> Decimal:
    """The share of what these answers could have come to, from the lowest answers (0) to the highest (100)."""
    item = scale.items[0]
    return 100 * (Decimal(sum(given)) / len(given) - item.minimum) / (item.maximum - item.minimum)


def _percent_inverted(scale: Scale, given: Sequence[int]) -> Decimal:
    return 100 - _percent(scale, given)


def _table(scale: Scale, given: Sequence[int]) -> Decimal:
    return scale.table[sum(given) - sum(min(counts_of(scale, item)) for item in scale.items)]


def _profile(scale: Scale, given: Sequence[int]) -> Decimal:
    return Decimal("".join(map(str, given)))


# "value": the single answer. "sum" and "mean": of those answered. "percent": KOOS long form and its kin, 0-100.
# "table": the published conversion of a raw sum, which needs every item. "profile": one digit an item (EQ-5D-5L), which
# says what was answered and is no amount.
METHODS: Mapping[str, Callable[[Scale, Sequence[int]], Decimal]] = {
    "value": _value,
    "sum": _sum,
    "mean": _mean,
    "percent": _percent,
    "percent_inverted": _percent_inverted,
    "table": _table,
    "profile": _profile,
}


def counts_of(scale: Scale, item: Item) -> Sequence[int]:
    """What each answer to an item counts for in a scale, the lowest answer first: itself, unless it is recoded."""
    return scale.recode.get(item.code) or range(item.minimum, item.maximum + 1)


def score(scale: Scale, answers: Mapping[str, int | None]) -> Decimal | None:
    """The score from item code → answer; None if fewer than ``min_answered`` of the scale's items were answered.

    "mean" divides by the number answered (PEG: Krebs 2009, all three items needed). Raises AnswerOutOfRange.
    """
    given = [
        counts_of(scale, item)[check_answer(item, value) - item.minimum]
        for item in scale.items
        if (value := answers.get(item.code)) is not None
    ]
    if len(given) < max(scale.min_answered, 1):
        return None
    return round(METHODS[scale.method](scale, given), PLACES)


def band_of(scale: Scale, value: Decimal) -> str:
    """The published word for a score, like "moderate"; "" where there is none."""
    reached = [words for start, words in scale.bands if value >= start]
    return reached[-1] if reached else ""


def improvement(value: Decimal, baseline: Decimal, *, higher_is_better: bool) -> Decimal:
    """Points gained since baseline, positive when the patient is better off, whichever way the scale runs."""
    return value - baseline if higher_is_better else baseline - value


def judge(value: Decimal, baseline: Decimal, *, higher_is_better: bool, mcid: Decimal | None) -> Judgement:
    """Responder at 30 % and 50 % (inclusive; undefined at baseline 0; Dworkin 2008, J Pain 9:105) and MCID band.

    A change of at least ``mcid`` either way is better or worse; without a published threshold there is no band.
    """
    gain = improvement(value, baseline, higher_is_better=higher_is_better)
    has_share = baseline > 0
    return Judgement(
        is_responder_30=100 * gain >= 30 * baseline if has_share else None,
        is_responder_50=100 * gain >= 50 * baseline if has_share else None,
        band=None if mcid is None else (gain >= mcid) - (gain <= -mcid),
    )
