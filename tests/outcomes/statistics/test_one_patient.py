"""What is said to one patient: reliable change, the outlook of those who started alike, and the gates before it."""

import math

import numpy as np
import pytest
from scipy import stats

from outcomes.statistics.calibration import band_gate, conformal_shift, probability_gate
from outcomes.statistics.reliable_change import Reliable, cutoff_c, unreliability
from outcomes.statistics.similar_patients import BandMethod, Cell, Scale, match, outlook


def test_reliable_change_of_published_instruments():
    """R package clinicalsignificance: HAM-D at reliability 0.80 and BDI at 0.801, in its example data."""
    hamd = unreliability(sd_baseline=3.34012129366738, reliability=0.80)
    assert hamd.sem == pytest.approx(1.49374765314696)
    assert hamd.sd_difference == pytest.approx(2.11247818984341)
    assert hamd.mdc95 == pytest.approx(4.14038117021946, rel=2e-5)
    assert unreliability(sd_baseline=8.15864336384803, reliability=0.801).mdc95 == pytest.approx(10.0881, abs=3e-4)


@pytest.mark.parametrize(
    ("improvement", "judged"),
    [(5, Reliable.IMPROVED), (4, Reliable.UNCHANGED), (-4, Reliable.UNCHANGED), (-5, Reliable.DETERIORATED)],
)
def test_change_is_reliable_beyond_the_smallest_detectable(improvement, judged):
    hamd = unreliability(sd_baseline=3.34012129366738, reliability=0.80)
    assert hamd.judged(improvement) is judged


def test_cutoff_between_patients_and_healthy_people_is_published():
    """README of clinicalsignificance: BDI 35.48 (8.16) in patients, 7.69 (7.52) in healthy people, cut-off 21.02."""
    assert cutoff_c(patients=(35.48, 8.16), healthy=(7.69, 7.52)) == pytest.approx(21.02, abs=0.02)


NRS = Scale(minimum=0, maximum=100, point=10, higher_is_better=False)


def cells(n, *, baseline=60, modality="prp", value=30):
    return Cell(modality, baseline, value, n)


def test_match_widens_until_there_are_fifty():
    near, wider, widest = cells(30, baseline=70), cells(20, baseline=40), cells(20, baseline=30)
    found = match([near, wider, widest], baseline=60, modality="prp", point=10)
    assert (found.n, found.within, found.is_any_modality) == (50, 2, False)


def test_match_drops_the_modality_only_when_three_points_are_not_enough():
    """And begins again close by: the same start counts for more than the same treatment."""
    found = match([cells(49), cells(30, modality="exosome")], baseline=60, modality="prp", point=10)
    assert (found.n, found.within, found.is_any_modality) == (79, 1, True)
    assert match([cells(49), cells(400, baseline=99)], baseline=60, modality="prp", point=10) is None


def test_outlook_of_many_is_counted():
    pool = [cells(50, value=value) for value in (10, 20, 30, 42, 43)]
    found = outlook(match(pool, baseline=60, modality="prp", point=10), baseline=60, scale=NRS)
    assert found.method is BandMethod.QUANTILES
    assert found.quantiles == tuple(np.quantile(np.repeat([10, 20, 30, 42, 43], 50), (0.1, 0.25, 0.5, 0.75, 0.9)))
    # From 60 to 42 is exactly 30 %, to 43 it is not.
    assert (found.reaching_30.k, found.reaching_30.n) == (200, 250)


def test_outlook_of_fewer_is_a_prediction_interval():
    pool = [cells(20, value=40), cells(20, value=50), cells(20, value=60)]
    found = outlook(match(pool, baseline=60, modality="prp", point=10), baseline=60, scale=NRS)
    spread = math.sqrt(40 * 100 / 59) * math.sqrt(1 + 1 / 60)
    assert found.method is BandMethod.ANCOVA
    assert found.quantiles[2] == pytest.approx(50)
    assert found.quantiles[4] == pytest.approx(50 + stats.t.ppf(0.9, 59) * spread)
    assert found.quantiles[1] == pytest.approx(50 - stats.t.ppf(0.75, 59) * spread)


