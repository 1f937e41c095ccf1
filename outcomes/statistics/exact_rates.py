"""Exact intervals for rare events: Clopper-Pearson for sessions with one, Garwood for events per 100 sessions."""

from dataclasses import dataclass

from scipy.special import betaincinv, gammaincinv

from outcomes.statistics.means import LEVEL, Reason
from outcomes.statistics.proportions import Proportion

TAIL = (1 - LEVEL) / 2
PER = 100


@dataclass(frozen=True)
class Rate:
    """``events`` in ``sessions`` as a number per 100 sessions with its exact 95 % interval; None without sessions."""

    events: int
    sessions: int
    per_100: float | None = None
    ci: tuple[float, float] | None = None
    reason: Reason | None = None
    method: str = "garwood"


def rate_per_100_sessions(events: int, sessions: int) -> Rate:
    """Events per 100 sessions; one session may have several.

    The interval is Garwood's (1936, Biometrika 28:437), exact for a Poisson count. None seen is not none possible:
    the upper end for 0 events is 3.69 events' worth.
    """
    if sessions == 0:
        return Rate(events=events, sessions=0, reason=Reason.NO_VALUES)
    low = float(gammaincinv(events, TAIL)) if events else 0.0
    high = float(gammaincinv(events + 1, 1 - TAIL))
    scale = PER / sessions
    return Rate(events=events, sessions=sessions, per_100=events * scale, ci=(low * scale, high * scale))


def exact_proportion(k: int, n: int) -> Proportion:
    """The share of ``n`` sessions with an event, with the exact interval of Clopper and Pearson (1934, Biometrika 26:404)."""
    method = "clopper_pearson"
    if n == 0:
        return Proportion(k=0, n=0, reason=Reason.NO_VALUES, method=method)
    low = float(betaincinv(k, n - k + 1, TAIL)) if k else 0.0
    high = float(betaincinv(k + 1, n - k, 1 - TAIL)) if k < n else 1.0
    return Proportion(k=k, n=n, value=k / n, ci=(low, high), method=method)
