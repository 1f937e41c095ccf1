"""Morphine milligram equivalents a day, by versioned factors (``definitions/mme_factors.toml``). No Django.

For comparing one patient's intake over time. Not for converting between opioids, and never a reason to taper by itself.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "definitions" / "mme_factors.toml"
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Use:
    """One opioid as it is taken: mg a unit and units a day; a patch by micrograms an hour and patches worn at once."""

    drug: str
    strength: Decimal
    units_per_day: Decimal


@dataclass(frozen=True)
class FactorTable:
    """One version of the factors. ``caution``: from how many MME a day the guideline asks for caution."""

    version: str
    source: str
    factors: dict[str, Decimal]
    caution: Decimal
    caution_source: str


@dataclass(frozen=True)
class DailyMme:
    """The sum over all drugs, or None where a drug has no factor; ``unknown`` then says why, in sentences."""

    total: Decimal | None
    parts: tuple[Decimal | None, ...]
    unknown: tuple[str, ...]


class UnknownVersion(LookupError):
    """There is no factor table of this name."""


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"), parse_float=Decimal)


def drugs() -> dict[str, str]:
    """The label of every drug that can be recorded, by its code."""
    return dict(_file()["drugs"])


def is_patch(drug: str) -> bool:
    """Whether the strength is in micrograms an hour and the count is of patches worn at once."""
    return drug in _file()["patches"]["codes"]


def unit_of(drug: str) -> str:
    """The unit of this drug's strength."""
    return "mcg/h" if is_patch(drug) else "mg"


def current_version() -> str:
    """The version that new reviews are worked out with."""
    return str(_file()["current"])


@cache
def table(version: str) -> FactorTable:
    """The factors of one version. Raises UnknownVersion."""
    try:
        written = _file()["versions"][version]
    except KeyError:
        raise UnknownVersion(version) from None
    return FactorTable(
        version=version,
        source=written["source"],
        factors={drug: Decimal(factor) for drug, factor in written["factors"].items()},
        caution=Decimal(written["caution_mme"]),
        caution_source=written["caution_source"],
    )


def why_unknown(drug: str) -> str:
    """Why this drug has no factor, as a sentence."""
    reasons = _file()["without_factor"]
    return str(reasons.get(drug, reasons["other"]))


def mme_per_day(uses: Iterable[Use], version: str) -> DailyMme:
    """Strength × units a day × factor, summed. No opioid at all is 0. How often a patch is changed does not matter.

    Raises UnknownVersion.
    """
    factors = table(version).factors
    parts: list[Decimal | None] = []
    unknown: dict[str, None] = {}
    for use in uses:
        factor = factors.get(use.drug)
        if factor is None:
            unknown[why_unknown(use.drug)] = None
            parts.append(None)
        else:
            parts.append((use.strength * use.units_per_day * factor).quantize(CENT))
    total = None if unknown else sum((part for part in parts if part is not None), Decimal(0))
    return DailyMme(total, tuple(parts), tuple(unknown))


def is_caution(total: Decimal | None, version: str) -> bool:
    """Whether the guideline of this version asks for caution at this daily amount; never so when it is not known."""
    return total is not None and total >= table(version).caution
