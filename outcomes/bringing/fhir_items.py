"""One question of a FHIR Questionnaire as an item, and what of it could not be carried over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from outcomes.bringing.fhir_words import (
    CONTROL,
    ITEM,
    MAXIMUM,
    MINIMUM,
    SHORT,
    TRANSLATION,
    WEIGHTS,
    extensions,
    facts_in,
    translations,
    value_of,
)
from outcomes.bringing.plain_words import clipped, without_markup
from outcomes.bringing.shapes import MOST_COUNT, MOST_OPTIONS
from outcomes.instruments import LANGUAGES

YES_NO = {"en": ["No", "Yes"], "es": ["No", "Sí"]}
CARRIED = {CONTROL, ITEM, MINIMUM, MAXIMUM, SHORT, TRANSLATION, *WEIGHTS}
LONGEST_SHORT = 40
# The words of a group are repeated at each of its questions, where 600 characters are the most.
LONGEST_STEM = 700


@dataclass
class Read:
    """An item in the making. ``counts``: what its answers count for, where not for themselves; ``notes``: in words."""

    raw: dict[str, Any] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_question(item: Mapping[str, Any], stem: Mapping[str, str], first: str, values: Sequence[Any]) -> Read | None:
    """The item, without its code; None where it cannot be asked, which the caller says.

    ``stem``: the words of its groups, by language. ``values``: answers from a value set of the file.
    """
    read = Read()
    if item.get("type") == "choice" or item.get("type") == "open-choice":
        _choice(read, item, first, [*item.get("answerOption", ()), *values])
    elif item.get("type") in ("integer", "decimal"):
        _number(read, item, first)
    elif item.get("type") == "boolean":
        read.raw |= {"kind": "choice", "minimum": 0, "maximum": 1}
        read.raw |= {name: {"options": list(words)} for name, words in YES_NO.items()}
    if "kind" not in read.raw:
        return None
    _word(read, item, stem, first)
    if _own(item, "kind") is None and not any(language in read.raw for language in LANGUAGES):
        return None
    read.notes += _left_out(item)
    return read


def _choice(read: Read, item: Mapping[str, Any], first: str, options: Sequence[Any]) -> None:
    texts = [_texts_of(one, first) for one in options]
    weights = [_weight(one) for one in options]
    if len(options) < 2:
        return
    kind = _own(item, "kind")
    if kind is None and all(text[first].isdecimal() for text in texts) and len(options) > 2:
        _row_of_numbers(read, [int(text[first]) for text in texts])
        return
    if len(options) > MOST_OPTIONS:
        return
    read.raw |= {"kind": "choice", **_ends(read, weights, len(options))}
    for language in LANGUAGES:
        words = [text.get(language, "") for text in texts]
        if all(words):
            read.raw.setdefault(language, {})["options"] = words


def _row_of_numbers(read: Read, numbers: list[int]) -> None:
    if numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[-1] <= MOST_COUNT:
        kind = "scale" if len(numbers) <= 11 else "number"
        read.raw |= {"kind": kind, "minimum": numbers[0], "maximum": numbers[-1]}


def _ends(read: Read, weights: list[Any], n: int) -> dict[str, int]:
    """The range of a choice; where its answers count for something else, they are counted from 0 and recoded."""
    wholes = [
        int(one) for one in weights if isinstance(one, int | float) and one == int(one) and 0 <= one <= MOST_COUNT
    ]
    if len(wholes) < n:
        known = "some have none" if any(one is not None for one in weights) else "they have none"
        read.notes.append(f"its answers count 0, 1, 2 … in their order, because {known} that is a whole number")
    elif wholes == list(range(wholes[0], wholes[0] + n)):
        return {"minimum": wholes[0], "maximum": wholes[-1]}
    else:
        read.counts = wholes
    return {"minimum": 0, "maximum": n - 1}


def _number(read: Read, item: Mapping[str, Any], first: str) -> None:
    found = {one["url"]: value_of(one) for one in extensions(item)}
    low, high = found.get(MINIMUM), found.get(MAXIMUM)
    wholes = [int(one) for one in (low, high) if isinstance(one, int | float) and one == int(one)]
    if len(wholes) < 2 or wholes[0] >= wholes[1]:
        return
    kind = _own(item, "kind") or ("scale" if _control(item) == "slider" and wholes[1] - wholes[0] <= 10 else "number")
    read.raw |= {"kind": kind, "minimum": wholes[0], "maximum": wholes[1]}
    if item["type"] == "decimal":
        read.notes.append("is asked as a whole number")
    for inner in item.get("item", ()):
        side = {"lower": "low", "upper": "high"}.get(_control(inner))
        for language, words in _texts(inner, "text", first).items() if side else ():
            read.raw.setdefault(language, {})[side] = words


def _word(read: Read, item: Mapping[str, Any], stem: Mapping[str, str], first: str) -> None:
    """Its question and short name in every language that has one."""
    texts = _texts(item, "text", first)
    shorts = next((_texts(one, "valueString", first) for one in extensions(item) if one["url"] == SHORT), {})
    for language in LANGUAGES:
        own, begin = texts.get(language, ""), stem.get(language, "")
        text, had_markup = without_markup(f"{begin} {own}".strip() if own else "")
        if "{target}" in own:
            text = own
        if had_markup and text != own:
            read.notes.append("markup and braces were taken out of its words")
        if text:
            short = shorts.get(language) or clipped(without_markup(own)[0], LONGEST_SHORT)
            read.raw[language] = {**read.raw.get(language, {}), "text": text, "short": short}
        else:
            read.raw.pop(language, None)
    read.raw["short"] = _own(item, "short") or read.raw.get("en", read.raw.get(first, {})).get("short", "")
    if _own(item, "kind") is not None:
        read.raw["is_skippable"] = item.get("required") is not True


def _left_out(item: Mapping[str, Any]) -> Iterator[str]:
    if item.get("enableWhen"):
        yield "is asked always: the condition under which it is asked (enableWhen) was not carried over"
    if item.get("required") is True and _own(item, "kind") is None:
        yield "may be skipped: that it has to be answered was not carried over"
    if item.get("type") == "open-choice":
        yield "takes none but the answers listed"
    for name in ("repeats", "initial", "prefix", "maxLength", "definition"):
        if item.get(name) not in (None, False, ""):
            yield f"{name} was not carried over"
    for one in extensions(item):
        if one["url"] not in CARRIED:
            yield f"the extension {one['url'].rsplit('/', 1)[-1][:60]} was not carried over"


def _own(item: Mapping[str, Any], name: str) -> Any:
    """What Mendline itself wrote into the item; None in a file of somebody else."""
    found = facts_in(item, ITEM)
    return found[0].get(name, [None])[0] if found else None


def _control(item: Any) -> str:
    for one in extensions(item):
        concept = one.get("valueCodeableConcept")
        codings = concept.get("coding") if one["url"] == CONTROL and isinstance(concept, Mapping) else None
        for coding in codings if isinstance(codings, list) else ():
            if isinstance(coding, Mapping) and isinstance(coding.get("code"), str):
                return str(coding["code"])
    return ""


def _texts(element: Any, name: str, first: str) -> dict[str, str]:
    """A text in every language it is there in."""
    if not isinstance(element, Mapping) or not isinstance(element.get(name), str):
        return {}
    found = {first: element[name], **translations(element.get(f"_{name}"))}
    return {language: text for language, text in found.items() if language in LANGUAGES and text.strip()}


def _texts_of(option: Any, first: str) -> dict[str, str]:
    """The words of one answer; the number or code itself where there are none."""
    if not isinstance(option, Mapping):
        return {first: ""}
    coding = option.get("valueCoding")
    if isinstance(coding, Mapping):
        texts = _texts(coding, "display", first) or {first: str(coding.get("code", ""))}
    else:
        texts = {first: str(option.get("valueInteger", option.get("valueString", "")))}
    return {language: without_markup(text)[0] for language, text in {first: "", **texts}.items()}


def _weight(option: Any) -> Any:
    """How much an answer counts, said beside it or inside its coding; a number counts for itself."""
    if not isinstance(option, Mapping):
        return None
    for element in (option, option.get("valueCoding")):
        for one in extensions(element):
            if one["url"] in WEIGHTS and not isinstance(value_of(one), bool):
                return value_of(one)
    return option.get("valueInteger")
