"""What a report answers with: frozen rows, from which JSON, CSV, figures and pages are all made."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from outcomes.numerals import FEW
from outcomes.outcome_rules import RULE_VERSION
from outcomes.reports.filters import ReportFilter
from outcomes.reports.scope import Measure
from outcomes.statistics import LEVEL, Mean, Proportion

LOW_COMPLETENESS = 0.6  # Below this share of those due, a timepoint is read with care.
SEVERE = frozenset({"low_completeness", "comparison_off", "missing_started_differently", "too_few"})


@dataclass(frozen=True)
class Group:
    """One line of the report: a modality, one type of treatment, or everything together."""

    key: str
    label: str
    modality: str


@dataclass(frozen=True)
class Bands:
    """Courses better, about the same and worse than their own baseline, by the instrument's MCID."""

    better: int
    same: int
    worse: int

    @property
    def n(self) -> int:
        return self.better + self.same + self.worse


@dataclass(frozen=True)
class Started:
    """The mean baseline of ``n`` courses; None of nobody."""

    n: int
    mean: float | None


@dataclass(frozen=True)
class Completeness:
    """Check-ins planned, of them due (window closed: nothing changes any more), of those answered, and answered early.

    ``steps``: how many of those whose window is over came so far, from treated to in the window, each counted of the one
    before. ``answered`` and ``missing``: how those due had started, who answered and who did not.
    """

    planned: int
    answered_early: int
    answered_of_due: Proportion
    steps: Mapping[str, int]
    answered: Started
    missing: Started

    @property
    def due(self) -> int:
        return self.answered_of_due.n

    @property
    def n_missing(self) -> int:
        return self.answered_of_due.n - self.answered_of_due.k


@dataclass(frozen=True)
class Bounds:
    """Between what a share of the ``n`` due lies: none of the missing would be in it, or all of them."""

    n: int
    lowest: float
    highest: float


@dataclass(frozen=True)
class Row:
    """One group at one timepoint. A missing score is left out and never counted as 0.

    ``day`` is the mean day on which the ``n`` scores were given, ``planned_day`` the day that the timepoint means.
    ``change`` is follow-up minus baseline over scores that have one; of these, ``n_baseline_zero`` can be no
    responder and are not in ``responder_30`` and ``responder_50``. ``completeness`` is None where no check-in was
    planned, as in imported history; ``bands`` is None where the instrument has no published threshold.
    ``responder_30_of_due`` is None where nobody due started above 0. ``n_retreated`` were treated again before this point.
    """

    group: Group
    timepoint: str
    planned_day: int
    day: float | None
    n: int
    mean: Mean
    change: Mean
    n_without_baseline: int
    n_baseline_zero: int
    responder_30: Proportion
    responder_50: Proportion
    bands: Bands | None
    completeness: Completeness | None
    responder_30_of_due: Bounds | None = None
    n_retreated: int = 0

    @property
    def is_baseline(self) -> bool:
        return self.planned_day == 0

    @property
    def is_few(self) -> bool:
        """Too few scores to draw an interval from."""
        return self.n < FEW


@dataclass(frozen=True)
class Caveat:
    """Something a reader must know before believing the numbers, as a code and a sentence."""

    code: str
    sentence: str

    @property
    def is_severe(self) -> bool:
        """So many are missing, or so few are there, that it must be read before the figures are looked at."""
        return self.code in SEVERE


@dataclass(frozen=True)
class OutcomeReport:
    """The answer to one filter: ``rows`` by group and timepoint, ``totals`` by timepoint over all groups."""

    as_of: dt.date
    filter: ReportFilter
    clinics: tuple[str, ...]
    measure: Measure
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    caveats: tuple[Caveat, ...]
    level: float = LEVEL
    rule_version: int = RULE_VERSION

    def total(self, timepoint: str) -> Row | None:
        """Everybody at this timepoint, if it is in the report."""
        return next((row for row in self.totals if row.timepoint == timepoint), None)
