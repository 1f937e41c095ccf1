"""Shares with Wilson's interval (Wilson 1927, J Am Stat Assoc 22:209), which stays honest for few and for 0 or all."""

import math
from dataclasses import dataclass

from scipy.special import ndtri

from outcomes.statistics.means import LEVEL, Reason

Z = float(ndtri((1 + LEVEL) / 2))


@dataclass(frozen=True)
class Proportion:
    """``k`` of ``n`` as a fraction from 0 to 1 with its 95 % interval by ``method``; all None of nobody."""

    k: int
    n: int
    value: float | None = None
    ci: tuple[float, float] | None = None
    reason: Reason | None = None
    method: str = "wilson"


@dataclass(frozen=True)
class Difference:
    """First share minus second, from -1 to 1, with its 95 % interval; None when either is a share of nobody."""

    value: float | None = None
    ci: tuple[float, float] | None = None
    reason: Reason | None = None
    method: str = "newcombe_10"


def proportion(k: int, n: int) -> Proportion:
    """The share ``k / n``. The interval ends at exactly 0 when k is 0 and at exactly 1 when k is n."""
    if n == 0:
        return Proportion(k=0, n=0, reason=Reason.NO_VALUES)
    return Proportion(k=k, n=n, value=k / n, ci=wilson(k / n, n))


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % interval for ``share`` seen in ``n`` independent cases; ``n`` need not be whole."""
    wide = 1 + Z * Z / n
    centre = (share + Z * Z / (2 * n)) / wide
    half = Z / wide * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return 0.0 if share == 0 else centre - half, 1.0 if share == 1 else centre + half


def newcombe_difference(first: Proportion, second: Proportion) -> Difference:
    """The difference of two independent shares with Newcombe's hybrid score interval.

    Method 10 of Newcombe 1998, Stat Med 17:873; made of the intervals that the two shares carry.
    """
    if first.value is None or second.value is None or first.ci is None or second.ci is None:
        return Difference(reason=Reason.NO_VALUES)
    value = first.value - second.value
    below = math.hypot(first.value - first.ci[0], second.ci[1] - second.value)
    above = math.hypot(first.ci[1] - first.value, second.value - second.ci[0])
    return Difference(value=value, ci=(value - below, value + above))
