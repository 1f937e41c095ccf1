"""Instruments that Mendline knows how to score and does not ship: their structure without words, and PHQ-9, which waits
for a clinic to switch it on. No Django.
"""

from functools import cache
from typing import Any

from outcomes.instruments import (
    DEFINITIONS,
    Instrument,
    instrument_of,
    library,
    read_definitions,
    shipped_definitions,
)

LICENSED = DEFINITIONS / "licensed"
# The item that only clinics may ask where somebody watches the answers.
SELF_HARM = "self_harm"


@cache
def structures() -> dict[str, Instrument]:
    """Those that a clinic has to bring or switch on, by code."""
    return {raw["code"]: instrument_of(raw) for raw in read_definitions(LICENSED)}


@cache
def known() -> dict[str, Instrument]:
    """Every instrument that Mendline has a definition of, with words or without, at its newest version."""
    return structures() | library()


@cache
def known_definitions() -> dict[str, dict[str, Any]]:
    """What their files say, by code, with days as text."""
    raws = [*read_definitions(LICENSED), *shipped_definitions().values()]
    return {raw["code"]: {**raw, "next_review": str(raw["next_review"])} for raw in raws}


@cache
def scale_owners() -> dict[str, str]:
    """Which instrument each known scale belongs to, by the scale's code."""
    return {scale.code: one.code for one in known().values() for scale in one.scales}
