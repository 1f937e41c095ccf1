"""Which of the facts that reporting guidelines ask for a session has. No Django.

The lists are data (``definitions/reporting_checklists.toml``), read once and checked on reading.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from treatments import field_labels
from treatments.cell_types import CELL_TYPES

FILE = Path(__file__).parent / "definitions" / "reporting_checklists.toml"
PARTS = ("patient", "profile", "course", "visit", "holds", "preparation", "lots", "injections", "aftercare")
MAX_CODE = 40

Record = Mapping[str, Any]


class DefinitionInvalid(ValueError):
    """The file of checklists cannot be used; the message says where."""


@dataclass(frozen=True)
class Wanted:
    """One field that is enough for a need, like "preparation.spins.minutes"; with a value, only that value is."""

    path: str
    value: str = ""

    @property
    def part(self) -> str:
        return self.path.partition(".")[0]

    @property
    def steps(self) -> list[str]:
        return self.path.split(".")

    def counts(self, value: Any) -> bool:
        """Whether this value is an answer: No and 0 are, nothing and an empty list are not."""
        if self.value:
            return value is True if self.value == "yes" else value == self.value
        return value is not None and value != "" and value != []


@dataclass(frozen=True)
class Item:
    """One fact to be reported. Every one of ``needs`` must be there; each is met by any of its fields."""

    code: str
    category: str
    label: str
    needs: tuple[tuple[Wanted, ...], ...]

    def is_in(self, record: Record) -> bool:
        """Whether the record has it."""
        return all(_is_met(record, [(wanted.steps, wanted) for wanted in need]) for need in self.needs)

    def applies_to(self, record: Record) -> bool:
        """Whether a product of this kind can have it."""
        kind = CELL_TYPES.get(record.get("preparation", {}).get("product_type", ""))
        if kind is None:
            return True
        has = {*kind.fields, *kind.rows()}
        return all(
            any(wanted.part != "preparation" or wanted.steps[1] in has for wanted in need) for need in self.needs
        )

    @property
    def leads_to(self) -> str:
        """The field with which to begin, dotted."""
        return self.needs[0][0].path


@dataclass(frozen=True)
class Checklist:
    """One guideline's list for one modality."""

    code: str
    modality: str
    name: str
    source: str
    items: tuple[Item, ...]

    def item(self, code: str) -> Item | None:
        """The item of this code; None for one of an earlier version."""
        return next((item for item in self.items if item.code == code), None)


@dataclass(frozen=True)
class Completeness:
    """Codes of the items a session has and of those it lacks; items that do not apply are in neither."""

    checklist: str
    recorded: tuple[str, ...]
    missing: tuple[str, ...]


def check(checklist: Checklist, record: Record) -> Completeness:
    """What the record has of the checklist. ``record``: parts by name, each a mapping or a list of rows."""
    asked = [item for item in checklist.items if item.applies_to(record)]
    recorded = tuple(item.code for item in asked if item.is_in(record))
    return Completeness(checklist.code, recorded, tuple(item.code for item in asked if item.code not in recorded))


def _is_met(found: Any, ways: Sequence[tuple[list[str], Wanted]]) -> bool:
    """Whether one of the ways leads to an answer; through rows, in every row one of them, and there is a row."""
    if isinstance(found, Mapping):
        by_step: dict[str, list[tuple[list[str], Wanted]]] = {}
        for (step, *rest), wanted in ways:
            by_step.setdefault(step, []).append((rest, wanted))
        return any(_is_met(found.get(step), further) for step, further in by_step.items())
    going_on = [way for way in ways if way[0]]
    if going_on and isinstance(found, Sequence):
        return bool(found) and all(_is_met(row, going_on) for row in found)
    return any(wanted.counts(found) for steps, wanted in ways if not steps)


def read(text: str) -> dict[str, Checklist]:
    """The checklists of a definition file, by modality. Raises DefinitionInvalid, naming the place."""
    try:
        lists = [_checklist(raw) for raw in tomllib.loads(text)["checklist"]]
    except tomllib.TOMLDecodeError as error:
        raise DefinitionInvalid(f"This is not TOML: {error}") from None
    except KeyError as error:
        raise DefinitionInvalid(f"{error} is missing.") from None
    return {found.modality: found for found in lists}


def _checklist(raw: Mapping[str, Any]) -> Checklist:
    items = tuple(_item(raw["modality"], one) for one in raw["items"])
    if len({item.code for item in items}) != len(items):
        raise DefinitionInvalid(f"{raw['code']}: a code stands there twice.")
    return Checklist(f"{raw['code']}-{raw['version']}", raw["modality"], raw["name"], raw["source"], items)


def _item(modality: str, raw: Mapping[str, Any]) -> Item:
    if not raw["needs"] or len(raw["code"]) > MAX_CODE:
        raise DefinitionInvalid(f"{raw['code']}: give it at least one need and at most {MAX_CODE} letters.")
    needs = tuple(tuple(_wanted(modality, one) for one in need.split("|")) for need in raw["needs"])
    return Item(raw["code"], raw["category"], raw["label"], needs)


def _wanted(modality: str, text: str) -> Wanted:
    path, _, value = text.strip().partition("=")
    part, *rest = path.split(".")
    known = {**field_labels.PREPARATIONS[modality], **field_labels.ROWS} if part == "preparation" else {}
    if part not in PARTS or not rest or (known and rest[0] not in known):
        raise DefinitionInvalid(f'"{path}" is no field of a session.')
    return Wanted(path, value)


CHECKLISTS = read(FILE.read_text(encoding="utf-8"))
BY_CODE = {checklist.code: checklist for checklist in CHECKLISTS.values()}
