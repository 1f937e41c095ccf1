"""A file that somebody brings: what kind it is, what it asks, how that would be scored, and what was lost on the way."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from outcomes.bringing.checking import complete, notes_of, problems_of
from outcomes.bringing.fhir_reading import read_questionnaire
from outcomes.bringing.findings import Brought, Finding, Unreadable
from outcomes.bringing.known import fitted
from outcomes.bringing.redcap import is_dictionary, read_dictionary
from outcomes.bringing.shapes import shape_problems
from outcomes.bringing.strict import json_in, text_of, toml_in
from outcomes.licensed import known_definitions


class Scoring(NamedTuple):
    """How to score a file that says nothing about it; ``method`` "" is not at all."""

    method: str = ""
    higher_is_better: bool = False


def read_file(content: bytes, *, language: str = "en", scoring: Scoring = Scoring()) -> Brought:  # noqa: B008 - frozen
    """What the file asks: a definition in TOML or JSON, a FHIR R4 Questionnaire, or a REDCap data dictionary.

    ``language`` and ``scoring`` count where the file says nothing about them. Raises Unreadable.
    """
    raw, counts, notes = _read(text_of(content), language)
    ours = known_definitions().get(str(raw.get("code")))
    if ours and not shape_problems(raw):
        raw, counts, more = fitted(raw, counts, ours)
        notes += more
    elif "scales" not in raw and scoring.method:
        raw = {**raw, "scales": [_scale(raw, counts, scoring)]}
    elif counts and "scales" not in raw:
        notes.append(
            Finding("", f"what answers count for was not carried over, of {', '.join(counts)}: nothing is scored")
        )
    return checked(raw, tuple(notes))


def checked(raw: Mapping[str, Any], notes: tuple[Finding, ...] = ()) -> Brought:
    """A definition looked at, whole where it has no problems."""
    problems = problems_of(raw)
    if problems:
        return Brought({}, problems, notes)
    definition = complete(raw)
    return Brought(definition, (), (*notes, *notes_of(definition)))


def _read(text: str, language: str) -> tuple[dict[str, Any], dict[str, list[int]], list[Finding]]:
    start = text.lstrip()[:1]
    if start in ("{", "["):
        raw = json_in(text)
        if isinstance(raw, dict) and "resourceType" in raw:
            return _questionnaire(raw, language)
    elif is_dictionary(text):
        return read_dictionary(text, language)
    elif start == "<":
        raise Unreadable("The file is XML or HTML. Bring a FHIR Questionnaire as JSON.")
    else:
        raw = toml_in(text)
    if not isinstance(raw, dict):
        raise Unreadable("The file holds a list; a definition is one group of fields.")
    return raw, {}, []


def _questionnaire(raw: dict[str, Any], language: str) -> tuple[dict[str, Any], dict[str, list[int]], list[Finding]]:
    if raw["resourceType"] != "Questionnaire":
        raise Unreadable(f"The file is a FHIR {str(raw['resourceType'])[:40]}; bring a Questionnaire.")
    try:
        return read_questionnaire(raw, language)
    except (TypeError, ValueError, AttributeError, KeyError, IndexError, OverflowError) as error:
        raise (
            error if isinstance(error, Unreadable) else Unreadable("The Questionnaire is not built as FHIR R4 says.")
        ) from None


def _scale(raw: Mapping[str, Any], counts: Mapping[str, list[int]], scoring: Scoring) -> dict[str, Any]:
    scale: dict[str, Any] = {"method": scoring.method, "higher_is_better": scoring.higher_is_better}
    return {**scale, "recode": dict(counts)} if counts else scale
