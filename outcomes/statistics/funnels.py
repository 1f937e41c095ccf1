"""Many units at one time (analytics 2.11): funnel limits around a target, and what is left after over-dispersion.

The wide limits, 99.8 %, are for flags: of 20 units one is outside 95 % by chance alone.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, bdtrik, ndtri

from outcomes.statistics.arrays import Array

LEVELS = (0.95, 0.998)
FEWEST_UNITS = 20
WINSORIZED = 0.1


@dataclass(frozen=True)
class Limits:
    """The 95 % and 99.8 % limits for a unit of one size, in the unit of the target."""

    inner: tuple[float, float]
    outer: tuple[float, float]


@dataclass(frozen=True)
class Dispersion:
    """How much more units differ than chance explains, on the arcsine scale.

    ``z`` is each unit's distance from the target by chance alone, ``z_adjusted`` after letting units differ by
    ``tau_squared``; ``phi`` is the mean squared winsorized z, about 1 when chance explains it all. With fewer than 20
    units nothing is adjusted.
    """

    phi: float
    tau_squared: float
    z: tuple[float, ...]
    z_adjusted: tuple[float, ...]


def share_limits(n: int, target: float) -> Limits:
    """Exact binomial limits for ``n`` cases and a ``target`` strictly between 0 and 1, smoothed by interpolation.

    Spiegelhalter 2005, Stat Med 24:1185, appendix A.1.1. Clipped to 0 and 1.
    """
    return Limits(*(_ends(level, lambda tail: _share_limit(n, target, tail)) for level in LEVELS))


def widened_share_limits(n: int, target: float, tau_squared: float) -> Limits:
    """Limits for ``n`` cases that also let units differ by ``tau_squared`` of ``dispersion``; clipped to 0 and 1.

    On the arcsine scale: ``asin √target ± z · √(1/(4n) + τ²)`` (Spiegelhalter 2005, Qual Saf Health Care 14:347).
    """
    middle, deviation = math.asin(math.sqrt(target)), math.sqrt(1 / (4 * n) + tau_squared)

    def limit(tail: float) -> float:
        angle = middle + float(ndtri(tail)) * deviation
        return math.sin(min(math.pi / 2, max(0.0, angle))) ** 2

    return Limits(*(_ends(level, limit) for level in LEVELS))


def mean_limits(n: int, target: float, sd: float) -> Limits:
    """Limits for a mean of ``n`` values: ``target ± z · sd/√n`` with the deviation of all patients, not the unit's own."""
    se = sd / math.sqrt(n)
    return Limits(*(_ends(level, lambda tail: target + float(ndtri(tail)) * se) for level in LEVELS))


def dispersion(units: Sequence[tuple[int, int]], target: float) -> Dispersion:
    """Over-dispersion of shares ``(k, n)``, n above 0 (Spiegelhalter 2005, Qual Saf Health Care 14:347).

    The outer 10 % on each side are pulled in before it is measured, so that a true outlier cannot hide itself.
    """
    k, n = np.array(units, dtype=float).T
    deviation = 1 / (2 * np.sqrt(n))
    distance = np.arcsin(np.sqrt(k / n)) - math.asin(math.sqrt(target))
    z = distance / deviation
    phi = float(np.mean(np.clip(z, *np.quantile(z, [WINSORIZED, 1 - WINSORIZED])) ** 2))
    tau_squared = _tau_squared(phi, 1 / deviation**2) if len(units) >= FEWEST_UNITS else 0.0
    adjusted = distance / np.sqrt(deviation**2 + tau_squared)
    return Dispersion(phi, tau_squared, tuple(map(float, z)), tuple(map(float, adjusted)))


def _tau_squared(phi: float, weights: Array) -> float:
    count, total = len(weights), float(weights.sum())
    excess = count * phi - (count - 1)
    return max(0.0, excess / (total - float((weights**2).sum()) / total)) if phi > 1 else 0.0


def _ends(level: float, limit: Callable[[float], float]) -> tuple[float, float]:
    return limit((1 - level) / 2), limit((1 + level) / 2)


def _share_limit(n: int, target: float, tail: float) -> float:
    count = _binomial_quantile(n, target, tail)
    below = float(bdtr(count - 1, n, target)) if count else 0.0
    upto = float(bdtr(count, n, target))
    return min(1.0, max(0.0, (count - (upto - tail) / (upto - below)) / n))


def _binomial_quantile(n: int, target: float, tail: float) -> int:
    """The smallest count whose cumulative probability is at least ``tail``."""
    count = min(n, max(0, math.ceil(float(np.nan_to_num(bdtrik(tail, n, target))))))
    while count and float(bdtr(count - 1, n, target)) >= tail:
        count -= 1
    while count < n and float(bdtr(count, n, target)) < tail:
        count += 1
    return count
