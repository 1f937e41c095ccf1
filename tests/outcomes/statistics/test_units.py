"""Case mix, shrinkage and many comparisons against published values and SciPy."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from outcomes.statistics.case_mix import adjusted_mean, byar_limits, c_statistic, may_adjust, observed_over_expected
from outcomes.statistics.linear_models import NotEstimableError
from outcomes.statistics.logistic import logistic
from outcomes.statistics.multiplicity import benjamini_hochberg
from outcomes.statistics.shrinkage import Heterogeneity, UnitMean, heterogeneity, shrunk

# O-ring damage by launch temperature in °F (Dalal, Fowlkes and Hoadley 1989, J Am Stat Assoc 84:945).
COLD = [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58]
DAMAGED = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1]


def with_ones(values):
    return np.column_stack([np.ones(len(values)), values])


def test_logistic_regression_is_the_published_one():
    found = logistic(with_ones(COLD), np.array(DAMAGED, dtype=float))
    assert found.coefficients == pytest.approx([15.0429, -0.2322], abs=6e-5)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx([7.3786, 0.1082], abs=6e-5)


def test_logistic_regression_of_two_groups_is_their_odds_ratio():
    group, outcome = np.repeat([0.0, 1], [10, 20]), np.array([1] * 3 + [0] * 7 + [1] * 12 + [0] * 8, dtype=float)
    found = logistic(with_ones(group), outcome)
    assert found.coefficients[1] == pytest.approx(math.log((12 / 8) / (3 / 7)))
    assert found.covariance[1, 1] == pytest.approx(1 / 3 + 1 / 7 + 1 / 12 + 1 / 8)
    assert found.probabilities(with_ones(np.array([0.0, 1]))) == pytest.approx([0.3, 0.6])


@pytest.mark.parametrize(
    ("values", "outcomes"),
    [([1, 2, 3, 4], [0, 0, 1, 1]), ([5, 5, 5, 5], [0, 1, 0, 1]), ([1, 2, 3, 4], [0, 0, 0, 0])],
    ids=["separated", "no spread", "no event"],
)
def test_logistic_regression_without_an_answer_is_refused(values, outcomes):
    with pytest.raises(NotEstimableError):
        logistic(with_ones(values), np.array(outcomes, dtype=float))


@pytest.mark.parametrize("observed", [1, 5, 10, 50])
def test_byars_limits_are_close_to_exact(observed):
    """Breslow and Day 1987, p. 69: accurate even for few."""
    exact = stats.chi2.ppf(0.025, 2 * observed) / 2, stats.chi2.ppf(0.975, 2 * observed + 2) / 2
    assert byar_limits(observed) == pytest.approx(exact, abs=0.03)


def test_observed_over_expected():
    found = observed_over_expected(10, [0.5] * 16)
    assert (found.expected, found.ratio, found.z) == (8, 1.25, 1.0)
    assert found.ci == pytest.approx((4.79 / 8, 18.39 / 8), abs=1e-3)
    assert observed_over_expected(0, [0.5] * 4).ci[0] == 0
    assert observed_over_expected(0, []).ratio is None


def test_adjusted_means_keep_the_overall_mean_and_the_overall_deviation():
    found = adjusted_mean([1.5, 0.5] * 18, overall_mean=16.9, overall_sd=8.3)
    assert (found.n, found.value) == (36, pytest.approx(17.9))
    assert found.z == pytest.approx(1 / (8.3 / 6))
    assert adjusted_mean([1.0] * 29, overall_mean=0, overall_sd=8.3).z is None


def test_case_mix_needs_courses_and_events_of_both_kinds():
    assert may_adjust(courses=200, events=30, parameters=3)
    assert not may_adjust(courses=199, events=100, parameters=3)
    assert not may_adjust(courses=500, events=29, parameters=3)
    assert not may_adjust(courses=500, events=471, parameters=3)


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=2, max_size=30))
@settings(max_examples=40, deadline=None)
def test_c_statistic_is_the_share_of_pairs_in_order(pairs):
    probabilities, outcomes = np.array([p / 10 for p, _ in pairs]), np.array([float(y) for _, y in pairs])
    ups, downs = probabilities[outcomes == 1], probabilities[outcomes == 0]
    found = c_statistic(probabilities, outcomes)
    if not len(ups) or not len(downs):
        assert found is None
    else:
        assert found == pytest.approx(stats.mannwhitneyu(ups, downs).statistic / (len(ups) * len(downs)))


# BCG vaccine trials: cases and others, vaccinated and not (Colditz 1994, JAMA 271:698; metafor's dat.bcg).
BCG = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
]  # fmt: skip


def test_heterogeneity_is_that_of_metafor():
    """rma(method = "DL"): Q(12) = 152.2330, tau^2 = 0.3088, estimate -0.7141."""
    units = [
        UnitMean(math.log(a / (a + b)) - math.log(c / (c + d)), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
        for a, b, c, d in BCG
    ]
    found = heterogeneity(units)
    assert (found.q, found.df) == (pytest.approx(152.2330, abs=6e-5), 12)
    assert found.tau_squared == pytest.approx(0.3088, abs=6e-5)
    assert found.mean == pytest.approx(-0.7141, abs=6e-5)


def test_units_alike_have_no_detectable_difference():
    found = heterogeneity([UnitMean(mean, 1.0) for mean in (2.0, 2.5, 1.5, 2.0)])
    assert (found.tau_squared, found.mean) == (0, 2)
    assert shrunk(UnitMean(9.0, 1.0), found).mean == 2


def test_small_providers_keep_a_quarter_of_their_distance():
    """NHS England knee replacements 2018/19: variance 0.678 between and 68.87 within; 30 patients keep 23 %."""
    between = Heterogeneity(q=0, df=0, p=1, tau_squared=0.678, mean=17.0)
    found = shrunk(UnitMean(21.0, 68.87 / 30), between)
    assert found.kept == pytest.approx(0.228, abs=5e-4)
    assert found.mean == pytest.approx(17 + 4 * found.kept)
    assert found.sd == pytest.approx(1 / math.sqrt(1 / 0.678 + 30 / 68.87))
    assert found.predictive_sd(68.87) == pytest.approx(math.hypot(math.sqrt(68.87), found.sd))


def test_false_discoveries_are_those_of_the_paper():
    """Benjamini and Hochberg 1995, section 4.1: four of fifteen at 0.05."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    assert sum(adjusted <= 0.05 for adjusted in benjamini_hochberg(p)) == 4


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_false_discovery_rates_are_scipys(p):
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))
