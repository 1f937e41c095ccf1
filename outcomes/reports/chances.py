"""The probability to improve, for the report of courses that started alike: told only while it comes true."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from outcomes.numerals import percent, plain
from outcomes.reports.results import Caveat
from outcomes.reports.shapes import Column, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.statistics.case_mix import FEWEST_COURSES
from outcomes.statistics.response_chance import Chance
from treatments.timepoints import in_words

PERCENTS = (30, 50)
SHUT, BEYOND, TOO_FEW = "does_not_come_true", "beyond_the_baselines", "too_few"


class ChanceAt(NamedTuple):
    """The probability at one timepoint."""

    timepoint: str
    chance: Chance


def chance_table(found: Sequence[ChanceAt], start: Decimal, modality: str) -> ReportTable:
    """Every probability that was tried, and why it is not told."""
    return ReportTable(
        key="chance",
        caption=f"Probability to improve, {modality}, from {plain(start)}",
        first="Timepoint",
        columns=(
            Column("n", "n", Unit.COUNT, "Courses with a baseline above 0, whatever it was."),
            Column("improved", "Improved so much", Unit.SHARE, "Of all of them, wherever they started."),
            Column("chance", "Probability", Unit.SHARE, "From the baseline alone. Interval: Wald's, of the log odds."),
            Column("brier", "Squared error (Brier)", Unit.PLAIN, "Of courses it was not made from."),
            Column("brier_of_rate", "Of one rate for all", Unit.PLAIN, "What telling everybody the same would have."),
            Column("slope", "Calibration slope", Unit.PLAIN, "1: neither too bold nor too timid. Interval: Wald's."),
        ),
        rows=tuple(
            TableRow(in_words(one.timepoint), _values(one.chance), f"By at least {one.chance.percent} %")
            for one in found
        ),
        note="A probability is made from one half of the courses and tried on the other, both ways. It is told only where it "
        "does better than one rate for all and the interval of its slope has 1 in it, and of "
        f"{FEWEST_COURSES} courses on. It describes others.",
    )


def chance_sentence(found: Sequence[ChanceAt], start: Decimal) -> str:
    """The last probability that may be told, in words; empty where none may."""
    told = [one for one in found if one.chance.value is not None]
    if not told:
        return ""
    last = told[-1]
    return (
        f" Of those who started at {plain(start)}, about {percent(last.chance.value or 0)} improved by at least "
        f"{last.chance.percent} % at {in_words(last.timepoint).lower()}, going by a model of the baseline alone."
    )


def chance_caveats(found: Sequence[ChanceAt]) -> tuple[Caveat, ...]:
    """That probabilities were tried and are not told, where that is so."""
    shut = [one for one in found if one.chance.gate is not None and not one.chance.gate.may_show]
    said = (
        f"{len(shut):,} of {len(found):,} probabilities to improve are not told: tried on courses they were not made from, they "
        "did no better than one rate for all, or were too bold or too timid."
    )
    return (Caveat("chance_not_told", said),) if shut else ()


def _values(chance: Chance) -> dict[str, Value]:
    values: dict[str, Value] = {
        "n": chance.n,
        "improved": Statistic(chance.k / chance.n if chance.n else None, chance.n, k=chance.k),
        "chance": Statistic(chance.value, chance.n, chance.ci, method="logistic", reason=_reason(chance)),
    }
    if chance.gate is None:
        return values
    gate = chance.gate
    return values | {
        "brier": Statistic(gate.brier, chance.n),
        "brier_of_rate": Statistic(gate.brier_of_rate, chance.n),
        "slope": Statistic(gate.slope, chance.n, gate.slope_ci, method="wald"),
    }


def _reason(chance: Chance) -> str:
    if chance.value is not None:
        return ""
    if chance.gate is None:
        return TOO_FEW
    return BEYOND if chance.gate.may_show else SHUT
