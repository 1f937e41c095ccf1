"""A probability to improve is told where it comes true on courses it was not made from, and nowhere else."""

import numpy as np
import pytest
from scipy.special import expit

from outcomes.statistics.response_chance import chance_to_improve
from outcomes.statistics.similar_patients import Cell, Scale

NRS = Scale(minimum=0, maximum=100, point=10, higher_is_better=False)
BETTER, SAME = 0.5, 1.0


def halves(seed, n, chance):
    """So many courses from 2 to 10 points, of which those with ``chance(baseline)`` end at half, others where they began."""
    draw = np.random.default_rng(seed)
    found = ([], [])
    for place, start in enumerate(draw.integers(2, 11, n) * 10):
        ends = BETTER if draw.random() < chance(start / 10) else SAME
        found[place % 2].append(Cell("prp", int(start), int(start * ends), 1))
    return found


def steep(baseline):
    return expit(baseline - 6)


def test_where_the_baseline_tells_it_is_told():
    found = chance_to_improve(halves(1, 600, steep), baseline=80, scale=NRS, percent=30)
    assert found.gate.may_show and found.gate.brier < found.gate.brier_of_rate
    low, high = found.ci
    assert low < steep(8) < high and low < found.value < high
    assert high - low < 0.12
    beyond = chance_to_improve(halves(1, 600, steep), baseline=10, scale=NRS, percent=30)
    assert (beyond.value, beyond.gate.may_show) == (None, True)


def test_where_it_does_not_hardly_anything_is_told():
    """A coin: mostly it does no better out of fold than one rate for all, and where it does by chance it tells that rate."""
    found = [
        chance_to_improve(halves(seed, 400, lambda _: 0.5), baseline=80, scale=NRS, percent=30) for seed in range(40)
    ]
    told = [one.value for one in found if one.value is not None]
    assert len(told) <= 10 and all(abs(value - 0.5) < 0.12 for value in told)
    assert all(one.gate is not None and one.n == 400 for one in found)


def test_halves_that_contradict_each_other_shut_the_gate():
    first, second = halves(2, 600, steep)
    turned = [
        Cell("prp", 120 - cell.baseline, round((120 - cell.baseline) * cell.value / cell.baseline), 1)
        for cell in second
    ]
    found = chance_to_improve((first, turned), baseline=80, scale=NRS, percent=30)
    assert (found.value, found.gate.may_show) == (None, False)
    assert found.gate.slope < 0


@pytest.mark.parametrize("n", [20, 199])
def test_of_few_courses_none_is_made(n):
    found = chance_to_improve(halves(3, n, steep), baseline=80, scale=NRS, percent=30)
    assert (found.gate, found.value, found.n) == (None, None, n)


def test_courses_from_0_do_not_count_and_higher_can_be_better():
    zero = [Cell("prp", 0, 0, 500)]
    assert chance_to_improve((zero, zero), baseline=0, scale=NRS, percent=30).n == 0
    upward = Scale(0, 1000, 10, higher_is_better=True)
    cells = [Cell("prp", 100, 130, 3), Cell("prp", 100, 129, 5)]
    found = chance_to_improve((cells, []), baseline=100, scale=upward, percent=30)
    assert (found.k, found.n) == (3, 8)
