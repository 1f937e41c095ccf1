"""The cut-points of PRP classes, read once from ``definitions/prp_classes.toml`` and checked. No Django."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "definitions" / "prp_classes.toml"


class DefinitionInvalid(ValueError):
    """The file of cut-points cannot be used; the message says where."""


@dataclass(frozen=True)
class Band:
    """One letter of a scale. ``bound`` is None in the last band, which takes the rest."""

    letter: str
    bound: Decimal | None
    includes_bound: bool
    is_checked: bool

    def holds(self, value: Decimal) -> bool:
        """Whether the value is in this band or a better one."""
        if self.bound is None:
            return True
        return value >= self.bound if self.includes_bound else value > self.bound

    def __str__(self) -> str:
        if self.bound is None:
            return f"{self.letter} below"
        return f"{self.letter} {'from' if self.includes_bound else 'above'} {self.bound}"


@dataclass(frozen=True)
class Scale:
    """Bands from the best down."""

    bands: tuple[Band, ...]

    def letter(self, value: Decimal) -> str:
        """The letter of the first band that holds the value; the last one takes every value."""
        return next(band.letter for band in self.bands if band.holds(value))

    @property
    def is_checked(self) -> bool:
        return all(band.is_checked for band in self.bands)

    def __str__(self) -> str:
        return ", ".join(map(str, self.bands))


@dataclass(frozen=True)
class PrpClasses:
    """Everything the file says."""

    note: str
    depa_source: str
    dose: Scale
    efficiency: Scale
    purity: Scale
    plra_source: str
    leukocytes_above_percent: Decimal
    erythrocytes_above_percent: Decimal
    is_plra_checked: bool

    @property
    def is_depa_checked(self) -> bool:
        return all(scale.is_checked for scale in (self.dose, self.efficiency, self.purity))


def read(text: str) -> PrpClasses:
    """The classes in a definition file. Raises DefinitionInvalid for anything that could give a wrong letter."""
    try:
        found = tomllib.loads(text, parse_float=Decimal)
        depa, plra = found["depa"], found["plra"]
        return PrpClasses(
            note=_words(found, "note"),
            depa_source=_words(depa, "source"),
            **{scale: _scale(depa, scale) for scale in ("dose", "efficiency", "purity")},
            plra_source=_words(plra, "source"),
            leukocytes_above_percent=_number(plra["leukocytes_above_percent"]),
            erythrocytes_above_percent=_number(plra["erythrocytes_above_percent"]),
            is_plra_checked=bool(plra["checked"]),
        )
    except tomllib.TOMLDecodeError as error:
        raise DefinitionInvalid(f"This is not TOML: {error}") from None
    except KeyError as error:
        raise DefinitionInvalid(f"{error} is missing.") from None


def _words(table: Mapping[str, Any], key: str) -> str:
    if not isinstance(table[key], str) or not table[key].strip():
        raise DefinitionInvalid(f'"{key}" must say something.')
    return table[key]


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
        raise DefinitionInvalid(f"{value!r} is no cut-point: give a number of 0 or more.")
    return Decimal(value)


def _scale(depa: Mapping[str, Any], name: str) -> Scale:
    bands = tuple(_band(table) for table in depa[name])
    bounds = [band.bound for band in bands]
    if not bounds or bounds[-1] is not None or None in bounds[:-1]:
        raise DefinitionInvalid(f"{name}: every band but the last has a bound, and the last has none.")
    if not _falls([bound for bound in bounds if bound is not None]):
        raise DefinitionInvalid(f"{name}: bands go from the best down.")
    if len({band.letter for band in bands}) != len(bands):
        raise DefinitionInvalid(f"{name}: a letter stands there twice.")
    return Scale(bands)


def _falls(bounds: Sequence[Decimal]) -> bool:
    return all(first > second for first, second in pairwise(bounds))


def _band(table: Mapping[str, Any]) -> Band:
    if "above" in table and "from" in table:
        raise DefinitionInvalid(f"Band {table['letter']}: give above or from, not both.")
    bound = table.get("above", table.get("from"))
    return Band(_words(table, "letter"), None if bound is None else _number(bound), "from" in table, table["checked"])


PRP_CLASSES = read(FILE.read_text(encoding="utf-8"))
