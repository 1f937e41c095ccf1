"""Whether predictions come true often enough to be shown (analytics 2.13): the monthly gate, and the conformal shift."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from outcomes.statistics.arrays import Array
from outcomes.statistics.linear_models import NotEstimableError
from outcomes.statistics.logistic import logistic
from outcomes.statistics.proportions import Proportion, Z, proportion

COVERAGE = 0.8
COVERED_PERCENT = (75, 85)


@dataclass(frozen=True)
class BandGate:
    """How often the 80 % band held the score that came, overall and by third of baseline, with Wilson's intervals."""

    overall: Proportion
    thirds: tuple[Proportion, ...]
    may_show: bool


@dataclass(frozen=True)
class ProbabilityGate:
    """Predicted probabilities against what came, both out of fold.

    ``brier`` is their mean squared error, ``brier_of_rate`` that of predicting everybody the same rate. ``slope`` is
    the calibration slope, 1 when probabilities are neither too bold nor too timid; None when they do not determine it.
    """

    brier: float
    brier_of_rate: float
    slope: float | None
    slope_ci: tuple[float, float] | None
    may_show: bool


def band_gate(overall: tuple[int, int], thirds: Sequence[tuple[int, int]]) -> BandGate:
    """The gate from (covered, all) counts: shown when each of them is from 75 to 85 %, both ends included."""
    low, high = COVERED_PERCENT
    may_show = all(n and low * n <= 100 * k <= high * n for k, n in (overall, *thirds))
    return BandGate(proportion(*overall), tuple(proportion(k, n) for k, n in thirds), bool(may_show))


def probability_gate(probabilities: Array, events: Array, sizes: Array | None = None) -> ProbabilityGate:
    """The gate of probabilities strictly between 0 and 1 for outcomes 0 or 1, at least one of them.

    With ``sizes`` a row stands for so many courses, of which ``events`` had the event. Shown when the probabilities beat
    the plain rate and the 95 % interval of the slope (Wald) contains 1.
    """
    n = np.ones(len(events)) if sizes is None else sizes
    total = float(n.sum())
    rate = float(events.sum()) / total
    missed = events * (1 - probabilities) ** 2 + (n - events) * probabilities**2
    brier, brier_of_rate = float(missed.sum()) / total, rate * (1 - rate)
    slope, ci = _slope(probabilities, events, n)
    may_show = ci is not None and brier < brier_of_rate and ci[0] <= 1 <= ci[1]
    return ProbabilityGate(brier, brier_of_rate, slope, ci, may_show)


def _slope(probabilities: Array, events: Array, n: Array) -> tuple[float | None, tuple[float, float] | None]:
    try:
        found = logistic(np.column_stack([np.ones(len(events)), logit(probabilities)]), events, n)
    except NotEstimableError:
        return None, None
    slope, se = float(found.coefficients[1]), math.sqrt(float(found.covariance[1, 1]))
    return slope, (slope - Z * se, slope + Z * se)


def conformal_shift(low: Array, high: Array, values: Array) -> float | None:
    """By how much to move both ends of 80 % bands outwards (inwards when negative) so that they cover new courses.

    Split-conformal (Romano, Patterson, Candès 2019): the ⌈(n+1)·0.8⌉-th smallest miss on courses that the bands were
    not fitted to. None when there are too few for that.
    """
    misses = np.sort(np.maximum(low - values, values - high))
    rank = math.ceil((len(misses) + 1) * COVERAGE)
    return float(misses[rank - 1]) if rank <= len(misses) else None
