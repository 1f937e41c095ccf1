"""A FHIR R4 Questionnaire as a definition, as far as it can be carried over, and what could not be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from outcomes import loinc
from outcomes.bringing.fhir_items import LONGEST_STEM, read_question
from outcomes.bringing.fhir_words import (
    CODE_SYSTEM,
    CONTROL,
    DEFINITION,
    SCALE,
    extensions,
    facts_in,
    translations,
)
from outcomes.bringing.findings import NAMES, Finding, Unreadable
from outcomes.bringing.plain_words import clipped, code_from, without_markup
from outcomes.instruments import LANGUAGES
from outcomes.licensed import SELF_HARM

USED = {
    *("resourceType", "language", "extension", "identifier", "version", "name", "title", "_title", "copyright", "code"),
    *("item", "status", "subjectType", "id", "meta", "url", "publisher", "contained"),
}


@dataclass
class Reading:
    """A Questionnaire being read. ``counts``: by item, what its answers count for."""

    questionnaire: Mapping[str, Any]
    first: str
    items: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, list[int]] = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)


def read_questionnaire(
    raw: Mapping[str, Any], language: str
) -> tuple[dict[str, Any], dict[str, list[int]], list[Finding]]:
    """The definition, what answers count for by item, and what could not be carried over. Raises Unreadable.

    ``language``: of the words where the file does not say.
    """
    first = str(raw.get("language") or language)[:2].lower()
    if first not in LANGUAGES:
        raise Unreadable(f"The Questionnaire is in {first!r}; questions can be asked in English and Spanish.")
    code = _code_of(raw)
    reading = Reading(raw, first, numbers=_numbers_of(code))
    if "language" not in raw:
        reading.notes.append(Finding("", f"says no language: its words are taken to be {NAMES[first]}"))
    _read_items(reading, raw.get("item", ()), {}, "item")
    if not reading.items:
        raise Unreadable("The Questionnaire has no question that could be asked: a choice, a yes or no, or a number.")
    reading.notes += _left_out(raw)
    return _definition(reading, code), reading.counts, reading.notes


def _code_of(raw: Mapping[str, Any]) -> str:
    for one in _list(raw.get("identifier")):
        if isinstance(one, Mapping) and one.get("system") == CODE_SYSTEM:
            return str(one.get("value", ""))
    known = loinc.code_of_panel(set(_loinc_numbers(raw)))
    name = raw.get("name") or raw.get("title") or raw.get("id") or ""
    return known or code_from(str(name), "questionnaire")


def _numbers_of(code: str) -> dict[str, str]:
    """The items of a known instrument by their LOINC codes."""
    codes = loinc.CODES.get(code, loinc.Codes())
    return {number: item for item, number in codes.items.items()}


def _loinc_numbers(element: Mapping[str, Any]) -> Iterator[str]:
    for one in _list(element.get("code")):
        if isinstance(one, Mapping) and one.get("system", loinc.SYSTEM) == loinc.SYSTEM:
            yield str(one.get("code", ""))


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _read_items(reading: Reading, items: Any, stem: Mapping[str, str], place: str) -> None:
    for position, item in enumerate(_list(items), start=1):
        here = f"{place} {position}"
        if not isinstance(item, Mapping):
            continue
        if item.get("type") == "group":
            _read_group(reading, item, stem, here)
        elif item.get("type") == "display":
            reading.notes.append(Finding(here, f"words between questions were left out: {_title_of(item)}"))
        elif _is_worked_out(item):
            reading.notes.append(Finding(here, f"is worked out, not asked, and was left out: {_title_of(item)}"))
        else:
            _read_one(reading, item, stem, here)


def _read_group(reading: Reading, item: Mapping[str, Any], stem: Mapping[str, str], place: str) -> None:
    words = {reading.first: item["text"], **translations(item.get("_text"))} if item.get("text") else {}
    inner = {
        name: clipped(f"{stem.get(name, '')} {words.get(name, '')}".strip(), LONGEST_STEM)
        for name in LANGUAGES
        if {name} & {*stem, *words}
    }
    if words:
        reading.notes.append(Finding(place, "the words of this group stand before each of its questions"))
    if item.get("enableWhen"):
        reading.notes.append(Finding(place, "its questions are asked always: enableWhen was not carried over"))
    _read_items(reading, item.get("item"), inner, f"{place}, item")


def _is_worked_out(item: Mapping[str, Any]) -> bool:
    """A total, or something hidden."""
    names = {one["url"].rsplit("/", 1)[-1] for one in extensions(item)}
    is_hidden = any(one.get("valueBoolean") is True for one in extensions(item) if one["url"].endswith("hidden"))
    return item.get("readOnly") is True or is_hidden or any("calculatedExpression" in name for name in names)


def _read_one(reading: Reading, item: Mapping[str, Any], stem: Mapping[str, str], place: str) -> None:
    try:
        read = read_question(item, stem, reading.first, _answers_of(reading.questionnaire, item))
    except (TypeError, AttributeError, OverflowError):
        raise Unreadable(f"{place} of the Questionnaire is not built as FHIR R4 says.") from None
    if read is None:
        reading.notes.append(Finding(place, f"{_why_not(item)}: {_title_of(item)}"))
        return
    code = _item_code(reading, item)
    reading.items.append({"code": code, **read.raw})
    if read.counts:
        reading.counts[code] = read.counts
    reading.notes += [Finding(place, note) for note in dict.fromkeys(read.notes)]
    for position, inner in enumerate(_list(item.get("item")), start=1):
        is_anchor = isinstance(inner, Mapping) and any(one["url"] == CONTROL for one in extensions(inner))
        if not is_anchor:
            _read_items(reading, [inner], stem, f"{place}, item {position}, part")


def _why_not(item: Mapping[str, Any]) -> str:
    kind = str(item.get("type"))[:20]
    if not item.get("text"):
        return "was left out: it has no words"
    if kind in ("choice", "open-choice"):
        return "was left out: its answers are not in the file, too many, or not two"
    if kind in ("integer", "decimal"):
        return "was left out: a number needs its lowest and highest whole value (minValue, maxValue)"
    return f"was left out: an answer of type {kind!r} cannot be asked"


def _title_of(item: Mapping[str, Any]) -> str:
    text, _ = without_markup(str(item.get("text") or item.get("linkId") or ""))
    return f"“{clipped(text, 60)}”"


def _item_code(reading: Reading, item: Mapping[str, Any]) -> str:
    """Of a known instrument by LOINC; else like its linkId. The question about self-harm is told wherever it stands."""
    for number in _loinc_numbers(item):
        if number == loinc.SELF_HARM or number in reading.numbers:
            return SELF_HARM if number == loinc.SELF_HARM else reading.numbers[number]
    name = code_from(str(item.get("linkId", "")))
    return name if name not in {one["code"] for one in reading.items} else f"{name[:36]}_{len(reading.items) + 1}"


def _answers_of(questionnaire: Mapping[str, Any], item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answers in a value set that the file holds; none where it only points to one elsewhere."""
    wanted = str(item.get("answerValueSet") or "").removeprefix("#")
    sets = [one for one in _list(questionnaire.get("contained")) if isinstance(one, Mapping) and wanted]
    found = next((one for one in sets if wanted in (one.get("id"), one.get("url"))), {})
    return [{"valueCoding": concept} for concept in _concepts(found)]


