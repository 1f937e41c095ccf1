"""The probability to improve by so many percent, from the baseline alone; told only while it comes true (analytics 2.13)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outcomes.statistics.arrays import Array
from outcomes.statistics.calibration import ProbabilityGate, probability_gate
from outcomes.statistics.case_mix import may_adjust
from outcomes.statistics.linear_models import NotEstimableError
from outcomes.statistics.logistic import logistic, out_of_fold
from outcomes.statistics.similar_patients import Cell, Scale

_PARAMETERS = 2


@dataclass(frozen=True)
class Chance:
    """``k`` of ``n`` courses improved by ``percent``.

    ``gate`` is of probabilities made from one half of the courses and tried on the other, both ways; None where there are
    too few to make any. ``value`` with its interval is the probability at the baseline asked for: None while the gate is
    shut, and beyond the baselines that there are.
    """

    percent: int
    n: int
    k: int
    gate: ProbabilityGate | None = None
    value: float | None = None
    ci: tuple[float, float] | None = None


def chance_to_improve(
    halves: tuple[Sequence[Cell], Sequence[Cell]], *, baseline: int, scale: Scale, percent: int
) -> Chance:
    """The probability to improve by ``percent`` of the own baseline, for a baseline in steps; courses from 0 do not count."""
    starts, folds, events, sizes = _counted(halves, scale, percent)
    n, k = int(sizes.sum()), int(events.sum())
    if not may_adjust(courses=n, events=k, parameters=_PARAMETERS):
        return Chance(percent, n, k)
    design = np.column_stack([np.ones(len(starts)), starts / scale.point])
    try:
        gate = probability_gate(out_of_fold(design, events, folds, sizes), events, sizes)
        if not gate.may_show or not starts.min() <= baseline <= starts.max():
            return Chance(percent, n, k, gate)
        value, ci = logistic(design, events, sizes).probability(np.array([1.0, baseline / scale.point]))
    except NotEstimableError:
        return Chance(percent, n, k)
    return Chance(percent, n, k, gate, value, ci)


def _counted(
    halves: tuple[Sequence[Cell], Sequence[Cell]], scale: Scale, percent: int
) -> tuple[Array, list[int], Array, Array]:
    """Of every baseline above 0 in either half: the baseline, the half, how many improved so much, of how many."""
    counts: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for half, cells in enumerate(halves):
        for cell in cells:
            if cell.baseline > 0:
                count = counts[cell.baseline, half]
                count[0] += cell.n if cell.improved_by(percent, scale) else 0
                count[1] += cell.n
    rows = sorted(counts.items())
    starts = np.array([float(start) for (start, _), _ in rows])
    events, sizes = (np.array([float(count[place]) for _, count in rows]) for place in (0, 1))
    return starts, [half for (_, half), _ in rows], events, sizes
