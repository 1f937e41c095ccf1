"""Time to an event that some have not had yet (analytics 2.10): Kaplan-Meier, its quantiles, restricted mean, log-rank."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from outcomes.statistics.linear_models import NotEstimableError
from outcomes.statistics.proportions import Z

SAME = 1e-8  # Survival and a quantile closer than this are equal.


@dataclass(frozen=True)
class Spell:
    """How long one course was watched, and whether the event came at its end. Times are 0 or above, in one unit."""

    time: float
    is_event: bool


@dataclass(frozen=True)
class Step:
    """The curve from ``time`` on: the share without the event, its Greenwood standard error and 95 % log-log interval.

    ``at_risk`` is counted just before. ``se`` is None when nobody is left, ``ci`` also before the first event.
    """

    time: float
    at_risk: int
    events: int
    censored: int
    survival: float
    se: float | None
    ci: tuple[float, float] | None


@dataclass(frozen=True)
class Quantile:
    """The time by which a share has had the event, with the 95 % interval; None where the curve does not get there."""

    share: float
    time: float | None
    ci: tuple[float | None, float | None]


@dataclass(frozen=True)
class RestrictedMean:
    """Mean time without the event up to ``horizon``: the area under the curve, with its standard error and interval."""

    horizon: float
    value: float
    se: float
    ci: tuple[float, float]


@dataclass(frozen=True)
class LogRank:
    """The log-rank comparison: events seen and expected by group, chi-squared on ``df``. ``p`` is for archiving."""

    observed: tuple[int, ...]
    expected: tuple[float, ...]
    chi_squared: float
    df: int
    p: float


def kaplan_meier(spells: Sequence[Spell]) -> tuple[Step, ...]:
    """The curve, a step at every time at which a spell ends; empty without spells.

    Greenwood 1926; Kalbfleisch and Prentice's log-log interval, which stays between 0 and 1. A spell that is censored
    when an event comes counts as at risk of it.
    """
    steps, left, survival, hazard_variance = [], len(spells), 1.0, 0.0
    for time, (events, censored) in _ends(spells):
        survival *= (left - events) / left
        hazard_variance += events / (left * (left - events)) if left > events else math.inf
        se, ci = _spread(survival, hazard_variance)
        steps.append(Step(time, left, events, censored, survival, se, ci))
        left -= events + censored
    return tuple(steps)


def _ends(spells: Sequence[Spell]) -> list[tuple[float, tuple[int, int]]]:
    counts: dict[float, tuple[int, int]] = {}
    for spell in spells:
        events, censored = counts.get(spell.time, (0, 0))
        counts[spell.time] = (events + spell.is_event, censored + (not spell.is_event))
    return sorted(counts.items())


def _spread(survival: float, hazard_variance: float) -> tuple[float | None, tuple[float, float] | None]:
    if survival == 0:
        return None, None
    deviation = math.sqrt(hazard_variance)
    if survival == 1:
        return 0.0, None
    reach = Z * deviation / math.log(survival)
    return survival * deviation, (survival ** math.exp(-reach), survival ** math.exp(reach))


def quantile(steps: Sequence[Step], share: float) -> Quantile:
    """When ``share`` of all have had the event: the first time with survival of at most ``1 - share``.

    Where the curve runs flat at exactly that height, the middle of the flat piece. The ends of the interval are read
    from the ends of the curve's interval in the same way (Brookmeyer and Crowley 1982, Biometrics 38:29).
    """
    height = 1 - share
    reached = [step for step in steps if step.survival < 1]
    low = _crossing([(step.time, step.ci[0] if step.ci else 0.0) for step in reached], height)
    high = _crossing([(step.time, step.ci[1] if step.ci else 1.0) for step in reached], height)
    return Quantile(share, _crossing([(step.time, step.survival) for step in steps], height), (low, high))


def _crossing(curve: list[tuple[float, float]], height: float) -> float | None:
    for place, (time, value) in enumerate(curve):
        if value < height - SAME:
            return time
        if value <= height + SAME:
            after = [later for later, lower in curve[place:] if lower < value - SAME]
            return (time + after[0]) / 2 if after else time
    return None


def restricted_mean(steps: Sequence[Step], horizon: float) -> RestrictedMean:
    """The mean time without the event up to ``horizon``, which a curve that never reaches one half still has.

    Its variance weighs every event by the area still to come. Choose a horizon at which patients are still watched.
    """
    times = [0.0, *(min(step.time, horizon) for step in steps), horizon]
    heights = [1.0, *(step.survival for step in steps)]
    areas = [height * (end - start) for height, start, end in zip(heights, times, times[1:], strict=False)]
    value, to_come, variance = sum(areas), sum(areas), 0.0
    for step, area in zip(steps, areas, strict=False):
        to_come -= area
        if step.time <= horizon and step.at_risk > step.events:
            variance += to_come**2 * step.events / (step.at_risk * (step.at_risk - step.events))
    se = math.sqrt(variance)
    return RestrictedMean(horizon, value, se, (value - Z * se, value + Z * se))


def log_rank(groups: Sequence[Sequence[Spell]]) -> LogRank:
    """Whether groups have the event equally soon (Mantel 1966), against the alternative of proportional hazards.

    Raises NotEstimableError without an event at a time when every group is at risk with another.
    """
    ends = [np.sort([spell.time for spell in group]) for group in groups]
    happened = [np.sort([spell.time for spell in group if spell.is_event]) for group in groups]
    times, events = np.unique(np.concatenate(happened), return_counts=True)
    at_risk = np.array([len(own) - np.searchsorted(own, times) for own in ends])
    n = at_risk.sum(axis=0)
    shares = at_risk / n
    scale = events * (n - events) / np.maximum(n - 1, 1)
    covariance = np.diag(shares @ scale) - (shares * scale) @ shares.T
    observed, expected = [len(own) for own in happened], shares @ events
    excess, df = (np.array(observed) - expected)[1:], len(groups) - 1
    if df < 1 or np.linalg.matrix_rank(covariance) < df:
        raise NotEstimableError
    chi_squared = float(excess @ np.linalg.solve(covariance[1:, 1:], excess))
    return LogRank(tuple(observed), tuple(map(float, expected)), chi_squared, df, float(chdtrc(df, chi_squared)))
