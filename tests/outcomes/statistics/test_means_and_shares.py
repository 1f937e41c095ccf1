"""Statistics against values that others computed, and against plain arithmetic on the raw numbers."""

import math
import random
import statistics
from decimal import Decimal

import pytest

from outcomes.statistics import Reason, mean_from_sums, proportion

# Extra sleep under two drugs (Student 1908), and R's t.test() on it.
FIRST_DRUG = ["0.7", "-1.6", "-0.2", "-1.2", "-0.1", "3.4", "3.7", "0.8", "0.0", "2.0"]
SECOND_DRUG = ["1.9", "0.8", "1.1", "0.1", "-0.1", "4.4", "5.5", "1.6", "4.6", "3.4"]


def mean_of(values):
    exact = [Decimal(value) for value in values]
    return mean_from_sums(len(exact), sum(exact, Decimal(0)), sum((x * x for x in exact), Decimal(0)))


def test_mean_and_interval_are_those_of_r():
    mean = mean_of(FIRST_DRUG)
    assert (mean.n, mean.value) == (10, 0.75)
    assert mean.sd == pytest.approx(1.789010, abs=1e-6)
    assert mean.ci == pytest.approx((-0.5297804, 2.0297804), abs=1e-7)


def test_interval_of_paired_differences_is_that_of_r():
    change = mean_of([Decimal(a) - Decimal(b) for a, b in zip(FIRST_DRUG, SECOND_DRUG, strict=True)])
    assert change.ci == pytest.approx((-2.4598858, -0.7001142), abs=1e-7)


def test_large_offsets_do_not_cancel():
    """Values like 1000000000.1 lose their spread in floating-point sums of squares; exact sums keep it."""
    mean = mean_of([f"1000000000.{digit}" for digit in (1, 2, 3)])
    assert mean.sd == pytest.approx(0.1, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_mean_agrees_with_the_raw_numbers(seed):
    draw = random.Random(seed)
    values = [Decimal(draw.randrange(0, 100)) / 10 for _ in range(draw.randrange(2, 60))]
    mean = mean_of(values)
    assert mean.value == pytest.approx(float(statistics.mean(values)), rel=1e-12)
    assert mean.sd == pytest.approx(float(statistics.stdev(values)), rel=1e-12)
    assert mean.se == pytest.approx(mean.sd / math.sqrt(len(values)), rel=1e-12)


def test_missing_numbers_say_why():
    nothing, one, equal = mean_of([]), mean_of(["4"]), mean_of(["4", "4", "4"])
    assert (nothing.value, nothing.ci, nothing.reason) == (None, None, Reason.NO_VALUES)
    assert (one.value, one.sd, one.ci, one.reason) == (4.0, None, None, Reason.ONE_VALUE)
    assert (equal.value, equal.sd, equal.ci, equal.reason) == (4.0, 0.0, None, Reason.ALL_EQUAL)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval_is_newcombes(k, n, low, high):
    """Newcombe 1998, Stat Med 17:857, table I, method 3."""
    share = proportion(k, n)
    assert share.value == k / n
    assert share.ci == pytest.approx((low, high), abs=5e-5)


def test_wilson_interval_ends_exactly_at_nobody_and_everybody():
    assert proportion(0, 7).ci[0] == 0
    assert proportion(7, 7).ci[1] == 1


def test_share_of_nobody_is_not_zero():
    share = proportion(0, 0)
    assert (share.value, share.ci, share.reason) == (None, None, Reason.NO_VALUES)
