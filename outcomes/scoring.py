"""Pure arithmetic of scores: no Django, no database, no clock. Every rule names its source.

``VERSION`` is stored with each score; raise it whenever a rule changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from outcomes.instruments import Instrument

VERSION = 1


@dataclass(frozen=True)
class Judgement:
    """What a follow-up score means against its own baseline; None where the rule is undefined.

    ``band``: 1 better, 0 about the same, -1 worse, by the instrument's MCID.
    """

    is_responder_30: bool | None = None
    is_responder_50: bool | None = None
    band: int | None = None


class AnswerOutOfRange(ValueError):
    """An answer the item does not offer."""


def check_answer(item_minimum: int, item_maximum: int, value: int) -> int:
    """``value``, if the item offers it. Raises AnswerOutOfRange."""
    if not item_minimum <= value <= item_maximum:
        raise AnswerOutOfRange(f"Choose a number from {item_minimum} to {item_maximum}.")
    return value


def score(instrument: Instrument, answers: Mapping[str, int | None]) -> Decimal | None:
    """The score of one instrument from item code → answer; None if fewer than ``min_answered`` were answered.

    "mean" divides by the number answered (PEG: Krebs 2009, all three items needed). Raises AnswerOutOfRange.
    """
    given = [
        check_answer(item.minimum, item.maximum, value)
        for item in instrument.items
        if (value := answers.get(item.code)) is not None
    ]
    if len(given) < instrument.min_answered:
        return None
    if instrument.scoring == "value":
        return Decimal(given[0])
    return round(Decimal(sum(given)) / len(given), 15)


def improvement(value: Decimal, baseline: Decimal, *, higher_is_better: bool) -> Decimal:
    """Points gained since baseline, positive when the patient is better off, whichever way the instrument runs."""
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