def test_prediction_follows_the_slope_of_baseline_and_stays_on_the_scale():
    pool = [cells(15, baseline=b, value=b - 50 + away) for b in (50, 60, 70) for away in (-9, 9)]
    found = outlook(match(pool, baseline=70, modality="prp", point=20), baseline=70, scale=NRS)
    assert found.quantiles[2] == pytest.approx(20)
    low = outlook(match(pool, baseline=50, modality="prp", point=20), baseline=50, scale=NRS)
    assert low.quantiles[:3] == pytest.approx((0, 0, 0), abs=1e-9)


def test_outlook_without_any_spread_is_that_score():
    found = outlook(match([cells(60)], baseline=60, modality="prp", point=10), baseline=60, scale=NRS)
    assert found.quantiles == (30,) * 5


def test_reaching_thirty_percent_leaves_out_a_baseline_of_zero_and_knows_the_direction():
    up = Scale(minimum=0, maximum=48, point=1, higher_is_better=True)
    pool = [Cell("prp", 1, 2, 30), Cell("prp", 0, 9, 25), Cell("prp", 1, 0, 10)]
    found = outlook(match(pool, baseline=0, modality="prp", point=1), baseline=0, scale=up)
    assert (found.reaching_30.k, found.reaching_30.n) == (30, 40)


@pytest.mark.parametrize(
    ("overall", "thirds", "may_show"),
    [
        ((127, 161), [(27, 36), (43, 54), (48, 59)], True),
        ((127, 161), [(26, 36), (43, 54), (48, 59)], False),
        ((137, 161), [(29, 36), (43, 54), (48, 59)], False),
        ((75, 100), [(17, 20)], True),
        ((0, 0), [], False),
    ],
)
def test_band_is_shown_only_while_it_covers_what_it_says(overall, thirds, may_show):
    gate = band_gate(overall, thirds)
    assert gate.may_show is may_show
    assert gate.overall.n == overall[1]


def predictions(low, high):
    """100 courses of whom 30 % have the event and 100 of whom 70 % do, predicted ``low`` and ``high``."""
    return np.repeat([low, high], 100), np.repeat([1.0, 0, 1, 0], [30, 70, 70, 30])


def test_calibrated_probabilities_are_shown():
    gate = probability_gate(*predictions(0.3, 0.7))
    assert gate.slope == pytest.approx(1)
    se = math.sqrt(2 / 30 + 2 / 70) / (2 * math.log(7 / 3))
    assert gate.slope_ci == pytest.approx((1 - 1.959964 * se, 1 + 1.959964 * se))
    assert (gate.brier, gate.brier_of_rate, gate.may_show) == (pytest.approx(0.21), 0.25, True)


def test_bold_timid_and_useless_probabilities_are_not():
    bold, timid, useless = (probability_gate(*predictions(*p)) for p in ((0.05, 0.95), (0.47, 0.53), (0.5, 0.5)))
    assert bold.slope == pytest.approx(math.log(7 / 3) / math.log(19))
    assert timid.slope_ci[0] > 1
    assert (useless.slope, useless.slope_ci) == (None, None)
    assert not (bold.may_show or timid.may_show or useless.may_show)


def test_conformal_shift_is_the_miss_of_the_right_rank():
    """Of nine the eighth smallest, ⌈10 · 0.8⌉, and of four the fourth; of three it would be the fourth too."""
    values = np.arange(9.0)
    assert conformal_shift(np.zeros(9), np.full(9, 4.0), values) == 3
    assert conformal_shift(np.full(9, -20.0), np.full(9, 20.0), values) == -13
    assert conformal_shift(np.zeros(4), np.full(4, 4.0), values[5:]) == 4
    assert conformal_shift(np.zeros(3), np.ones(3), np.ones(3)) is None
