"""Charts of one unit over time (analytics 2.11): p-chart, Laney's p'-chart with two rules, and the tabular CUSUM."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from outcomes.statistics.means import Reason

SIGMAS = 3.0
RUN = 8  # Points in a row on one side of the center.
FEWEST_SUBGROUPS = 20
FEWEST_EXPECTED = 5
MOVING_RANGE = 1.128  # Mean range of two normal values in standard deviations (d2).
# Relative variance of a deviation from moving ranges, times the number of ranges: of normal values, whose neighbours overlap.
MOVING_VARIANCE = 0.82


class Signal(StrEnum):
    """Which rule a point breaks. Only these two are on: more rules mean more false alarms."""

    OUTSIDE = "outside"
    RUN = "run"


@dataclass(frozen=True)
class Subgroup:
    """``k`` of ``n`` in one month; ``n`` is above 0."""

    k: int
    n: int


@dataclass(frozen=True)
class ChartPoint:
    """A share with its own limits, all as fractions from 0 to 1; ``z`` is its distance from the center in sigmas."""

    k: int
    n: int
    share: float
    low: float
    high: float
    z: float
    signals: tuple[Signal, ...]


@dataclass(frozen=True)
class PChart:
    """A chart of shares. ``sigma_z`` is 1 for the plain chart and Laney's factor otherwise.

    ``is_reliable`` says that there are 20 subgroups and 5 expected of each kind in every one; show limits only then.
    ``center`` is None, with no points, where there is nothing to chart or everybody or nobody is counted.
    """

    center: float | None
    points: tuple[ChartPoint, ...]
    sigma_z: float = 1.0
    is_reliable: bool = False
    reason: Reason | None = None


@dataclass(frozen=True)
class CusumPoint:
    """The sums after one value, in its own unit, never below 0, and for how many values each has been above 0."""

    high: float
    low: float
    n_high: int
    n_low: int
    is_signal: bool


def p_chart(subgroups: Sequence[Subgroup], *, baseline: int | None = None, is_laney: bool = False) -> PChart:
    """The chart of ``subgroups`` in order of time, its center fixed by the first ``baseline`` of them (default: all).

    Limits are three sigmas (Montgomery), clipped to 0 and 1. Laney's (2002, Qual Eng 14:531) widen by how much the
    baseline's z values move from one to the next, which keeps large months from all being "outside".
    """
    fixed = subgroups[:baseline]
    n, k = sum(one.n for one in fixed), sum(one.k for one in fixed)
    if n == 0:
        return PChart(None, (), reason=Reason.NO_VALUES)
    if k in (0, n):
        return PChart(None, (), reason=Reason.ALL_EQUAL)
    center = k / n
    z = [(one.k / one.n - center) / _sigma(center, one.n) for one in subgroups]
    sigma_z = _moving_sigma(z[:baseline]) if is_laney else 1.0
    if not sigma_z:
        return PChart(None, (), reason=Reason.ALL_EQUAL)
    scaled = [value / sigma_z for value in z]
    points = tuple(_point(one, center, sigma_z, scaled[: place + 1]) for place, one in enumerate(subgroups))
    expected = min(min(one.n * center, one.n * (1 - center)) for one in subgroups)
    is_reliable = len(fixed) >= FEWEST_SUBGROUPS and expected >= FEWEST_EXPECTED
    return PChart(center, points, sigma_z, is_reliable)


def fitting_p_chart(subgroups: Sequence[Subgroup], *, baseline: int | None = None) -> PChart:
    """The plain chart, or Laney's where months vary by more than chance alone makes about one such chart in 30 vary.

    Limits are only ever widened: months that vary less than chance would make them say something about how they are
    counted. Without enough months or cases the plain one, whose limits are not shown.
    """
    plain, laney = (p_chart(subgroups, baseline=baseline, is_laney=is_laney) for is_laney in (False, True))
    moves = len(subgroups[:baseline]) - 1
    if not plain.is_reliable or laney.sigma_z <= 1 + 2 * math.sqrt(MOVING_VARIANCE / moves):
        return plain
    return laney


def _sigma(center: float, n: int) -> float:
    return math.sqrt(center * (1 - center) / n)


def _moving_sigma(z: Sequence[float]) -> float:
    moves = [abs(after - before) for before, after in pairwise(z)]
    return sum(moves) / len(moves) / MOVING_RANGE if moves else 0.0


def _point(one: Subgroup, center: float, sigma_z: float, z: Sequence[float]) -> ChartPoint:
    reach = SIGMAS * sigma_z * _sigma(center, one.n)
    return ChartPoint(
        k=one.k,
        n=one.n,
        share=one.k / one.n,
        low=max(0.0, center - reach),
        high=min(1.0, center + reach),
        z=z[-1],
        signals=signals(z),
    )


def signals(z: Sequence[float]) -> tuple[Signal, ...]:
    """The rules that the last of ``z`` breaks: beyond three sigmas; eighth or later in a row on one side.

    A point exactly on the center ends a run.
    """
    last = z[-RUN:]
    is_run = len(last) == RUN and (min(last) > 0 or max(last) < 0)
    broken = {Signal.OUTSIDE: abs(z[-1]) > SIGMAS, Signal.RUN: is_run}
    return tuple(signal for signal, is_broken in broken.items() if is_broken)


def cusum(
    values: Sequence[float], *, target: float, sigma: float, k: float = 0.5, h: float = 5.0
) -> tuple[CusumPoint, ...]:
    """The tabular CUSUM (Page 1954; Montgomery), which finds small lasting shifts that a chart of points misses.

    ``k`` is the slack and ``h`` the decision limit, both in sigmas of one value: 0.5 and 5 find a shift of one sigma
    in about 10 values and raise a false alarm about every 465. Sums are not reset after a signal.
    """
    points: list[CusumPoint] = []
    last = CusumPoint(0.0, 0.0, 0, 0, is_signal=False)
    for value in values:
        high = max(0.0, last.high + (value - target) - k * sigma)
        low = max(0.0, last.low - (value - target) - k * sigma)
        last = CusumPoint(
            high=high,
            low=low,
            n_high=last.n_high + 1 if high else 0,
            n_low=last.n_low + 1 if low else 0,
            is_signal=max(high, low) > h * sigma,
        )
        points.append(last)
    return tuple(points)
