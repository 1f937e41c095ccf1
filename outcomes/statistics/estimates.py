"""An estimate with its standard error, degrees of freedom, t interval and two-sided p value."""

import math
from dataclasses import dataclass

from scipy.special import stdtr, stdtrit

from outcomes.statistics.means import LEVEL


@dataclass(frozen=True)
class Estimate:
    """A difference, mean or slope in points of the instrument, with its 95 % interval ``value ± t(df) · se``.

    ``p`` is for a value of 0. It is for adjusting and archiving; no page shows it.
    """

    value: float
    se: float
    df: float
    ci: tuple[float, float]
    p: float


def t_estimate(value: float, se: float, df: float) -> Estimate:
    """The estimate whose error follows t with ``df`` degrees of freedom. ``se`` must be above 0."""
    half = float(stdtrit(df, (1 + LEVEL) / 2)) * se
    p = 2 * float(stdtr(df, -abs(value) / se)) if math.isfinite(value) else math.nan
    return Estimate(value=value, se=se, df=df, ci=(value - half, value + half), p=p)