def _concepts(value_set: Mapping[str, Any]) -> list[Any]:
    """Written out, else by its definition."""
    expansion, compose = (value_set.get(name) for name in ("expansion", "compose"))
    if isinstance(expansion, Mapping) and _list(expansion.get("contains")):
        return list(expansion["contains"])
    parts = _list(compose.get("include")) if isinstance(compose, Mapping) else ()
    return [concept for part in parts if isinstance(part, Mapping) for concept in _list(part.get("concept"))]


def _left_out(raw: Mapping[str, Any]) -> Iterator[Finding]:
    others = sorted(str(name)[:40] for name in raw if name not in USED and not str(name).startswith("_"))
    if others:
        yield Finding("", f"not used: {', '.join(others)}")
    names = {one["url"].rsplit("/", 1)[-1][:60] for one in extensions(raw) if one["url"] not in (DEFINITION, SCALE)}
    if names:
        yield Finding("", f"extensions of the whole were not carried over: {', '.join(sorted(names))}")


def _definition(reading: Reading, code: str) -> dict[str, Any]:
    raw = reading.questionnaire
    title, _ = without_markup(str(raw.get("title") or raw.get("name") or code))
    kept = {name: values[0] for name, values in next(iter(facts_in(raw, DEFINITION)), {}).items()}
    version = str(raw.get("version", ""))
    if not kept and version:
        reading.notes.append(
            Finding("", f"its version, {version[:40]!r}, is only kept in the file: versions are counted")
        )
    scales = [_scale(values) for values in facts_in(raw, SCALE)]
    return {
        "code": code,
        "version": version if kept else "1",
        "name": clipped(title, 80),
        "licence": clipped(str(raw.get("copyright") or "").replace(loinc.NOTICE, "").strip(), 1000),
        **kept,
        **({"scales": scales} if scales or kept else {}),
        "items": reading.items,
    }


def _scale(values: Mapping[str, list[Any]]) -> dict[str, Any]:
    scale: dict[str, Any] = {}
    for name, given in values.items():
        if name == "recode":
            pairs = [str(one).partition(":") for one in given]
            scale[name] = {code: [int(count) for count in counts.split(",")] for code, _, counts in pairs}
        elif name == "bands":
            scale[name] = [list(str(one).partition(":")[::2]) for one in given]
        elif name != "loinc":
            scale[name] = given if name in ("items", "table") else given[0]
    return scale
