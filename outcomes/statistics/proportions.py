"""Shares with Wilson's interval (Wilson 1927, J Am Stat Assoc 22:209), which stays honest for few and for 0 or all."""

import math
from dataclasses import dataclass

from scipy.special import ndtri

from outcomes.statistics.means import LEVEL, Reason

Z = float(ndtri((1 + LEVEL) / 2))


@dataclass(frozen=True)
class Proportion:
    """``k`` of ``n`` as a fraction from 0 to 1 with its 95 % Wilson interval; all None of nobody."""

    k: int
    n: int
    value: float | None = None
    ci: tuple[float, float] | None = None
    reason: Reason | None = None
    method: str = "wilson"


def proportion(k: int, n: int) -> Proportion:
    """The share ``k / n``. The interval ends at exactly 0 when k is 0 and at exactly 1 when k is n."""
    if n == 0:
        return Proportion(k=0, n=0, reason=Reason.NO_VALUES)
    share = k / n
    wide = 1 + Z * Z / n
    centre = (share + Z * Z / (2 * n)) / wide
    half = Z / wide * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    low = 0.0 if k == 0 else centre - half
    high = 1.0 if k == n else centre + half
    return Proportion(k=k, n=n, value=share, ci=(low, high))
