"""Charts against Montgomery's book and R's qcc and FunnelPlotR."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from outcomes.statistics import Reason
from outcomes.statistics.control_charts import Signal, Subgroup, cusum, fitting_p_chart, p_chart, signals
from outcomes.statistics.funnels import dispersion, mean_limits, share_limits

# Leaking cans of orange juice among 50, thirty samples (Montgomery 1991; qcc's data set orangejuice).
LEAKING = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
]  # fmt: skip


def months(shares, n=50):
    return [Subgroup(k, n) for k in shares]


def test_p_chart_of_the_orange_juice_is_that_of_the_book():
    chart = p_chart(months(LEAKING))
    assert chart.center == pytest.approx(0.231333333333333)
    assert (chart.points[0].low, chart.points[0].high) == pytest.approx((0.0524275480719282, 0.410239118594738))
    assert [place + 1 for place, point in enumerate(chart.points) if Signal.OUTSIDE in point.signals] == [15, 23]
    assert chart.is_reliable


def test_limits_are_reliable_from_twenty_months_with_five_expected_of_each_kind():
    assert p_chart(months([4, 6] * 10)).is_reliable
    assert not p_chart(months([4, 6] * 9 + [5])).is_reliable
    assert not p_chart(months([3, 6] * 10)).is_reliable
    assert not p_chart(months([44, 47] * 10)).is_reliable


def test_center_is_fixed_by_the_months_before():
    chart = p_chart(months([10] * 12 + [20] * 8), baseline=12)
    assert chart.center == pytest.approx(0.2)
    assert chart.points[-1].signals == (Signal.OUTSIDE, Signal.RUN)
    assert not chart.is_reliable


def test_laney_widens_limits_by_how_much_months_differ():
    """Laney 2002: sigma_z is the mean moving range of z over 1.128."""
    plain, laney = p_chart(months(LEAKING)), p_chart(months(LEAKING), is_laney=True)
    z = [point.z for point in plain.points]
    sigma_z = np.abs(np.diff(z)).mean() / 1.128
    assert laney.sigma_z == pytest.approx(sigma_z)
    assert laney.points[0].high - laney.center == pytest.approx(sigma_z * (plain.points[0].high - plain.center))
    assert [point.z * sigma_z for point in laney.points] == pytest.approx(z)


def drawn(seed, n, months, spread):
    draw = np.random.default_rng(seed)
    return [Subgroup(int(draw.binomial(n, np.clip(draw.normal(0.3, spread), 0, 1))), n) for _ in range(months)]


def test_limits_are_widened_only_where_months_differ_by_more_than_chance():
    by_chance = [fitting_p_chart(drawn(seed, 2000, 24, 0)).sigma_z > 1 for seed in range(200)]
    assert sum(by_chance) < 0.06 * 200
    differing = [fitting_p_chart(drawn(seed, 2000, 24, 0.03)) for seed in range(50)]
    assert all(chart.sigma_z > 1.5 for chart in differing)
    outside = [sum(Signal.OUTSIDE in point.signals for point in chart.points) for chart in differing]
    assert sum(outside) < 0.02 * 50 * 24, "the plain chart has a third of them outside"
    few = fitting_p_chart(drawn(1, 2000, 19, 0.03))
    assert (few.sigma_z, few.is_reliable) == (1.0, False)


def test_limits_end_at_nobody_and_everybody():
    point = p_chart([Subgroup(1, 3), Subgroup(2, 3)]).points[0]
    assert (point.low, point.high) == (0, 1)


def test_charts_of_nothing_say_why():
    assert p_chart([]).reason is Reason.NO_VALUES
    assert p_chart(months([0, 0])).reason is Reason.ALL_EQUAL
    assert p_chart(months([5, 5]), is_laney=True).reason is Reason.ALL_EQUAL


@pytest.mark.parametrize(
    ("z", "broken"),
    [
        ([3.1], (Signal.OUTSIDE,)),
        ([3.0], ()),
        ([0.1] * 7, ()),
        ([0.1] * 8, (Signal.RUN,)),
        ([-0.1] * 9, (Signal.RUN,)),
        ([0.1] * 7 + [0.0], ()),
        ([0.1] * 7 + [-4], (Signal.OUTSIDE,)),
    ],
)
def test_only_two_rules_are_on(z, broken):
    assert signals(z) == broken


# Montgomery, Introduction to Statistical Quality Control, table 9.1: mean 10 for 20 values, 11 from then on, sigma 1.
SHIFTED = [
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62,
    10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
]  # fmt: skip


def test_cusum_is_the_table_of_the_book():
    """Table 9.2: the sum passes 5 at period 29 with 5.28, after 7 periods above 0."""
    points = cusum(SHIFTED, target=10, sigma=1)
    assert [place + 1 for place, point in enumerate(points) if point.is_signal] == [29, 30]
    assert (points[28].high, points[28].n_high) == (pytest.approx(5.28), 7)
    assert [round(point.low, 2) for point in points[:4]] == [0.05, 1.56, 1.77, 0]
    assert points[2].n_low == 3


def test_cusum_is_in_the_units_of_its_values():
    tenfold = cusum([10 * value for value in SHIFTED], target=100, sigma=10)
    assert [point.is_signal for point in tenfold] == [point.is_signal for point in cusum(SHIFTED, target=10, sigma=1)]


def test_cusum_signals_beyond_its_limit_on_either_side():
    at_limit, beyond, below = (cusum([value], target=0, sigma=1)[0] for value in (5.5, 5.6, -5.6))
    assert (at_limit.high, at_limit.is_signal) == (5, False)
    assert beyond.is_signal
    assert (below.low, below.n_low, below.high, below.is_signal) == (pytest.approx(5.1), 1, 0, True)


@pytest.mark.parametrize(
    ("n", "target", "inner", "outer"),
    [
        (5, 0.1, (0, 0.354897119341564), (0, 0.586666666666667)),
        (20, 0.3, (0.0811765059806759, 0.487255146595147), (0.0014773166882815, 0.613699679347967)),
        (10, 0.5, (0.132444444444444, 0.767555555555556), (0.000240000000000007, 0.89976)),
        (100, 0.8, (0.713523914966408, 0.870257767284931), (0.663234148483358, 0.9090217474354)),
        (500, 0.1, (0.0734475283117622, 0.126014898891818), (0.0599886865476911, 0.142689312964431)),
    ],
)
def test_funnel_limits_are_spiegelhalters(n, target, inner, outer):
    """Exact binomial limits with interpolation as FunnelPlotR 0.6 makes them."""
    limits = share_limits(n, target)
    assert limits.inner == pytest.approx(inner, abs=1e-12)
    assert limits.outer == pytest.approx(outer, abs=1e-12)


@given(n=st.integers(1, 400), target=st.floats(0.02, 0.98))
@settings(max_examples=40, deadline=None)
def test_funnel_limits_are_within_one_case_of_scipys_quantiles(n, target):
    limits = share_limits(n, target)
    for limit, tail in zip((*limits.inner, *limits.outer), (0.025, 0.975, 0.001, 0.999), strict=True):
        quantile = stats.binom.ppf(tail, n, target) / n
        assert quantile - 1 / n - 1e-9 <= limit <= quantile + 1e-9


def test_means_have_limits_from_everybodys_deviation():
    limits = mean_limits(100, 2.0, 3.0)
    assert limits.inner == pytest.approx((2 - 0.3 * 1.959964, 2 + 0.3 * 1.959964), abs=1e-6)
    assert limits.outer == pytest.approx((2 - 0.3 * 3.090232, 2 + 0.3 * 3.090232), abs=1e-6)


TARGET = 0.46843853820598
# Responders of patients at month 12 by acupuncturist and by practice (public data of Vickers 2004, BMJ 328:744).
ACUPUNCTURISTS = [
    (1, 2), (11, 19), (35, 69), (10, 24), (3, 9), (20, 40), (15, 31), (23, 50), (10, 27), (2, 4), (11, 25), (0, 1),
]  # fmt: skip
PRACTICES = [
    (6, 15), (10, 13), (13, 29), (6, 13), (9, 18), (4, 9), (16, 31), (2, 3), (0, 3), (6, 16), (6, 12), (4, 13), (0, 2),
    (6, 12), (2, 5), (4, 6), (1, 4), (1, 1), (2, 3), (6, 13), (4, 5), (0, 1), (2, 6), (4, 6), (5, 13), (9, 26), (8, 13),
    (2, 3), (1, 2), (1, 1), (0, 1), (0, 1), (0, 1), (1, 1),
]  # fmt: skip


def test_twelve_acupuncturists_differ_by_chance_only():
    found = dispersion(ACUPUNCTURISTS, TARGET)
    assert found.phi == pytest.approx(0.340471271399671, rel=1e-12)
    assert (found.tau_squared, found.z_adjusted) == (0, found.z)
    assert found.z[1] == pytest.approx(0.96646901563195, rel=1e-12)


def test_practices_differ_a_little_more_than_chance():
    """FunnelPlotR 0.6.0."""
    found = dispersion(PRACTICES, TARGET)
    assert found.phi == pytest.approx(1.0992010942867, rel=1e-12)
    assert found.tau_squared == pytest.approx(0.00383917862247727, rel=1e-10)
    assert found.z_adjusted[:2] == pytest.approx((-0.48252211227328, 2.07974114693276), rel=1e-10)


def test_few_units_are_not_adjusted():
    nineteen, twenty = (dispersion([(10, 50), *[(15, 50), (35, 50)] * 9, (40, 50)][:n], 0.5) for n in (19, 20))
    assert nineteen.phi > 1
    assert (nineteen.tau_squared, nineteen.z_adjusted) == (0, nineteen.z)
    assert twenty.tau_squared > 0
