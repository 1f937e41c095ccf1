"""The interval of a noncentrality parameter, by inverting the noncentral t distribution."""

import math

from scipy.special import nctdtr

from outcomes.statistics.means import LEVEL

# scipy.special.nctdtr answers nan when the parameter is far from t, so the search starts near and widens when it must.
BELOW, ABOVE = 8.0, 4.0
WIDEN = 12
HALVINGS = 80


def noncentrality_interval(t: float, df: int) -> tuple[float, float] | None:
    """The 95 % interval for the noncentrality of an observed ``t``; None when it cannot be computed."""
    low = _parameter(abs(t), df, (1 + LEVEL) / 2)
    high = _parameter(abs(t), df, (1 - LEVEL) / 2)
    if low is None or high is None:
        return None
    return (low, high) if t >= 0 else (-high, -low)


def _parameter(t: float, df: int, share: float) -> float | None:
    """The parameter at which ``share`` of the distribution lies below ``t``. That share falls as the parameter grows."""
    low = _first(share, t, df, [t - BELOW * 1.5**step for step in range(WIDEN)], is_low=True)
    high = _first(share, t, df, [t + ABOVE * 1.5**step for step in range(WIDEN)], is_low=False)
    if low is None or high is None:
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = _below(t, df, middle)
        if math.isnan(below):
            return None
        low, high = (middle, high) if below > share else (low, middle)
    return (low + high) / 2


def _first(share: float, t: float, df: int, candidates: list[float], *, is_low: bool) -> float | None:
    for candidate in candidates:
        below = _below(t, df, candidate)
        if math.isnan(below):
            return None
        if (below >= share) if is_low else (below <= share):
            return candidate
    return None


def _below(t: float, df: int, parameter: float) -> float:
    return float(nctdtr(df, parameter, t))
