"""Whether a definition can be asked and scored, and its one way of writing, by which versions are told apart."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from outcomes.bringing.findings import NAMES, Finding
from outcomes.bringing.scale_rules import reach, scale_problems
from outcomes.bringing.shapes import INSTRUMENT, MOST_OPTIONS, shape_problems
from outcomes.instruments import LANGUAGES, MOST_AT_ONCE
from outcomes.licensed import known, known_definitions, scale_owners

# As the database keeps the name of an answer, like "peg.enjoyment".
LONGEST_KEY = 60
MOST_IN_A_ROW = 11


def canonical(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The same definition with everything said that may be left out, and every number in one way of writing.

    Its shape has to be sound.
    """
    usual = {"asked": "always", "needs_official_text": False, "licence": "", "source": "", "recall": ""}
    top = {name: raw.get(name, usual.get(name, "")) for name in INSTRUMENT}
    items = [_item(one) for one in raw["items"]]
    return {**top, "scales": [_scale(one, raw) for one in raw.get("scales", ())], "items": items}


def _item(raw: Mapping[str, Any]) -> dict[str, Any]:
    worded = {name: _wording(raw[name]) for name in LANGUAGES if name in raw}
    first = next(iter(worded.values()), {})
    return {
        **{name: raw[name] for name in ("code", "kind", "maximum")},
        "minimum": raw.get("minimum", 0),
        "short": raw.get("short") or worded.get("en", first).get("short", ""),
        "is_skippable": raw.get("is_skippable", True),
        **worded,
    }


def _wording(raw: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: raw.get(name, "").strip() for name in ("text", "short", "low", "high")}
    return {**texts, "options": [option.strip() for option in raw.get("options", ())]}


def _scale(raw: Mapping[str, Any], instrument: Mapping[str, Any]) -> dict[str, Any]:
    items = list(raw.get("items", [item["code"] for item in instrument["items"]]))
    numbers = {name: plain(raw[name]) for name in ("minimum", "maximum", "mcid") if name in raw}
    return {
        "code": raw.get("code", instrument["code"]),
        "name": raw.get("name") or instrument["name"],
        "method": raw["method"],
        "items": items,
        "higher_is_better": raw["higher_is_better"],
        "min_answered": raw.get("min_answered", len(items)),
        **numbers,
        "mcid_source": raw.get("mcid_source", ""),
        "table": [plain(value) for value in raw.get("table", ())],
        "recode": {code: list(counts) for code, counts in sorted(raw.get("recode", {}).items())},
        "bands": [[plain(start), words] for start, words in raw.get("bands", ())],
    }


