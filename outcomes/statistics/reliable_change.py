"""Whether one patient's change is more than the instrument's own unreliability (analytics 2.12).

The reliability must come with a citation for the instrument; without one nothing of this is shown.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from outcomes.statistics.proportions import Z

LIMIT = Z  # 1.96 as printed.


class Reliable(StrEnum):
    """What a change is, beyond measurement error."""

    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"


@dataclass(frozen=True)
class Unreliability:
    """How far one patient's scores stray by themselves, in points.

    ``sem`` is the standard error of one score, ``sd_difference`` that of the difference of two, and ``mdc95`` the
    smallest change that 95 % of patients without any true change stay below.
    """

    sem: float
    sd_difference: float
    mdc95: float

    def index(self, improvement: float) -> float:
        """The reliable change index of an improvement in points (Jacobson and Truax 1991, J Consult Clin Psychol 59:12)."""
        return improvement / self.sd_difference

    def judged(self, improvement: float) -> Reliable:
        """The change in words: reliable when the index is beyond 1.96."""
        index = self.index(improvement)
        if abs(index) <= LIMIT:
            return Reliable.UNCHANGED
        return Reliable.IMPROVED if index > 0 else Reliable.DETERIORATED


def unreliability(*, sd_baseline: float, reliability: float) -> Unreliability:
    """From the deviation of baselines in points, above 0, and a published reliability of at least 0 and below 1."""
    sem = sd_baseline * math.sqrt(1 - reliability)
    sd_difference = math.sqrt(2) * sem
    return Unreliability(sem=sem, sd_difference=sd_difference, mdc95=LIMIT * sd_difference)


def cutoff_c(*, patients: tuple[float, float], healthy: tuple[float, float]) -> float:
    """Jacobson and Truax's cut-off c: the score as likely among patients as among healthy people.

    Each is a mean and a standard deviation in points.
    """
    (mean_patients, sd_patients), (mean_healthy, sd_healthy) = patients, healthy
    return (sd_healthy * mean_patients + sd_patients * mean_healthy) / (sd_healthy + sd_patients)
