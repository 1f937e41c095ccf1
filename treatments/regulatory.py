"""Which reports an adverse event asks for and the day each is due, from the facts known so far. No Django.

What nobody has judged yet counts as possible: a clock runs until a review says that it need not. Days and sources:
``definitions/regulatory_clocks.toml``.
"""

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "definitions" / "regulatory_clocks.toml"
REVIEW, IND_7, IND_15, TISSUE_15 = "causality_review", "ind_7_days", "ind_15_days", "hctp_15_days"

SEVERE, LIFE_THREATENING = 3, 4
SUSPECTED = {"", "possible", "probable", "definite"}
# Permanent impairment or damage, or an intervention, in the words that events are recorded with.
GRAVE = {"death", "life_threatening", "incapacity", "hospitalisation", "important"}


@dataclass(frozen=True)
class Facts:
    """What the clocks depend on. ``is_expected`` None and ``related_to_product`` "": nobody has judged yet."""

    aware_on: dt.date
    grade: int
    seriousness: frozenset[str] = frozenset()
    is_communicable: bool = False
    needed_intervention: bool = False
    left_damage: bool = False
    is_expected: bool | None = None
    related_to_product: str = ""
    is_under_ind: bool = False
    is_tissue: bool = False

    @property
    def is_serious(self) -> bool:
        """By 21 CFR 312.32(a); grade 4 and 5 are life-threatening and fatal by their definition."""
        return bool(self.seriousness) or self.grade >= LIFE_THREATENING

    @property
    def threatens_life(self) -> bool:
        return self.grade >= LIFE_THREATENING or bool(self.seriousness & {"death", "life_threatening"})


@dataclass(frozen=True)
class Clock:
    """One kind of report: how long it may take, from where that is known, and what it asks for."""

    kind: str
    label: str
    days: int
    counts_working_days: bool
    source: str
    asks: str
    rests_on: tuple[str, ...]

    def ends_on(self, aware_on: dt.date) -> dt.date:
        """The last day; the day of awareness is day 0. Working days are Monday to Friday, holidays not known."""
        if not self.counts_working_days:
            return aware_on + dt.timedelta(days=self.days)
        day, left = aware_on, self.days
        while left:
            day += dt.timedelta(days=1)
            left -= day.weekday() < 5
        return day


@cache
def clocks() -> dict[str, Clock]:
    """Every clock by its kind, the shortest first."""
    written: dict[str, Any] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["clocks"]
    return {
        kind: Clock(
            kind=kind,
            label=clock["label"],
            days=clock["days"],
            counts_working_days=clock["unit"] == "working",
            source=clock["source"],
            asks=clock["asks"],
            rests_on=tuple(clock["rests_on"]),
        )
        for kind, clock in written.items()
    }


def due(facts: Facts) -> dict[str, dt.date]:
    """The reports that are needed as things stand, each with the day its clock ends."""
    is_suspected = facts.related_to_product in SUSPECTED
    is_reaction = is_suspected and facts.is_expected is not True and facts.is_under_ind
    is_grave = bool(facts.seriousness & GRAVE) or facts.threatens_life or facts.needed_intervention or facts.left_damage
    needed = {
        REVIEW: facts.is_serious or facts.grade >= SEVERE,
        IND_7: is_reaction and facts.threatens_life,
        IND_15: is_reaction and facts.is_serious,
        TISSUE_15: is_suspected and facts.is_tissue and facts.is_communicable and is_grave,
    }
    return {kind: clock.ends_on(facts.aware_on) for kind, clock in clocks().items() if needed[kind]}


def not_judged(kind: str, *, is_expected: bool | None, related_to_product: str) -> list[str]:
    """What this report still rests on that nobody has judged, in words; empty when it is certain."""
    words = {
        "unexpected": ("it was unexpected", is_expected is None),
        "related": ("it is possibly related to the product", not related_to_product),
    }
    return [text for text, is_open in (words[name] for name in clocks()[kind].rests_on) if is_open]


def days_since(earlier: dt.date, later: dt.date) -> int:
    """Days from the injection to the day an event began; 0 on the same day."""
    return (later - earlier).days
