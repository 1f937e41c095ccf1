"""Instruments as reviewed data: one TOML file each in ``definitions/``, loaded once into frozen records. No Django."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

DEFINITIONS = Path(__file__).parent / "definitions"
LANGUAGES = ("en", "es")
# So many questions a check-in asks at most.
MOST_AT_ONCE = 15
# General questions, in the order in which protocols ask them.
USUAL = ("nrs_now", "nrs_average", "peg", "pgic")


@dataclass(frozen=True)
class Wording:
    """One item in one language. ``text`` may hold ``{target}``, like "right knee"; ``short`` names it in a list."""

    text: str
    short: str
    low: str = ""
    high: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Item:
    """One question. Answers are whole numbers from ``minimum`` to ``maximum``. ``short`` names it to staff.

    ``kind``: "scale" is a row of numbers, "choice" a list of words, "number" is typed. One that is not skippable
    offers an answer for whoever would rather not say.
    """

    code: str
    kind: str
    minimum: int
    maximum: int
    short: str
    wording: Mapping[str, Wording]
    is_skippable: bool = True


@dataclass(frozen=True, eq=False)
class Scale:
    """What an instrument is scored into. Most have one, with the instrument's own code; some have several or none.

    ``method``: see outcomes.scoring. Fewer than ``min_answered`` answers: no score, never a guess. ``mcid`` is in points
    of the score, or None where no threshold is published. ``table``: the score of each sum, the lowest sum first.
    ``recode``: by item, what each of its answers counts for, the lowest answer first. ``bands``: from which score on
    each word for it holds, the lowest first.
    """

    code: str
    name: str
    method: str
    items: tuple[Item, ...]
    minimum: Decimal
    maximum: Decimal
    higher_is_better: bool
    min_answered: int
    mcid: Decimal | None = None
    mcid_source: str = ""
    table: tuple[Decimal, ...] = ()
    recode: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    bands: tuple[tuple[Decimal, str], ...] = ()

    @property
    def is_amount(self) -> bool:
        """More or less of something. A profile is none: nothing is averaged over it, and no change of it judged."""
        return self.method != "profile"


@dataclass(frozen=True, eq=False)
class Instrument:
    """A questionnaire at one version, compared by identity. One with ``needs_official_text`` has no words to ask in."""

    code: str
    version: str
    name: str
    is_asked_at_baseline: bool
    needs_official_text: bool
    scales: tuple[Scale, ...]
    items: tuple[Item, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """Those in which every item has its words."""
        return tuple(name for name in LANGUAGES if all(name in item.wording for item in self.items))

    @property
    def is_ready(self) -> bool:
        """It can be asked as it is."""
        return not self.needs_official_text and bool(self.languages)


class UnknownInstrument(LookupError):
    """No definition has this code and version."""


def _wording(raw: Mapping[str, Any]) -> Wording:
    return Wording(raw["text"], raw["short"], raw.get("low", ""), raw.get("high", ""), tuple(raw.get("options", ())))


def _item(raw: Mapping[str, Any]) -> Item:
    wording = {name: _wording(raw[name]) for name in LANGUAGES if name in raw}
    is_skippable = raw.get("is_skippable", True)
    short = raw.get("short") or wording[LANGUAGES[0]].short
    return Item(raw["code"], raw["kind"], raw.get("minimum", 0), raw["maximum"], short, wording, is_skippable)


def _scale(raw: Mapping[str, Any], instrument: Mapping[str, Any], items: Mapping[str, Item]) -> Scale:
    scored = tuple(items[code] for code in raw.get("items", items))
    return Scale(
        code=raw.get("code", instrument["code"]),
        name=raw.get("name", instrument["name"]),
        method=raw["method"],
        items=scored,
        minimum=Decimal(str(raw["minimum"])),
        maximum=Decimal(str(raw["maximum"])),
        higher_is_better=raw["higher_is_better"],
        min_answered=raw.get("min_answered", len(scored)),
        mcid=Decimal(str(raw["mcid"])) if "mcid" in raw else None,
        mcid_source=raw.get("mcid_source", ""),
        table=tuple(Decimal(value) for value in raw.get("table", ())),
        recode={code: tuple(counts) for code, counts in raw.get("recode", {}).items()},
        bands=tuple((Decimal(str(start)), words) for start, words in raw.get("bands", ())),
    )


def instrument_of(raw: Mapping[str, Any]) -> Instrument:
    """The instrument that a definition describes, which is taken to be sound."""
    items = {item["code"]: _item(item) for item in raw["items"]}
    return Instrument(
        code=raw["code"],
        version=raw["version"],
        name=raw["name"],
        is_asked_at_baseline=raw["asked"] == "always",
        needs_official_text=raw.get("needs_official_text", False),
        scales=tuple(_scale(scale, raw, items) for scale in raw.get("scales", ())),
        items=tuple(items.values()),
    )


def read_definitions(folder: Path) -> list[dict[str, Any]]:
    """What every definition file in a folder says, each code's newest version last."""
    raws = [tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")]
    return sorted(raws, key=lambda raw: (raw["code"], int(raw["version"])))


@cache
def shipped_definitions() -> dict[tuple[str, str], dict[str, Any]]:
    """What the files that ship with Mendline or did say, by code and version."""
    return {(raw["code"], raw["version"]): raw for raw in read_definitions(DEFINITIONS)}


@cache
def every_version() -> dict[tuple[str, str], Instrument]:
    """Every instrument that ships with Mendline or did, by code and version: old answers keep their questions."""
    return {key: instrument_of(raw) for key, raw in shipped_definitions().items()}


@cache
def library() -> dict[str, Instrument]:
    """Every instrument that ships with Mendline, by code, at its newest version; the usual ones first."""
    newest = {code: instrument for (code, _), instrument in every_version().items()}
    return {code: newest[code] for code in (*USUAL, *(code for code in newest if code not in USUAL))}


@cache
def scales() -> dict[str, Scale]:
    """What the instruments of the library are scored into, by code."""
    return {scale.code: scale for instrument in library().values() for scale in instrument.scales}


def get(code: str) -> Instrument:
    """The instrument with this code. Raises UnknownInstrument."""
    try:
        return library()[code]
    except KeyError:
        raise UnknownInstrument(code) from None
