"""Shares, rates, means, quantiles and p values beside those of SciPy and statsmodels, on seeded data.

Two programs that compute the same closed form differ by rounding only: 1e-10 relative is asked for. Where one of them searches
for an end instead (the noncentral t), 1e-7, which is far below what is ever printed.
"""

import math
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats import multitest, rates, weightstats
from statsmodels.stats import proportion as shares
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.weightstats import DescrStatsW

from outcomes.statistics import mean_from_sums
from outcomes.statistics.bootstrap import bca
from outcomes.statistics.clusters import cluster_sums, clustered_mean
from outcomes.statistics.correlation import PairSums, correlation
from outcomes.statistics.effect_sizes import between_effect, hedges_correction
from outcomes.statistics.exact_rates import exact_proportion, rate_per_100_sessions
from outcomes.statistics.mean_differences import welch_difference
from outcomes.statistics.multiplicity import benjamini_hochberg
from outcomes.statistics.noncentral import noncentrality_interval
from outcomes.statistics.proportions import newcombe_difference, proportion
from outcomes.statistics.quantiles import histogram_quantiles
from outcomes.statistics.shrinkage import UnitMean, heterogeneity

CLOSED = 1e-10
SEARCHED = 1e-7


def counts(seed, many=40):
    draw = np.random.default_rng(seed)
    sizes = draw.integers(1, 400, many)
    return [(int(draw.binomial(n, draw.random())), int(n)) for n in sizes] + [(0, 7), (7, 7), (1, 1), (0, 1)]


def tenths(seed, size, *, mean=60.0, sd=20.0):
    """Scores of 0 to 10 with one decimal, as decimals and as floats."""
    whole = np.clip(np.random.default_rng(seed).normal(mean, sd, size).round(), 0, 100).astype(int)
    return [Decimal(int(value)) / 10 for value in whole], whole / 10


def mean_of(values):
    return mean_from_sums(len(values), sum(values, Decimal(0)), sum((value * value for value in values), Decimal(0)))


def test_wilson_is_that_of_statsmodels_and_scipy():
    for k, n in counts(1):
        ours, theirs = proportion(k, n).ci, shares.proportion_confint(k, n, method="wilson")
        scipys = stats.binomtest(k, n).proportion_ci(method="wilson")
        assert ours == pytest.approx(theirs, rel=CLOSED, abs=1e-14), (k, n)
        assert ours == pytest.approx((scipys.low, scipys.high), rel=CLOSED, abs=1e-14), (k, n)


def test_clopper_and_pearson_is_that_of_statsmodels_and_scipy():
    for k, n in counts(2):
        ours, theirs = exact_proportion(k, n).ci, shares.proportion_confint(k, n, method="beta")
        scipys = stats.binomtest(k, n).proportion_ci(method="exact")
        assert ours == pytest.approx(theirs, rel=CLOSED, abs=1e-12), (k, n)
        # SciPy searches for the ends.
        assert ours == pytest.approx((scipys.low, scipys.high), rel=SEARCHED, abs=1e-9), (k, n)


def test_newcombe_is_that_of_statsmodels():
    for first, second in zip(counts(3), counts(4), strict=True):
        ours = newcombe_difference(proportion(*first), proportion(*second)).ci
        theirs = shares.confint_proportions_2indep(*first, *second, method="newcomb")
        assert ours == pytest.approx(theirs, rel=CLOSED, abs=1e-12), (first, second)


def test_exact_rates_are_those_of_statsmodels():
    for events in (0, 1, 3, 17, 250):
        ours = rate_per_100_sessions(events, 731).ci
        theirs = rates.confint_poisson(events, 7.31, method="exact-c")
        assert ours == pytest.approx(tuple(np.nan_to_num(theirs)), rel=CLOSED, abs=1e-12), events


@pytest.mark.parametrize("size", [2, 5, 30, 1000])
def test_t_interval_is_that_of_statsmodels(size):
    exact, floats = tenths(size, size)
    ours, theirs = mean_of(exact), DescrStatsW(floats)
    assert (ours.value, ours.se) == pytest.approx((theirs.mean, theirs.std_mean), rel=CLOSED)
    assert ours.ci == pytest.approx(theirs.tconfint_mean(), rel=CLOSED)


def test_welch_is_that_of_statsmodels_and_scipy():
    (exact, floats), (exact2, floats2) = tenths(5, 37), tenths(6, 61, mean=45, sd=30)
    ours = welch_difference(mean_of(exact), mean_of(exact2))
    compared = weightstats.CompareMeans(DescrStatsW(floats), DescrStatsW(floats2))
    t, p, df = weightstats.ttest_ind(floats, floats2, usevar="unequal")
    scipys = stats.ttest_ind(floats, floats2, equal_var=False)
    assert ours.ci == pytest.approx(compared.tconfint_diff(usevar="unequal"), rel=CLOSED)
    assert (ours.value / ours.se, ours.p, ours.df) == pytest.approx((t, p, df), rel=CLOSED)
    assert (ours.df, ours.p) == pytest.approx((scipys.df, scipys.pvalue), rel=CLOSED)


