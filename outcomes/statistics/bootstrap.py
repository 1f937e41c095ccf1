"""The BCa bootstrap interval, and when to use it at all (analytics 2.6): for few patients it is too narrow."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import ndtr, ndtri

from outcomes.statistics.arrays import Array
from outcomes.statistics.means import LEVEL

REPLICATES = 2000
FEW = 5  # Below this points are shown, and no interval.
ENOUGH = 20  # From here on BCa covers as often as it says.
SKEWED = 2.0


class IntervalMethod(StrEnum):
    """How an interval is to be made, if at all."""

    NONE = "none"
    T = "t"
    BCA = "bca"


@dataclass(frozen=True)
class Bootstrap:
    """A statistic with its 95 % BCa interval; the same ``seed`` and ``replicates`` give the same interval again.

    ``ci`` is None when the replicates or the values left after leaving one out are all the same.
    """

    n: int
    value: float
    ci: tuple[float, float] | None
    seed: int
    replicates: int
    method: str = "bca"


def interval_method(*, n: int, skewness: float, is_mean: bool) -> IntervalMethod:
    """t for means; BCa only for medians and ratios, and for means of very skewed values, from 20 values on."""
    if n < FEW:
        return IntervalMethod.NONE
    if is_mean and (abs(skewness) <= SKEWED or n < ENOUGH):
        return IntervalMethod.T
    return IntervalMethod.BCA if n >= ENOUGH else IntervalMethod.NONE


def skewness(values: Array) -> float:
    """Mean cubed distance from the mean, over the cubed standard deviation; 0 when all are equal.

    Of at least two values.
    """
    sd = float(values.std(ddof=1))
    return float(np.mean((values - values.mean()) ** 3)) / sd**3 if sd else 0.0


def bca(values: Array, statistic: Callable[[Array], float], *, seed: int, replicates: int = REPLICATES) -> Bootstrap:
    """The bias-corrected and accelerated interval (Efron 1987, J Am Stat Assoc 82:171) of ``statistic``.

    Rows of ``values`` are drawn whole, so that a ratio of two columns stays a ratio.
    """
    generator, n = np.random.default_rng(seed), len(values)
    value = float(statistic(values))
    drawn = np.array([statistic(values[generator.integers(0, n, n)]) for _ in range(replicates)])
    ci = _ci(value, drawn, acceleration(values, statistic))
    return Bootstrap(n=n, value=value, ci=ci, seed=seed, replicates=replicates)


def acceleration(values: Array, statistic: Callable[[Array], float]) -> float:
    """How the spread of the statistic changes with its value: ``Σu³ / 6(Σu²)^1.5`` from the jackknife; nan if u is 0."""
    without = np.array([statistic(np.delete(values, row, axis=0)) for row in range(len(values))])
    u = without.mean() - without
    squares = float((u**2).sum())
    return float((u**3).sum()) / (6 * squares**1.5) if squares else float("nan")


def _ci(value: float, drawn: Array, accelerated: float) -> tuple[float, float] | None:
    below = float(np.mean(drawn < value) + np.mean(drawn == value) / 2)
    if not 0 < below < 1 or not np.isfinite(accelerated):
        return None
    bias = float(ndtri(below))
    tails = bias + ndtri([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    shares = ndtr(bias + tails / (1 - accelerated * tails))
    low, high = np.quantile(drawn, shares)
    return (float(low), float(high)) if low < high else None
