"""Effect sizes against R's effectsize, on the published summary numbers of Vickers 2004 (BMJ 328:744)."""

import math

import pytest
from scipy import stats

from outcomes.statistics import Mean
from outcomes.statistics.effect_sizes import between_effect, hedges_correction, within_effect
from outcomes.statistics.noncentral import noncentrality_interval

# Change of headache score by month 3 in the trial's public data: n, mean, standard deviation.
ACUPUNCTURE = Mean(n=173, value=-6.45375720809249, sd=12.2287077335736)
USUAL_CARE = Mean(n=153, value=-2.74836607843137, sd=10.8360719650365)
NOTHING = Mean(n=1, value=3.0)


def test_standardized_response_mean_and_interval_are_those_of_r():
    effect = within_effect(change=ACUPUNCTURE, baseline=NOTHING, follow_up=NOTHING)
    assert effect.srm == pytest.approx(-0.5277546367695, abs=1e-12)
    assert effect.srm_ci == pytest.approx((-0.686170924645038, -0.367984139178071), abs=1e-9)


def test_difference_between_groups_is_that_of_r():
    effect = between_effect(ACUPUNCTURE, USUAL_CARE)
    assert effect.sd_pooled == pytest.approx(11.596217404678, abs=1e-9)
    assert effect.d == pytest.approx(-0.319534465451324, abs=1e-12)
    assert effect.d_ci == pytest.approx((-0.538191280451437, -0.100390636900092), abs=1e-9)
    assert effect.g == pytest.approx(-0.31879413582814, abs=1e-12)
    assert effect.g_ci[0] / effect.d_ci[0] == pytest.approx(effect.g / effect.d)


def test_baseline_and_average_deviations_divide_the_same_change():
    effect = within_effect(
        change=Mean(n=20, value=-2.0, sd=2.5), baseline=Mean(n=20, sd=1.6), follow_up=Mean(n=20, sd=2.0)
    )
    assert effect.es == pytest.approx(-2 / 1.6)
    assert effect.d_av == pytest.approx(-2 / math.sqrt((1.6**2 + 2.0**2) / 2))


@pytest.mark.parametrize(("df", "factor"), [(2, 0.5642), (10, 0.9228), (50, 0.9849)])
def test_hedges_correction_is_his_table(df, factor):
    """Hedges 1981, J Educ Stat 6:107, table 1: c(m)."""
    assert hedges_correction(df) == pytest.approx(factor, abs=6e-5)


def test_effects_without_spread_are_missing():
    still = Mean(n=5, value=-2.0, sd=0.0)
    assert within_effect(change=still, baseline=still, follow_up=still).srm is None
    assert between_effect(still, still).d is None
    assert between_effect(still, NOTHING).g is None


@pytest.mark.parametrize("t", [-20.0, -2.0, 0.5, 12.0])
@pytest.mark.parametrize("df", [3, 30, 300])
def test_noncentrality_leaves_a_fortieth_on_either_side(t, df):
    low, high = noncentrality_interval(t, df)
    assert stats.nct.sf(t, df, low) == pytest.approx(0.025, abs=1e-6)
    assert stats.nct.cdf(t, df, high) == pytest.approx(0.025, abs=1e-6)


@pytest.mark.parametrize("t", [0.0, 30.0, 63.0, 200.0])
@pytest.mark.parametrize("df", [1, 2, 500])
def test_noncentrality_is_found_where_scipy_has_holes(t, df):
    """nctdtr answers nan for parameters far from t; the interval is still found, in order, around t."""
    low, high = noncentrality_interval(t, df)
    assert low < t < high