def test_mean_of_several_courses_each_is_clustered_like_statsmodels():
    draw = np.random.default_rng(7)
    patients = np.repeat(np.arange(60), draw.integers(1, 4, 60))
    exact, floats = tenths(8, len(patients))
    by_patient = [[value for value, one in zip(exact, patients, strict=True) if one == who] for who in range(60)]
    ours = clustered_mean(cluster_sums(by_patient))
    # Stata's factor for n is (n-1)/(n-k), which is 1 for a mean alone; what is left is G/(G-1), as here.
    fitted = OLS(floats, np.ones(len(floats))).fit(cov_type="cluster", cov_kwds={"groups": patients}, use_t=True)
    assert (ours.value, ours.se) == pytest.approx((fitted.params[0], fitted.bse[0]), rel=CLOSED)
    assert ours.ci == pytest.approx(tuple(fitted.conf_int()[0]), rel=CLOSED)


def test_quantiles_are_type_7_of_numpy():
    _, floats = tenths(9, 501)
    values, each = np.unique(floats, return_counts=True)
    asked = (0.1, 0.25, 0.5, 0.75, 0.9, 0.333)
    ours = histogram_quantiles(zip(map(float, values), map(int, each), strict=True), asked)
    assert ours == pytest.approx(tuple(np.quantile(floats, asked)), rel=CLOSED)


def test_benjamini_and_hochberg_is_that_of_statsmodels_and_scipy():
    p = np.random.default_rng(10).beta(0.4, 2, 50)
    ours = benjamini_hochberg(list(p))
    assert ours == pytest.approx(tuple(multitest.multipletests(p, method="fdr_bh")[1]), rel=CLOSED)
    assert ours == pytest.approx(tuple(stats.false_discovery_control(p)), rel=CLOSED)


def test_correlation_is_that_of_scipy():
    (exact, floats), (exact2, floats2) = tenths(11, 80), tenths(12, 80)
    products = sum((x * y for x, y in zip(exact, exact2, strict=True)), Decimal(0))
    squares = (sum((value * value for value in one), Decimal(0)) for one in (exact, exact2))
    ours = correlation(PairSums(80, sum(exact), sum(exact2), *squares, products))
    theirs = stats.pearsonr(floats, floats2)
    assert ours.value == pytest.approx(theirs.statistic, rel=CLOSED)
    assert ours.ci == pytest.approx(tuple(theirs.confidence_interval()), rel=CLOSED)


def test_standardized_difference_is_that_of_statsmodels():
    (exact, floats), (exact2, floats2) = tenths(13, 24), tenths(14, 31, mean=48)
    ours, df = between_effect(mean_of(exact), mean_of(exact2)), 53
    t, _, _ = weightstats.ttest_ind(floats, floats2)
    scale = math.sqrt(1 / 24 + 1 / 31)
    assert ours.d == pytest.approx(t * scale, rel=CLOSED)
    # statsmodels corrects by 1 - 3/(4·df - 1), which is the exact factor to four decimals at these sizes.
    assert hedges_correction(df) == pytest.approx(1 - 3 / (4 * df - 1), abs=1e-4)
    ends = [one / scale for one in ours.d_ci]
    assert [stats.nct.cdf(t, df, end) for end in ends] == pytest.approx([0.975, 0.025], rel=SEARCHED)


def test_noncentral_interval_has_the_tails_of_scipy():
    for t, df in [(0.3, 9), (2.5, 20), (-3.1, 57), (6.2, 140)]:
        ours = noncentrality_interval(t, df)
        assert [stats.nct.cdf(t, df, end) for end in ours] == pytest.approx([0.975, 0.025], rel=SEARCHED), (t, df)


def test_heterogeneity_of_units_is_dersimonian_and_laird_of_statsmodels():
    draw = np.random.default_rng(15)
    means, variances = draw.normal(0.5, 0.2, 20), draw.uniform(0.004, 0.03, 20)
    ours = heterogeneity([UnitMean(float(m), float(v)) for m, v in zip(means, variances, strict=True)])
    theirs = combine_effects(means, variances, method_re="dl")
    assert (ours.q, ours.tau_squared, ours.mean) == pytest.approx(
        (theirs.q, theirs.tau2, theirs.mean_effect_re), rel=CLOSED
    )
    assert ours.p == pytest.approx(theirs.test_homogeneity().pvalue, rel=CLOSED)


def test_bca_interval_is_that_of_scipy_but_for_the_draws():
    """Both draw at random: 20,000 draws leave the ends of a median of change uncertain by about 0.02 standard deviations."""
    values = np.random.default_rng(16).gamma(2.0, 1.0, 60)
    ours = bca(values, lambda one: float(np.mean(one)), seed=1, replicates=20_000)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(2)
    ).confidence_interval
    assert ours.ci == pytest.approx(tuple(theirs), abs=0.03 * float(values.std()))
