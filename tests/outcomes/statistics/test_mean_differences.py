"""Welch's difference against scipy, on the published summary numbers of Vickers 2004 (BMJ 328:744)."""

import math

import pytest
from scipy import stats

from outcomes.statistics import Mean
from outcomes.statistics.mean_differences import welch_difference

ACUPUNCTURE = (-6.45375720809249, 12.2287077335736, 173)
USUAL_CARE = (-2.74836607843137, 10.8360719650365, 153)


def mean(value, sd, n):
    return Mean(n=n, value=value, sd=sd, se=sd / math.sqrt(n))


def test_difference_and_interval_are_those_of_scipy():
    found = welch_difference(mean(*ACUPUNCTURE), mean(*USUAL_CARE))
    theirs = stats.ttest_ind_from_stats(*ACUPUNCTURE, *USUAL_CARE, equal_var=False)
    assert found.value == pytest.approx(ACUPUNCTURE[0] - USUAL_CARE[0])
    assert (found.value / found.se, found.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    half = stats.t.ppf(0.975, found.df) * found.se
    assert found.ci == pytest.approx((found.value - half, found.value + half))


@pytest.mark.parametrize("other", [Mean(n=0), Mean(n=1, value=3.0), Mean(n=4, value=3.0, sd=0.0, se=0.0)])
def test_without_any_spread_there_is_none(other):
    assert welch_difference(Mean(n=4, value=2.0, sd=0.0, se=0.0), other) is None
