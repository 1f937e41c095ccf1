"""Time to an event against R's survival package on published data, and against SciPy."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from outcomes.statistics.linear_models import NotEstimableError
from outcomes.statistics.survival import Spell, kaplan_meier, log_rank, quantile, restricted_mean

# Weeks in remission of 21 + 21 children with leukemia (Freireich 1963; Gehan 1965; MASS::gehan in R). True: relapse.
ON_DRUG = [
    *[(6, True)] * 3, (6, False), (7, True), (9, False), (10, True), (10, False), (11, False), (13, True), (16, True),
    (17, False), (19, False), (20, False), (22, True), (23, True), (25, False), (32, False), (32, False), (34, False),
    (35, False),
]  # fmt: skip
ON_PLACEBO = [(week, True) for week in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]


def spells(pairs):
    return [Spell(time, is_event) for time, is_event in pairs]


def test_curve_is_the_published_one():
    """survfit(); survival and standard error as printed by Kleinbaum and Klein and in R."""
    events = {step.time: step for step in kaplan_meier(spells(ON_DRUG)) if step.events}
    assert [(time, step.at_risk) for time, step in events.items()] == [
        (6, 21), (7, 17), (10, 15), (13, 12), (16, 11), (22, 7), (23, 6),
    ]  # fmt: skip
    assert [round(step.survival, 4) for step in events.values()] == [
        0.8571,
        0.8067,
        0.7529,
        0.6902,
        0.6275,
        0.5378,
        0.4482,
    ]
    assert [round(step.se, 4) for step in events.values()] == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]


def test_interval_is_log_log():
    """survfit(conf.type = "log-log") at 6 weeks: 0.6197 to 0.9516."""
    (first, *_) = kaplan_meier(spells(ON_DRUG))
    assert first.ci == pytest.approx((0.6197, 0.9516), abs=6e-5)


def test_medians_are_those_published():
    drug, placebo = (quantile(kaplan_meier(spells(group)), 0.5) for group in (ON_DRUG, ON_PLACEBO))
    assert (drug.time, placebo.time) == (23, 8)
    assert drug.ci == (13, None)
    assert placebo.ci == (4, 11)


def test_log_rank_is_the_published_one():
    """survdiff(): chi-squared 16.8 (16.79), expected 19.3 and 10.7, seen 9 and 21."""
    found = log_rank([spells(ON_DRUG), spells(ON_PLACEBO)])
    assert (found.observed, found.df) == ((9, 21), 1)
    assert found.expected == pytest.approx((19.25, 10.75), abs=5e-3)
    assert found.chi_squared == pytest.approx(16.793, abs=5e-4)


times = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=2, max_size=25)


@given(times)
@settings(max_examples=40, deadline=None)
def test_curve_is_scipys(pairs):
    events = stats.CensoredData(
        uncensored=[time for time, is_event in pairs if is_event],
        right=[time for time, is_event in pairs if not is_event],
    )
    theirs = stats.ecdf(events).sf
    ours = {step.time: step.survival for step in kaplan_meier(spells(pairs))}
    assert [ours[time] for time in theirs.quantiles] == pytest.approx(list(theirs.probabilities), abs=1e-12)


@given(times, times)
@settings(max_examples=40, deadline=None)
def test_log_rank_is_scipys(first, second):
    groups = [spells(first), spells(second)]
    try:
        found = log_rank(groups)
    except NotEstimableError:
        return
    one, other = (
        stats.CensoredData(uncensored=[t for t, e in group if e], right=[t for t, e in group if not e])
        for group in (first, second)
    )
    assert found.chi_squared == pytest.approx(stats.logrank(one, other).statistic ** 2, abs=1e-9)


def test_restricted_mean_is_the_area_under_the_curve():
    """Of spells without censoring it is the mean of the shorter of spell and horizon, with its plain variance."""
    values = [2, 3, 3, 5, 8, 13, 21]
    cut = np.minimum(values, 10)
    found = restricted_mean(kaplan_meier([Spell(value, is_event=True) for value in values]), 10)
    assert found.value == pytest.approx(cut.mean())
    assert found.se == pytest.approx(cut.std() / math.sqrt(len(values)))


def test_restricted_mean_of_censored_spells_by_hand():
    steps = kaplan_meier(spells([(1, True), (2, False), (3, True), (4, False)]))
    found = restricted_mean(steps, 4)
    # 1 until 1, 3/4 until 3, 3/8 until 4.
    assert found.value == pytest.approx(1 + 1.5 + 0.375)
    assert found.se == pytest.approx(math.sqrt((1.5 + 0.375) ** 2 / (4 * 3) + 0.375**2 / (2 * 1)))


def test_median_of_a_flat_half_is_its_middle():
    even = kaplan_meier([Spell(time, is_event=True) for time in (1, 2, 6, 9)])
    assert quantile(even, 0.5).time == 4
    never = kaplan_meier(spells([(1, True), (5, False), (5, False)]))
    assert quantile(never, 0.5).time is None


def test_nobody_left_has_no_error_and_nobody_at_all_no_curve():
    (only,) = kaplan_meier([Spell(3, is_event=True)])
    assert (only.survival, only.se, only.ci) == (0, None, None)
    assert kaplan_meier([]) == ()


def test_groups_never_at_risk_together_are_not_compared():
    with pytest.raises(NotEstimableError):
        log_rank([[Spell(1, is_event=False)], [Spell(2, is_event=True), Spell(3, is_event=True)]])