def complete(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A definition without problems, in its one way of writing, with the range of every scale."""
    written = canonical(definition)
    items = {item["code"]: item for item in written["items"]}
    for scale in written["scales"]:
        ends = reach(scale, [items[code] for code in scale["items"]])
        scale |= dict(zip(("minimum", "maximum"), map(plain, ends), strict=True))
    return written


def plain(value: Any) -> str:
    """A number in the one way of writing it: 14, not 14.0 or "14.00"."""
    text = format(Decimal(str(value)), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def version_of(definition: Mapping[str, Any]) -> str:
    """The definition's own version and a part of its content's SHA-256: the same content has the same version."""
    own, _, _ = str(definition["version"]).partition("-")
    content = {name: value for name, value in definition.items() if name != "version"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{own}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def problems_of(raw: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Everything for which this definition cannot be asked or scored; nothing when it can."""
    shape = shape_problems(raw)
    if shape:
        return tuple(shape)
    definition = canonical(raw)
    own = [*_item_problems(definition), *scale_problems(definition)]
    return tuple(own or _problems_with_known(complete(definition)))


def notes_of(definition: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What to know of a sound definition before it is taken."""
    found = []
    if len(definition["items"]) > MOST_AT_ONCE:
        n = len(definition["items"])
        found.append(
            Finding("", f"asks {n} questions; a check-in asks {MOST_AT_ONCE} at most, so no protocol can ask it")
        )
    if not definition["scales"]:
        found.append(Finding("", "has no scoring: answers are kept, and no score is made"))
    worded = [name for name in LANGUAGES if all(name in item for item in definition["items"])]
    found += [
        Finding("", f"has no {NAMES[name]} words: check-ins in {NAMES[name]} leave it out")
        for name in LANGUAGES
        if worded and name not in worded
    ]
    return (*found, *_without_ends(definition))


def _without_ends(definition: Mapping[str, Any]) -> Iterator[Finding]:
    for place, item, language, wording in _wordings(definition):
        if item["kind"] != "choice" and not (wording["low"] and wording["high"]):
            yield Finding(f"{place}, {language}", "has no words for the two ends of its numbers")


def _wordings(definition: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str, Mapping[str, Any]]]:
    for position, item in enumerate(definition["items"], start=1):
        for language in LANGUAGES:
            if language in item:
                yield f"item {position} ({item['code']})", item, language, item[language]


def _item_problems(definition: Mapping[str, Any]) -> Iterator[Finding]:
    codes = [item["code"] for item in definition["items"]]
    for position, item in enumerate(definition["items"], start=1):
        place = f"item {position} ({item['code']})"
        if item["code"] in codes[: position - 1]:
            yield Finding(place, "comes twice: every item needs a code of its own")
        if len(f"{definition['code']}.{item['code']}") > LONGEST_KEY:
            yield Finding(place, f"its code and the instrument's are longer than {LONGEST_KEY - 1} characters together")
        yield from (Finding(place, words) for words in _range_problems(item))
    for place, item, language, wording in _wordings(definition):
        yield from (Finding(f"{place}, {language}, options", words) for words in _option_problems(item, wording))
    yield from _language_problems(definition)


def _range_problems(item: Mapping[str, Any]) -> Iterator[str]:
    values = item["maximum"] - item["minimum"] + 1
    if values < 2:
        yield f"its maximum, {item['maximum']}, has to be above its minimum, {item['minimum']}"
    elif item["kind"] == "scale" and values > MOST_IN_A_ROW:
        yield f'a "scale" shows at most {MOST_IN_A_ROW} numbers; make it a "number", which is typed'
    elif item["kind"] == "choice" and values > MOST_OPTIONS:
        yield f'a "choice" has at most {MOST_OPTIONS} answers'
    if not item["short"]:
        yield 'needs a "short" name, in itself or in its English words'


def _option_problems(item: Mapping[str, Any], wording: Mapping[str, Any]) -> Iterator[str]:
    n, needed = len(wording["options"]), item["maximum"] - item["minimum"] + 1
    if item["kind"] != "choice" and n:
        yield f'a "{item["kind"]}" is answered with a number and has none'
    elif item["kind"] == "choice" and n != needed:
        yield f"there are {n}; answers from {item['minimum']} to {item['maximum']} need {needed}"
    elif len(set(wording["options"])) < n:
        yield "two of them are the same words"


def _language_problems(definition: Mapping[str, Any]) -> Iterator[Finding]:
    for language in LANGUAGES:
        lacking = [item["code"] for item in definition["items"] if language not in item]
        if lacking and len(lacking) < len(definition["items"]):
            words = (
                f"has no {NAMES[language]} words, though others have: a language is there for every item or for none"
            )
            yield Finding(f"item {lacking[0]}", words)
    has_words = any(language in item for item in definition["items"] for language in LANGUAGES)
    if not has_words and not definition["needs_official_text"]:
        yield Finding("", "has no words to ask in, in English or Spanish")


def _problems_with_known(definition: Mapping[str, Any]) -> Iterator[Finding]:
    """What Mendline has a definition of keeps its questions and its scoring; only its words are brought."""
    code = definition["code"]
    if code in known_definitions():
        yield from _differences(definition, complete(known_definitions()[code]))
    for scale in definition["scales"]:
        owner = scale_owners().get(scale["code"], code)
        if owner != code:
            yield Finding(f"scale {scale['code']}", f"this code is taken by {known()[owner].name}; choose another")
    if code not in known_definitions():
        for item in definition["items"]:
            if not item["is_skippable"]:
                yield Finding(f"item {item['code']}, is_skippable", "every question of yours has to allow no answer")


def _differences(definition: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Finding]:
    advice = "bring its words only, or give the instrument a code of its own"
    if [_bare(item) for item in definition["items"]] != [_bare(item) for item in ours["items"]]:
        yield Finding("items", f"are not those of {ours['name']} as Mendline knows it; {advice}")
    elif [_scoring(scale) for scale in definition["scales"]] != [_scoring(scale) for scale in ours["scales"]]:
        yield Finding("scales", f"are not scored as {ours['name']} is; {advice}")


def _bare(item: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(item[name] for name in ("code", "kind", "minimum", "maximum", "is_skippable"))


def _scoring(scale: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in scale.items() if name not in ("name", "mcid_source")}


def in_words_of(code: str, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A known definition with these items' words in place of its own."""
    return {**known_definitions()[code], "needs_official_text": False, "items": list(items)}
