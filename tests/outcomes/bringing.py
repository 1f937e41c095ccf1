"""Small made-up instruments in every kind of file, for tests of bringing them."""

import copy
import json
from collections.abc import Iterator
from typing import Any

SOURCE = "garden.toml"
GARDEN = """
code = "garden"
version = "1"
name = "Garden scale"
licence = "Made up for tests."
source = "Nobody 2020"
recall = "last week"

[[scales]]
method = "sum"
minimum = 0
maximum = 6
higher_is_better = true

[[items]]
code = "digging"
kind = "choice"
maximum = 3
[items.en]
text = "How well could you dig with your {target}?"
short = "Digging"
options = ["Not at all", "A little", "Well", "Very well"]
[items.es]
text = "¿Qué tan bien pudo cavar con su {target}?"
short = "Cavar"
options = ["Nada", "Un poco", "Bien", "Muy bien"]

[[items]]
code = "raking"
kind = "choice"
maximum = 3
[items.en]
text = "How well could you rake?"
short = "Raking"
options = ["Not at all", "A little", "Well", "Very well"]
[items.es]
text = "¿Qué tan bien pudo rastrillar?"
short = "Rastrillar"
options = ["Nada", "Un poco", "Bien", "Muy bien"]
"""
BARE: dict[str, Any] = {
    "code": "garden",
    "version": "1",
    "name": "Garden scale",
    "scales": [{"method": "mean", "higher_is_better": False}],
    "items": [
        {
            "code": "pain",
            "kind": "scale",
            "maximum": 10,
            "en": {"text": "How was it?", "short": "Pain", "low": "Good", "high": "Bad"},
        },
        {
            "code": "stiff",
            "kind": "scale",
            "maximum": 10,
            "en": {"text": "How stiff was it?", "short": "Stiff", "low": "Good", "high": "Bad"},
        },
    ],
}
MISSING = object()


def changed(**changes: Any) -> dict[str, Any]:
    """BARE with changes at places like ``items__0__maximum``; MISSING takes a field away."""
    made = copy.deepcopy(BARE)
    for path, value in changes.items():
        *way, last = (int(part) if part.isdecimal() else part for part in path.split("__"))
        place = made
        for part in way:
            place = place[part]
        if value is MISSING:
            del place[last]
        else:
            place[last] = value
    return made


def option(
    words: str, weight: object = None, url: str = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
) -> dict:
    extra = {} if weight is None else {"extension": [{"url": url, "valueDecimal": weight}]}
    return {**extra, "valueCoding": {"code": words.lower(), "display": words}}


def questionnaire(*items: dict[str, Any], **more: Any) -> bytes:
    """A FHIR R4 Questionnaire of somebody else."""
    return json.dumps(
        {"resourceType": "Questionnaire", "status": "draft", "title": "Garden scale", "item": list(items), **more}
    ).encode()


HEADER = (
    '"Variable / Field Name","Form Name","Section Header","Field Type","Field Label",'
    '"Choices, Calculations, OR Slider Labels","Field Note","Text Validation Type OR Show Slider Number",'
    '"Text Validation Min","Text Validation Max",Identifier?,"Branching Logic (Show field only if...)","Required Field?",'
    '"Custom Alignment","Question Number (surveys only)","Matrix Group Name","Matrix Ranking?","Field Annotation"'
)


def dictionary(*rows: str) -> bytes:
    """A REDCap data dictionary with these lines below its header."""
    return "\r\n".join([HEADER, *rows]).encode("utf-8-sig")


def words(brought: Any) -> Iterator[str]:
    """What was found, as people read it."""
    yield from map(str, (*brought.problems, *brought.notes))
