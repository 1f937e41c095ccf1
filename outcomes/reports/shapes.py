"""What every report after the first answers with: tables of statistics, and what to know before believing them.

JSON, CSV and the page are made from these alone, so that a report cannot say one thing here and another there.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from outcomes.outcome_rules import RULE_VERSION
from outcomes.reports.filters import ReportFilter
from outcomes.reports.results import Caveat
from outcomes.reports.scope import Measure
from outcomes.statistics import LEVEL, Mean, Proportion

Drawn = TypeVar("Drawn")


class Unit(StrEnum):
    """How a number is written."""

    COUNT = "count"
    POINTS = "points"
    SHARE = "share"
    DAYS = "days"
    RATE = "per_100_sessions"
    AMOUNT = "amount"  # of what its label names, like mg a day
    PLAIN = "plain"


@dataclass(frozen=True)
class Statistic:
    """One number with its interval and what it is made of. ``value`` is None, never 0, where ``reason`` says why.

    Shares are fractions from 0 to 1. ``n``: what it was computed from. ``k``: how many of them, of a share.
    """

    value: float | None
    n: int
    ci: tuple[float, float] | None = None
    k: int | None = None
    method: str = ""
    reason: str = ""
    is_suppressed: bool = False

    @classmethod
    def of_mean(cls, mean: Mean) -> "Statistic":
        """The same mean."""
        return cls(mean.value, mean.n, mean.ci, method=mean.method, reason=mean.reason or "")

    @classmethod
    def of_share(cls, share: Proportion) -> "Statistic":
        """The same share."""
        return cls(share.value, share.n, share.ci, k=share.k, method=share.method, reason=share.reason or "")


Value = Statistic | int | float | str | None


@dataclass(frozen=True)
class Column:
    """One column of a table: its ``key`` in JSON and CSV, its name for people, and what it means."""

    key: str
    label: str
    unit: Unit
    meaning: str = ""


@dataclass(frozen=True)
class TableRow:
    """One line: what it is about, and a value for each column; one that is not there is empty.

    ``is_total``: it adds up other lines, so that it would give away the one of them that is hidden. ``is_inside``: it does
    not leave the clinic.
    """

    label: str
    values: Mapping[str, Value]
    group: str = ""
    is_total: bool = False
    is_inside: bool = False


@dataclass(frozen=True)
class ReportTable:
    """A table with a ``key`` of its own. ``first`` names what its lines are: "Timepoint", "Clinician".

    ``parts``: columns whose shares add up to everybody, so that each follows from the others. ``nested``: pairs of columns,
    the second counting some of those whom the first counts.
    """

    key: str
    caption: str
    first: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    note: str = ""
    parts: tuple[str, ...] = ()
    nested: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Base:
    """What a report stands on at its main timepoint: ``n`` courses in it, of those ``due`` the ``obtained``, and its day.

    ``counted`` says what n counts, where that is not courses. ``says_how_they_fared``: then enough have to have answered,
    and long enough after treatment. ``leaving``: the only tables that may leave the clinic, and no figure with them; empty
    where all may.
    """

    n: int
    due: int = 0
    obtained: int = 0
    day: int = 0
    counted: str = "courses"
    says_how_they_fared: bool = True
    leaving: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report(Generic[Drawn]):
    """The answer to one filter. ``who`` says how many are in it and who is missing; ``finding`` the result after that.

    ``measure`` is None where the report is about no instrument. ``drawn``: what figures are drawn from; the tables have
    the same numbers. ``base`` is None where the report is for use inside the clinic only. ``is_for_a_worker``: it takes
    longer than a page can wait, and a job can be asked for. ``has_figures`` is False where only its tables may leave.
    """

    as_of: dt.date
    filter: ReportFilter
    clinics: tuple[str, ...]
    measure: Measure | None
    who: str
    finding: str
    caveats: tuple[Caveat, ...]
    tables: tuple[ReportTable, ...]
    drawn: Drawn
    base: Base | None = None
    level: float = LEVEL
    rule_version: int = RULE_VERSION
    is_for_a_worker: bool = False
    has_figures: bool = True
