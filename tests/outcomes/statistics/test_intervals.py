"""Intervals against published ones, against R's, and against SciPy's own."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from outcomes.statistics import Reason, mean_from_sums, proportion
from outcomes.statistics.bootstrap import IntervalMethod, acceleration, bca, interval_method, skewness
from outcomes.statistics.clusters import cluster_sums, clustered_mean, clustered_proportion, design_effect
from outcomes.statistics.exact_rates import exact_proportion, rate_per_100_sessions
from outcomes.statistics.proportions import newcombe_difference
from outcomes.statistics.quantiles import histogram_quantiles


def test_difference_of_shares_is_newcombes():
    """Newcombe 1998, Stat Med 17:873, table II: 56/70 against 48/80, method 10."""
    difference = newcombe_difference(proportion(56, 70), proportion(48, 80))
    assert difference.value == pytest.approx(0.2)
    assert difference.ci == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((33, 50), (10, 51), 0.275018125793097, 0.607982392681053),
        ((9, 10), (3, 10), 0.170522723934503, 0.809017973535488),
        ((10, 10), (0, 20), 0.679086037141915, 1.0),
    ],
)
def test_difference_of_shares_is_that_of_r(first, second, low, high):
    """Method 10 computed in R 4.2 from the shares of Ashar 2022, JAMA Psychiatry 79:13, and of two corners."""
    assert newcombe_difference(proportion(*first), proportion(*second)).ci == pytest.approx((low, high), abs=1e-12)


def test_difference_from_nobody_says_why():
    assert newcombe_difference(proportion(0, 0), proportion(3, 9)).reason is Reason.NO_VALUES


@given(k=st.integers(0, 40), more=st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_wilson_and_exact_shares_are_scipys(k, more):
    test = stats.binomtest(k, k + more)
    wilson, exact = (test.proportion_ci(method=method) for method in ("wilson", "exact"))
    assert proportion(k, k + more).ci == pytest.approx((wilson.low, wilson.high), abs=1e-12)
    assert exact_proportion(k, k + more).ci == pytest.approx((exact.low, exact.high), abs=1e-10)


@pytest.mark.parametrize(
    ("events", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)]
)
def test_rate_has_garwoods_limits(events, low, high):
    """Garwood 1936, Biometrika 28:437; the limits as printed in every table of exact Poisson limits (Ulm 1990)."""
    rate = rate_per_100_sessions(events, 100)
    assert rate.per_100 == events
    assert rate.ci == pytest.approx((low, high), abs=6e-4)


def test_rate_is_per_hundred_sessions():
    rate = rate_per_100_sessions(5, 200)
    assert (rate.per_100, rate.ci) == (2.5, pytest.approx((1.623 / 2, 11.668 / 2), abs=5e-4))
    assert rate_per_100_sessions(0, 0).reason is Reason.NO_VALUES


@given(st.lists(st.integers(0, 100), min_size=2, max_size=20))
@settings(max_examples=30, deadline=None)
def test_patients_with_one_course_each_are_the_plain_mean(values):
    exact = [Decimal(value) for value in values]
    plain = mean_from_sums(len(exact), sum(exact, Decimal(0)), sum((x * x for x in exact), Decimal(0)))
    assert clustered_mean(cluster_sums([value] for value in exact)) == plain


def test_a_patient_counted_twice_tells_nothing_new():
    """Every course doubled: the formula over patients by hand, and the interval of the patients counted once."""
    values = [Decimal(value) for value in (1, 4, 4, 7, 9)]
    doubled = clustered_mean(cluster_sums([value, value] for value in values))
    single = clustered_mean(cluster_sums([value] for value in values))
    assert (doubled.n, doubled.value, doubled.method) == (10, 5.0, "cluster")
    assert doubled.se == pytest.approx(single.se, rel=1e-12)
    assert doubled.ci == pytest.approx(single.ci, rel=1e-12)


def test_cluster_error_is_its_formula():
    clusters = [[3, 5], [8], [2, 2, 1], [6]]
    mean = sum(map(sum, clusters)) / 7
    by_hand = math.sqrt(4 / 3 * sum(sum(x - mean for x in cluster) ** 2 for cluster in clusters)) / 7
    found = clustered_mean(cluster_sums([Decimal(x) for x in cluster] for cluster in clusters))
    assert found.se == pytest.approx(by_hand, rel=1e-12)
    assert found.ci[1] - found.value == pytest.approx(stats.t.ppf(0.975, 3) * by_hand, rel=1e-12)


def test_one_patient_or_equal_patients_give_no_interval():
    one = clustered_mean(cluster_sums([[Decimal(3), Decimal(5)]]))
    equal = clustered_mean(cluster_sums([[Decimal(1), Decimal(3)], [Decimal(3), Decimal(1)]]))
    assert (one.value, one.ci, one.reason) == (4.0, None, Reason.ONE_VALUE)
    assert (equal.value, equal.ci, equal.reason) == (2.0, None, Reason.ALL_EQUAL)


def test_doubled_patients_halve_what_a_share_is_worth():
    """Fourteen patients, each with the same answer twice: the design effect is 2 but for the factor G/(G-1)."""
    sums = cluster_sums([Decimal(x), Decimal(x)] for x in [1] * 6 + [0] * 8)
    assert design_effect(sums) == pytest.approx(2 * 14 / 13)
    share = clustered_proportion(sums)
    assert (share.k, share.n, share.method) == (12, 28, "wilson_design_effect")
    wide = stats.binomtest(6, 14).proportion_ci(method="wilson")
    assert share.ci[0] < wide.low < wide.high < share.ci[1]


def test_design_effect_never_sharpens():
    sums = cluster_sums([[Decimal(0), Decimal(1)]] * 6 + [[Decimal(1)]])
    assert design_effect(sums) == 1
    assert clustered_proportion(sums).ci == proportion(7, 13).ci


def test_bca_is_that_of_scipy_but_for_chance():
    """Of values so skewed that the plain percentile interval would be elsewhere."""
    values = np.array([0.0] * 12 + [1, 1, 2, 2, 3, 4, 6, 9, 14, 20])
    found = bca(values, lambda rows: float(rows.mean()), seed=1, replicates=4000)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=20_000, rng=np.random.default_rng(2)).confidence_interval
    percentile = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, rng=np.random.default_rng(2), method="percentile"
    ).confidence_interval
    assert found.ci == pytest.approx((theirs.low, theirs.high), abs=0.25)
    assert found.ci[1] > percentile.high + 0.5


def test_acceleration_of_a_mean_is_its_skewness():
    """Efron 1987: for a mean, a = skewness / 6√n, here with the skewness that divides by n."""
    values = np.array([0.0, 0, 1, 1, 2, 9])
    plain = float(stats.skew(values))
    assert acceleration(values, lambda rows: float(rows.mean())) == pytest.approx(plain / (6 * math.sqrt(6)))
    assert skewness(values) == pytest.approx(plain * (5 / 6) ** 1.5)


def test_bootstrap_repeats_itself_and_says_when_it_cannot():
    values = np.array([1.0, 2, 2, 3, 7])
    assert bca(values, np.median, seed=3, replicates=200) == bca(values, np.median, seed=3, replicates=200)
    assert bca(np.full(6, 2.0), np.median, seed=3, replicates=50).ci is None


@pytest.mark.parametrize(
    ("n", "skew", "is_mean", "method"),
    [
        (4, 0, True, IntervalMethod.NONE),
        (5, 0, True, IntervalMethod.T),
        (400, 2, True, IntervalMethod.T),
        (19, 2.3, True, IntervalMethod.T),
        (20, -2.3, True, IntervalMethod.BCA),
        (19, 0, False, IntervalMethod.NONE),
        (20, 0, False, IntervalMethod.BCA),
    ],
)
def test_bootstrap_is_only_for_what_t_cannot_do(n, skew, is_mean, method):
    assert interval_method(n=n, skewness=skew, is_mean=is_mean) is method


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30))
@settings(max_examples=30, deadline=None)
def test_quantiles_of_a_histogram_are_those_of_its_values(values):
    counted = [(value, values.count(value)) for value in set(values)]
    shares = (0.1, 0.25, 0.5, 0.75, 0.9)
    assert histogram_quantiles(counted, shares) == pytest.approx(tuple(np.quantile(values, shares)))
