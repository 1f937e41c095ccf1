"""Pearson's correlation of published numbers."""

from decimal import Decimal

import pytest
from scipy import stats

from outcomes.statistics.correlation import PairSums, correlation

X = [Decimal(x) for x in (10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)]
Y = [Decimal(y) for y in ["8.04", "6.95", "7.58", "8.81", "8.33", "9.96", "7.24", "4.26", "10.84", "4.82", "5.68"]]


def sums(x, y):
    return PairSums(
        len(x),
        sum(x),
        sum(y),
        sum(a * a for a in x),
        sum(b * b for b in y),
        sum(a * b for a, b in zip(x, y, strict=True)),
    )


def test_the_first_of_anscombes_quartet():
    """Anscombe 1973, Am Stat 27:17: r = 0.816 (to more digits, numpy's corrcoef of the same eleven points)."""
    found = correlation(sums(X, Y))
    assert found.value == pytest.approx(0.81642051634484, abs=1e-13)
    interval = stats.pearsonr([float(x) for x in X], [float(y) for y in Y]).confidence_interval()
    assert found.ci == pytest.approx((interval.low, interval.high))


def test_nothing_cancels_far_from_0_and_the_sign_stays():
    far = [x + Decimal(10) ** 12 for x in X]
    assert correlation(sums(far, [-y for y in Y])).value == pytest.approx(-0.81642051634484, abs=1e-13)


@pytest.mark.parametrize(
    "x, y, reason", [([], [], "no_values"), ([1], [1], "one_value"), ([1, 1, 1], [1, 2, 3], "all_equal")]
)
def test_without_spread_there_is_none_and_it_says_why(x, y, reason):
    found = correlation(sums(list(map(Decimal, x)), list(map(Decimal, y))))
    assert (found.value, found.ci, found.reason) == (None, None, reason)


def test_a_perfect_line_and_three_pairs_have_no_interval():
    line = [Decimal(one) for one in (1, 2, 3, 4)]
    assert (correlation(sums(line, line)).value, correlation(sums(line, line)).ci) == (1, None)
    assert correlation(sums(X[:3], Y[:3])).ci is None
