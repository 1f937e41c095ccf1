"""How closely two numbers of each person go together in a straight line, from exact sums."""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from outcomes.statistics.means import Reason
from outcomes.statistics.proportions import Z


@dataclass(frozen=True)
class Correlation:
    """Pearson's r of ``n`` pairs, from -1 to 1, with Fisher's 95 % interval (1921, Metron 1:3), which needs four pairs.

    ``reason`` says why there is none: fewer than two pairs, or one of the two is the same in all.
    """

    n: int
    value: float | None = None
    ci: tuple[float, float] | None = None
    reason: Reason | None = None
    method: str = "pearson_fisher"


@dataclass(frozen=True)
class PairSums:
    """Exact sums over ``n`` pairs of x and y."""

    n: int
    x: Decimal
    y: Decimal
    xx: Decimal
    yy: Decimal
    xy: Decimal


def correlation(sums: PairSums) -> Correlation:
    """Pearson's correlation. Nothing cancels, whatever the size of the numbers."""
    n = sums.n
    if n < 2:
        return Correlation(n, reason=Reason.ONE_VALUE if n else Reason.NO_VALUES)
    x, y = Fraction(sums.x), Fraction(sums.y)
    wide, high = n * Fraction(sums.xx) - x * x, n * Fraction(sums.yy) - y * y
    if not wide or not high:
        return Correlation(n, reason=Reason.ALL_EQUAL)
    both = n * Fraction(sums.xy) - x * y
    r = math.copysign(math.sqrt(both * both / (wide * high)), both)
    return Correlation(n, r, _fisher(r, n))


def _fisher(r: float, n: int) -> tuple[float, float] | None:
    if n < 4 or abs(r) >= 1:
        return None
    half = Z / math.sqrt(n - 3)
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)
