"""Curves of response beside those of lifelines and statsmodels, on seeded data with ties and censoring.

Products and sums of the same few numbers: 1e-9 relative. (The standard error of a restricted mean has no other side here:
lifelines gives the spread of one person's time, not that of the mean.)
"""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import median_survival_times, restricted_mean_survival_time
from statsmodels.duration.survfunc import SurvfuncRight

from outcomes.statistics.survival import Spell, kaplan_meier, log_rank, quantile, restricted_mean

CLOSED = 1e-9


def spells(seed, n=150, *, scale=60.0):
    """Whole days, so that many end on the same one; about a third are censored."""
    draw = np.random.default_rng(seed)
    until, watched = draw.exponential(scale, n), draw.exponential(2 * scale, n)
    days = np.ceil(np.minimum(until, watched) / 7) * 7
    return [Spell(float(day), bool(event)) for day, event in zip(days, until <= watched, strict=True)]


def fitted(found):
    return KaplanMeierFitter().fit([one.time for one in found], [one.is_event for one in found])


@pytest.mark.parametrize("seed", [31, 32, 33])
def test_curve_and_its_log_log_interval_are_those_of_lifelines(seed):
    found = spells(seed)
    theirs, ours = fitted(found), kaplan_meier(found)
    times = [step.time for step in ours]
    assert [step.survival for step in ours] == pytest.approx(list(theirs.predict(times)), rel=CLOSED, abs=1e-12)
    limits = theirs.confidence_interval_survival_function_.loc[times]
    drawn = [step for step in ours if step.ci is not None]
    assert len(drawn) > 10
    for step in drawn:
        assert step.ci == pytest.approx(tuple(limits.loc[step.time]), rel=CLOSED), step.time
    table = theirs.event_table.loc[times]
    assert [(step.at_risk, step.events, step.censored) for step in ours] == list(
        table[["at_risk", "observed", "censored"]].itertuples(index=False, name=None)
    )


def test_greenwood_is_that_of_statsmodels():
    found = spells(34)
    theirs = SurvfuncRight([one.time for one in found], [one.is_event for one in found])
    ours = {step.time: step for step in kaplan_meier(found) if step.events}
    assert list(ours) == list(theirs.surv_times)
    for time, survival, se in zip(theirs.surv_times, theirs.surv_prob, theirs.surv_prob_se, strict=True):
        assert (ours[time].survival, ours[time].se) == pytest.approx((survival, se), rel=CLOSED)


def test_median_is_that_of_lifelines():
    found = spells(35)
    theirs, ours = fitted(found), quantile(kaplan_meier(found), 0.5)
    ends = median_survival_times(theirs.confidence_interval_).iloc[0]
    assert ours.time == theirs.median_survival_time_
    assert ours.ci == tuple(ends)


@pytest.mark.parametrize("horizon", [56.0, 90.0, 182.0])
def test_restricted_mean_is_that_of_lifelines(horizon):
    found = spells(36)
    ours = restricted_mean(kaplan_meier(found), horizon)
    assert ours.value == pytest.approx(restricted_mean_survival_time(fitted(found), t=horizon), rel=CLOSED)


@pytest.mark.parametrize("groups", [2, 3])
def test_log_rank_is_that_of_lifelines(groups):
    found = [spells(40 + place, scale=50.0 + 20 * place) for place in range(groups)]
    ours = log_rank(found)
    times, events = ([getattr(one, name) for group in found for one in group] for name in ("time", "is_event"))
    labels = [place for place, group in enumerate(found) for _ in group]
    theirs = multivariate_logrank_test(times, labels, events)
    assert (ours.chi_squared, ours.p) == pytest.approx((theirs.test_statistic, theirs.p_value), rel=CLOSED)
    assert ours.df == groups - 1
