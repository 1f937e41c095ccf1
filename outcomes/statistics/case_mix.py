"""Units with different patients (analytics 2.11): observed over expected, adjusted means, and when a model may be made."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outcomes.statistics.arrays import Array
from outcomes.statistics.proportions import Z

FEWEST_COURSES = 200
EVENTS_PER_PARAMETER = 10
FEWEST_IN_UNIT = 30


@dataclass(frozen=True)
class ObservedExpected:
    """Events of one unit over those expected of its patients: 1 is as expected, with Byar's 95 % limits.

    ``z`` is the distance from expectation in standard deviations. All None when nothing was expected.
    """

    observed: int
    expected: float
    ratio: float | None = None
    ci: tuple[float, float] | None = None
    z: float | None = None


@dataclass(frozen=True)
class AdjustedMean:
    """A unit's mean as if it had everybody's patients, in points; ``z`` is None below 30 courses: too few to place."""

    n: int
    value: float
    z: float | None


def may_adjust(*, courses: int, events: int, parameters: int) -> bool:
    """Whether a case-mix model may be fitted: 200 courses, and 10 of the rarer outcome for every coefficient."""
    rarer = min(events, courses - events)
    return courses >= FEWEST_COURSES and rarer >= EVENTS_PER_PARAMETER * parameters


def observed_over_expected(observed: int, probabilities: Sequence[float]) -> ObservedExpected:
    """One unit's ratio from the model's probability of every course of it."""
    expected = sum(probabilities)
    if not expected:
        return ObservedExpected(observed, expected)
    low, high = byar_limits(observed)
    variance = sum(p * (1 - p) for p in probabilities)
    z = (observed - expected) / math.sqrt(variance) if variance else None
    return ObservedExpected(observed, expected, observed / expected, (low / expected, high / expected), z)


def byar_limits(observed: int) -> tuple[float, float]:
    """Byar's approximate 95 % limits of a Poisson count (Breslow and Day 1987, IARC vol. II, p. 69); 0 below for 0."""
    above = observed + 1
    high = above * (1 - 1 / (9 * above) + Z / (3 * math.sqrt(above))) ** 3
    if not observed:
        return 0.0, high
    return max(0.0, observed * (1 - 1 / (9 * observed) - Z / (3 * math.sqrt(observed))) ** 3), high


def adjusted_mean(residuals: Sequence[float], *, overall_mean: float, overall_sd: float) -> AdjustedMean:
    """One unit's mean from its residuals (observed minus predicted), put back on everybody's mean (NHS PROMs).

    At least one residual, all in points. ``overall_sd`` is the deviation of all units' residuals together: with its own, a small unit flags itself.
    """
    n, excess = len(residuals), sum(residuals) / len(residuals)
    z = excess / (overall_sd / math.sqrt(n)) if n >= FEWEST_IN_UNIT and overall_sd else None
    return AdjustedMean(n=n, value=overall_mean + excess, z=z)


def c_statistic(probabilities: Array, outcomes: Array) -> float | None:
    """How often a course with the event had the higher probability than one without; ties count half, 0.5 is chance.

    None when all or none had it.
    """
    events = int(outcomes.sum())
    others = len(outcomes) - events
    if not events or not others:
        return None
    _, place, counts = np.unique(probabilities, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return (float(ranks[outcomes == 1].sum()) - events * (events + 1) / 2) / (events * others)
