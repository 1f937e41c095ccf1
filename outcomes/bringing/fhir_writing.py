"""A definition as a FHIR R4 Questionnaire, from which the same definition can be read again."""

from collections.abc import Mapping
from typing import Any

from outcomes import loinc
from outcomes.bringing.checking import complete
from outcomes.bringing.fhir_words import (
    ANSWERS,
    CODE_SYSTEM,
    CONTROL,
    CONTROLS,
    DEFINITION,
    ITEM,
    MAXIMUM,
    MINIMUM,
    ORDINAL,
    SCALE,
    SHORT,
    facts,
    translated,
)
from outcomes.instruments import LANGUAGES

KEPT = ("asked", "needs_official_text", "source", "recall", "checked_by", "next_review")


def questionnaire_of(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The Questionnaire. Texts are in its first language, those in the other in the standard extension.

    What FHIR has no place for, like scoring, stands in extensions of Mendline's own.
    """
    whole = complete(definition)
    first, *others = [name for name in LANGUAGES if name in whole["items"][0]] or LANGUAGES[:1]
    codes = loinc.CODES.get(whole["code"], loinc.Codes())
    copyright_ = "\n".join(filter(None, [whole["licence"], loinc.NOTICE if codes != loinc.Codes() else ""]))
    return {
        "resourceType": "Questionnaire",
        "language": first,
        "extension": [
            facts({name: whole[name] for name in KEPT if whole[name] != ""}, DEFINITION),
            *(_scale(scale, codes) for scale in whole["scales"]),
        ],
        "identifier": [{"system": CODE_SYSTEM, "value": whole["code"]}],
        "version": whole["version"],
        "name": whole["code"],
        "title": whole["name"],
        "status": "active",
        "subjectType": ["Patient"],
        **({"copyright": copyright_} if copyright_ else {}),
        **({"code": [_loinc(codes.panel)]} if codes.panel else {}),
        "item": [_item(item, first, others, codes.items.get(item["code"], "")) for item in whole["items"]],
    }


def _loinc(code: str) -> dict[str, str]:
    return {"system": loinc.SYSTEM, "code": code}


def _scale(scale: Mapping[str, Any], codes: loinc.Codes) -> dict[str, Any]:
    flat = {name: value for name, value in scale.items() if value not in ("", [], {})}
    flat["recode"] = [f"{code}:{','.join(map(str, counts))}" for code, counts in scale["recode"].items()]
    flat["bands"] = [f"{start}:{words}" for start, words in scale["bands"]]
    written = facts(flat, SCALE)
    if scale["code"] in codes.scales:
        written["extension"].append({"url": "loinc", "valueCoding": _loinc(codes.scales[scale["code"]])})
    return written


def _item(item: Mapping[str, Any], first: str, others: list[str], number: str) -> dict[str, Any]:
    has_words = first in item
    written: dict[str, Any] = {
        "linkId": item["code"],
        **({"code": [_loinc(number)]} if number else {}),
        "type": "choice" if item["kind"] == "choice" else "integer",
        "required": not item["is_skippable"],
        "extension": [facts({"kind": item["kind"], "short": item["short"]}, ITEM)],
    }
    if has_words:
        written |= _said("text", item, first, others)
        written["extension"].append({"url": SHORT, **_said("valueString", item, first, others, "short")})
    if item["kind"] == "choice":
        values = range(item["minimum"], item["maximum"] + 1)
        written["answerOption"] = [_option(item, value, first, others) for value in values]
        return written
    ends = {MINIMUM: item["minimum"], MAXIMUM: item["maximum"]}
    written["extension"] += [{"url": url, "valueInteger": value} for url, value in ends.items()]
    if item["kind"] == "scale":
        written["extension"].append(_control("slider"))
    anchors = [_anchor(item, name, first, others) for name in ("low", "high") if has_words and item[first][name]]
    return written | ({"item": anchors} if anchors else {})


def _said(name: str, item: Mapping[str, Any], first: str, others: list[str], part: str = "text") -> dict[str, Any]:
    """A text under ``name`` with its translations beside it."""
    texts = {language: item[language][part] for language in others if item[language][part]}
    beside = {f"_{name}": translated(texts)} if texts else {}
    return {name: item[first][part], **beside}


def _option(item: Mapping[str, Any], value: int, first: str, others: list[str]) -> dict[str, Any]:
    coding: dict[str, Any] = {"system": ANSWERS, "code": str(value)}
    place = value - item["minimum"]
    if first in item:
        texts = {language: item[language]["options"][place] for language in others}
        coding["display"] = item[first]["options"][place]
        if texts:
            coding["_display"] = translated(texts)
    return {"extension": [{"url": ORDINAL, "valueDecimal": value}], "valueCoding": coding}


def _anchor(item: Mapping[str, Any], end: str, first: str, others: list[str]) -> dict[str, Any]:
    side = "lower" if end == "low" else "upper"
    words = _said("text", item, first, others, end)
    return {"linkId": f"{item['code']}.{side}", "type": "display", "extension": [_control(side)], **words}


def _control(code: str) -> dict[str, Any]:
    return {"url": CONTROL, "valueCodeableConcept": {"coding": [{"system": CONTROLS, "code": code}]}}
