"""Where units lie around a target, and how far they are pulled back to it."""

import math

import pytest

from outcomes.statistics.funnels import share_limits, widened_share_limits
from outcomes.statistics.unit_places import place


def test_widened_limits_without_variance_are_the_arcsine_ones():
    """By hand: asin √0.5 = π/4, and 1.959964 / (2 · 10) = 0.0979982 for 100 cases; sin² of both ends."""
    low, high = widened_share_limits(100, 0.5, 0.0).inner
    assert (low, high) == pytest.approx(
        (math.sin(math.pi / 4 - 0.0979982) ** 2, math.sin(math.pi / 4 + 0.0979982) ** 2)
    )
    wide = widened_share_limits(100, 0.5, 0.0025)
    # With τ² = 1/(4·100) the deviation grows by √2.
    assert wide.inner[1] == pytest.approx(math.sin(math.pi / 4 + 0.0979982 * math.sqrt(2)) ** 2)
    assert widened_share_limits(10, 0.99, 0.5).outer[1] == 1.0


def test_units_that_differ_by_chance_alone_are_pulled_all_the_way():
    """Shares of 10, 12 and 14 in 20: Q = Σ n(p - 0.6)²/(0.6 · 0.4) = 1.667 on 2 degrees of freedom, so τ² = 0."""
    found = place([(10, 20), (12, 20), (14, 20)], 36 / 60)
    assert found.between.q == pytest.approx(5 / 3)
    assert found.between.tau_squared == 0
    assert [one.pulled.mean for one in found.units] == pytest.approx([0.6] * 3)
    assert [one.outside for one in found.units] == [None] * 3


def test_a_unit_far_away_is_outside_both_limits_and_keeps_part_of_its_distance():
    units = [(15, 50)] * 4 + [(45, 50)]
    found = place(units, 105 / 250)
    near, far = found.units[0], found.units[-1]
    assert (near.outside, far.outside) == (None, 0.998)
    assert far.limits == share_limits(50, 0.42)
    # σ²/n = 0.42·0.58/50 = 0.004872; Q = 0.288/0.004872 = 59.11; τ² = (Q - 4)/(4/0.004872) = 0.06713; kept 0.9323.
    assert far.pulled.kept == pytest.approx(0.9323, abs=0.0001)
    assert far.adjusted_p < 0.001


def test_from_twenty_units_on_limits_are_widened_by_what_all_differ():
    units = [(20, 50), (30, 50)] * 10
    assert place(units[:18], 0.5).tau_squared == 0
    found = place(units, 0.5)
    assert found.tau_squared > 0
    assert found.limits(50) == widened_share_limits(50, 0.5, found.tau_squared)


def test_nothing_to_place():
    assert place([(5, 10)], 0.5) is None
    assert place([(10, 10), (12, 12)], 1.0) is None
