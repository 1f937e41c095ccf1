"""Instruments as reviewed data: one TOML file each in ``definitions/``, loaded once into frozen records. No Django."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

DEFINITIONS = Path(__file__).parent / "definitions"


@dataclass(frozen=True)
class Wording:
    """One item in one language. ``text`` may hold ``{target}``, like "right knee"; ``short`` names it in a list."""

    text: str
    short: str
    low: str = ""
    high: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One question. Answers are whole numbers from ``minimum`` to ``maximum``."""

    code: str
    kind: str
    minimum: int
    maximum: int
    wording: dict[str, Wording]


@dataclass(frozen=True)
class Instrument:
    """A questionnaire with its version and scoring rule.

    ``scoring`` is "value" (the single answer) or "mean". Fewer than ``min_answered`` answers: no score, never a guess.
    ``mcid`` is in points of the score, or None where no threshold is published.
    """

    code: str
    version: str
    name: str
    scoring: str
    minimum: Decimal
    maximum: Decimal
    higher_is_better: bool
    min_answered: int
    mcid: Decimal | None
    mcid_source: str
    is_asked_at_baseline: bool
    items: tuple[Item, ...]


class UnknownInstrument(LookupError):
    """No definition file has this code."""


def _item(raw: dict[str, Any]) -> Item:
    languages = {name: raw[name] for name in raw if isinstance(raw[name], dict)}
    wording = {
        name: Wording(
            text["text"], text["short"], text.get("low", ""), text.get("high", ""), tuple(text.get("options", ()))
        )
        for name, text in languages.items()
    }
    return Item(raw["code"], raw["kind"], 1 if raw["kind"] == "choice" else 0, raw["maximum"], wording)


def _instrument(raw: dict[str, Any]) -> Instrument:
    return Instrument(
        code=raw["code"],
        version=raw["version"],
        name=raw["name"],
        scoring=raw["scoring"],
        minimum=Decimal(raw["minimum"]),
        maximum=Decimal(raw["maximum"]),
        higher_is_better=raw["higher_is_better"],
        min_answered=raw["min_answered"],
        mcid=Decimal(str(raw["mcid"])) if "mcid" in raw else None,
        mcid_source=raw.get("mcid_source", ""),
        is_asked_at_baseline=raw["asked"] == "always",
        items=tuple(_item(item) for item in raw["items"]),
    )


@cache
def library() -> dict[str, Instrument]:
    """Every instrument that ships with Mendline, by code."""
    found = (
        _instrument(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(DEFINITIONS.glob("*.toml"))
    )
    return {instrument.code: instrument for instrument in found}


def get(code: str) -> Instrument:
    """The instrument with this code. Raises UnknownInstrument."""
    try:
        return library()[code]
    except KeyError:
        raise UnknownInstrument(code) from None
