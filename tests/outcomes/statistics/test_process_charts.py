"""Whether a process still is what it was at first."""

import pytest

from outcomes.statistics.process_charts import watch

# Up and down by 2 around 50: target 50, every move 2, sigma 2/1.128 = 1.7730.
STEADY = [49.0, 51.0] * 10


def test_a_steady_process_gives_no_signal():
    found = watch(STEADY * 5)
    assert (found.target, found.sigma) == (50, pytest.approx(1.7730, abs=0.0001))
    assert found.shift is None
    # (51 - 50)/σ - 0.5 = 0.064 at the second value, back to 0 at the third.
    assert found.high[:3] == pytest.approx((0, 0.064, 0))


def test_a_fall_of_two_sigmas_is_found_at_the_fourth_value():
    """Each adds 2 - 0.5 = 1.5 sigmas: 1.5, 3.0, 4.5, 6.0; 5 is the limit. The sum stood at 0 before the fall."""
    found = watch([*STEADY, *[50 - 2 * found_sigma() for _ in range(4)]])
    assert found.low[-4:] == pytest.approx((1.5, 3.0, 4.5, 6.0))
    assert (found.shift.number, found.shift.since, found.shift.is_less) == (24, 21, True)


def test_too_few_or_all_alike_is_no_chart():
    assert watch(STEADY[:19]) is None
    assert watch([50.0] * 30) is None


def found_sigma() -> float:
    return watch(STEADY).sigma
