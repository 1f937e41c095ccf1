"""Names that FHIR Questionnaires and Mendline share: extensions, code systems, and texts in two languages."""

from collections.abc import Iterator, Mapping
from typing import Any

CORE = "http://hl7.org/fhir/StructureDefinition/"
TRANSLATION = f"{CORE}translation"
MINIMUM, MAXIMUM = f"{CORE}minValue", f"{CORE}maxValue"
CONTROL = f"{CORE}questionnaire-itemControl"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
SHORT = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-shortText"
ORDINAL = f"{CORE}ordinalValue"
# Written by older and newer tools for the same: how much an answer counts.
WEIGHTS = {ORDINAL, f"{CORE}itemWeight", f"{CORE}questionnaire-ordinalValue"}
# Mendline's own: what a Questionnaire has no place for.
OURS = "urn:mendline:"
DEFINITION, ITEM, SCALE = (f"{OURS}{name}" for name in ("definition", "item", "scale"))
CODE_SYSTEM, ANSWERS = f"{OURS}instrument", f"{OURS}answer"


def extensions(element: Any) -> Iterator[Mapping[str, Any]]:
    """The extensions of an element that have an address."""
    found = element.get("extension", ()) if isinstance(element, Mapping) else ()
    for one in found if isinstance(found, list) else ():
        if isinstance(one, Mapping) and isinstance(one.get("url"), str):
            yield one


def value_of(extension: Mapping[str, Any]) -> Any:
    """What an extension says, whatever its type; None when it says nothing simple."""
    return next((value for name, value in extension.items() if name.startswith("value")), None)


def translated(others: Mapping[str, str]) -> dict[str, Any]:
    """What stands beside a text in the standard extension, to be put under its name with an underscore."""
    return {
        "extension": [
            {
                "url": TRANSLATION,
                "extension": [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": other}],
            }
            for language, other in others.items()
        ]
    }


def translations(element: Any) -> dict[str, str]:
    """The texts in other languages, by two letters, of what stands under a name with an underscore."""
    found = {}
    for one in extensions(element):
        if one["url"] == TRANSLATION:
            parts = {part["url"]: value_of(part) for part in extensions(one)}
            language, content = parts.get("lang"), parts.get("content")
            if isinstance(language, str) and isinstance(content, str):
                found[language[:2].lower()] = content
    return found


def facts(values: Mapping[str, Any], url: str) -> dict[str, Any]:
    """Simple values and lists of them as one extension with an extension for each."""
    parts = []
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            kind = "Boolean" if isinstance(one, bool) else "Integer" if isinstance(one, int) else "String"
            parts.append({"url": name, f"value{kind}": one})
    return {"url": url, "extension": parts}


def facts_in(element: Any, url: str) -> list[dict[str, list[Any]]]:
    """What ``facts`` wrote under this address, each name with all of its values."""
    found = []
    for one in extensions(element):
        if one["url"] == url:
            values: dict[str, list[Any]] = {}
            for part in extensions(one):
                values.setdefault(part["url"], []).append(value_of(part))
            found.append(values)
    return found
