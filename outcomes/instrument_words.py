"""An instrument in words: how it is scored, and its questions as patients read them. No Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from outcomes.bringing import NAMES
from outcomes.instruments import Instrument, Item, Scale
from outcomes.scoring import counts_of

# What stands for the treated place when nobody is asked.
SAMPLE = {"en": "right knee", "es": "rodilla derecha"}
METHODS = {
    "value": "the answer itself",
    "sum": "the sum of the answers",
    "mean": "the mean of the answers",
    "percent": "the mean of the answers, from 0 for the lowest to 100 for the highest",
    "percent_inverted": "the mean of the answers, from 100 for the lowest to 0 for the highest",
    "table": "the sum of the answers, converted by a table",
    "profile": "one digit an answer; no mean or change is worked out of it",
}


@dataclass(frozen=True)
class Asked:
    """One question in one language. ``answers``: what can be answered, in words, with the number that is stored."""

    number: int
    code: str
    text: str
    answers: tuple[str, ...]


def scoring_words(scale: Scale, instrument: Instrument) -> str:
    """How a scale is worked out, as one sentence."""
    n, least = len(scale.items), scale.min_answered
    of = "" if n == len(instrument.items) else f" of {', '.join(item.short for item in scale.items)}"
    parts = [f"{METHODS[scale.method]}{of}"]
    better = "higher" if scale.higher_is_better else "lower"
    if scale.is_amount:
        parts.append(f"{plain(scale.minimum)} to {plain(scale.maximum)}, {better} is better")
    if n > 1:
        parts.append("every question needed" if least == n else f"at least {least} of {n} questions needed")
    if scale.recode:
        parts.append("; ".join(_recoded(scale, item) for item in scale.items if item.code in scale.recode))
    if scale.mcid is not None:
        parts.append(f"a change of {plain(scale.mcid)} matters ({scale.mcid_source})")
    return f"{parts[0][0].upper()}{parts[0][1:]}; {'; '.join(parts[1:])}." if len(parts) > 1 else f"{parts[0]}."


def _recoded(scale: Scale, item: Item) -> str:
    counts = ", ".join(map(str, counts_of(scale, item)))
    return f"the answers to {item.short} count {counts}"


def questions(instrument: Instrument) -> Iterator[tuple[str, list[Asked]]]:
    """Each language it has, with its questions in the order asked."""
    for language in instrument.languages:
        yield NAMES[language], [_asked(number, item, language) for number, item in enumerate(instrument.items, start=1)]


def _asked(number: int, item: Item, language: str) -> Asked:
    wording = item.wording[language]
    if item.kind == "choice":
        answers = tuple(f"{value}: {words}" for value, words in enumerate(wording.options, start=item.minimum))
    else:
        ends = [
            f"{end} ({words})" if words else str(end)
            for end, words in ((item.minimum, wording.low), (item.maximum, wording.high))
        ]
        answers = (" to ".join(ends) + ("" if item.kind == "scale" else ", typed"),)
    return Asked(number, item.code, wording.text.replace("{target}", SAMPLE[language]), answers)


def plain(value: Decimal) -> str:
    """A number without digits that say nothing."""
    return f"{value.normalize():f}"
