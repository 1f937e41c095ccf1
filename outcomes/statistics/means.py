"""Mean, standard deviation and t interval, from exact sums: no cancellation, whatever the order of the rows."""

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scipy.special import stdtrit

LEVEL = 0.95


class Reason(StrEnum):
    """Why a number or its interval is missing."""

    NO_VALUES = "no_values"
    ONE_VALUE = "one_value"
    ALL_EQUAL = "all_equal"


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % t interval, ``value ± t(n-1) · sd / √n``, in points of the instrument.

    ``reason`` says why ``value`` or the interval is None; it is None when nothing is missing.
    """

    n: int
    value: float | None = None
    sd: float | None = None
    se: float | None = None
    ci: tuple[float, float] | None = None
    reason: Reason | None = None
    method: str = "t"


def mean_from_sums(n: int, total: Decimal, squares: Decimal) -> Mean:
    """The mean of ``n`` values from their exact sum and exact sum of squares.

    No interval for fewer than two values, nor when all are equal: their spread says nothing about the next one.
    """
    if n == 0:
        return Mean(n=0, reason=Reason.NO_VALUES)
    exact = Fraction(total)
    value = float(exact / n)
    if n == 1:
        return Mean(n=1, value=value, reason=Reason.ONE_VALUE)
    sd = math.sqrt((n * Fraction(squares) - exact * exact) / (n * (n - 1)))
    se = sd / math.sqrt(n)
    if sd == 0:
        return Mean(n=n, value=value, sd=sd, se=se, reason=Reason.ALL_EQUAL)
    half = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * se
    return Mean(n=n, value=value, sd=sd, se=se, ci=(value - half, value + half))
