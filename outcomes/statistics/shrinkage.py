"""How much units truly differ, and each unit's mean pulled towards the others' (analytics 2.11 and 2.13)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc


@dataclass(frozen=True)
class UnitMean:
    """A unit's mean in points, and the variance of that mean by chance: σ²/n. Above 0."""

    mean: float
    variance: float


@dataclass(frozen=True)
class Heterogeneity:
    """What units differ by beyond chance: Cochran's ``q`` on ``df``, and the variance between them in squared points.

    ``tau_squared`` of 0 reads "no detectable difference between units". ``mean`` is the units' common mean.
    """

    q: float
    df: int
    p: float
    tau_squared: float
    mean: float


@dataclass(frozen=True)
class Shrunk:
    """A unit's mean pulled towards the common mean. ``kept`` is the share of its deviation that is left, from 0 to 1.

    ``sd`` is the uncertainty of ``mean`` in points.
    """

    mean: float
    kept: float
    sd: float

    def predictive_sd(self, variance_within: float) -> float:
        """The deviation of one new patient of this unit, whose patients vary by ``variance_within``."""
        return math.sqrt(variance_within + self.sd**2)


def heterogeneity(units: Sequence[UnitMean]) -> Heterogeneity:
    """The moment estimate of DerSimonian and Laird (1986, Control Clin Trials 7:177), for at least two units."""
    means = np.array([unit.mean for unit in units])
    weights = 1 / np.array([unit.variance for unit in units])
    total, df = float(weights.sum()), len(units) - 1
    q = float(weights @ (means - weights @ means / total) ** 2)
    tau_squared = max(0.0, (q - df) / (total - float(weights @ weights) / total))
    weights = 1 / (1 / weights + tau_squared)
    return Heterogeneity(q, df, float(chdtrc(df, q)), tau_squared, float(weights @ means / weights.sum()))


def shrunk(unit: UnitMean, between: Heterogeneity) -> Shrunk:
    """The best linear unbiased prediction: ``mean + τ²/(τ²+σ²/n) · (unit's mean - mean)``."""
    kept = between.tau_squared / (between.tau_squared + unit.variance)
    mean = between.mean + kept * (unit.mean - between.mean)
    return Shrunk(mean=mean, kept=kept, sd=math.sqrt(kept * unit.variance))
