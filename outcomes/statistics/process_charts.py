"""One measured quantity of a process in order of time: is it still what it was at first? (analytics 2.11)"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from outcomes.statistics.control_charts import MOVING_RANGE, CusumPoint, cusum

BASELINE = 20  # The first so many values say what to expect.
LIMIT = 5.0  # In sigmas of one value: a false alarm about every 465 values.


@dataclass(frozen=True)
class Shift:
    """Where a sum first went beyond the limit, as the number of the value (from 1), and about where the shift began."""

    number: int
    since: int
    is_less: bool


@dataclass(frozen=True)
class Watched:
    """The CUSUM of values against the first 20. ``target`` and ``sigma`` are in the unit of the values.

    ``low`` and ``high`` are the sums after each value in sigmas: how much less, and how much more, than at first.
    """

    target: float
    sigma: float
    low: tuple[float, ...]
    high: tuple[float, ...]
    shift: Shift | None


def watch(values: Sequence[float]) -> Watched | None:
    """The chart of ``values`` in order of time; None for fewer than 20, or where the first 20 are all alike.

    Sigma comes from how much neighbours differ (mean moving range over 1.128), so that a trend does not hide itself.
    """
    first = values[:BASELINE]
    moves = [abs(after - before) for before, after in pairwise(first)]
    if len(first) < BASELINE or not any(moves):
        return None
    target, sigma = sum(first) / BASELINE, sum(moves) / len(moves) / MOVING_RANGE
    points = cusum(values, target=target, sigma=sigma, h=LIMIT)
    low, high = (tuple(sum_ / sigma for sum_ in sums) for sums in ([p.low for p in points], [p.high for p in points]))
    return Watched(target, sigma, low, high, _shift(points))


def _shift(points: Sequence[CusumPoint]) -> Shift | None:
    for number, point in enumerate(points, start=1):
        if point.is_signal:
            is_less = point.low > point.high
            run = point.n_low if is_less else point.n_high
            return Shift(number, number - run + 1, is_less)
    return None
