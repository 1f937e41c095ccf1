"""ANCOVA, repeated scores, logistic models and Rubin's rules beside those of statsmodels, on seeded data.

Least squares is a closed form: 1e-9 relative. Models that are searched for agree as far as the looser of both searches goes:
statsmodels stops the restricted likelihood of MixedLM about 1e-7 short of its optimum, which leaves 1e-4 in standard errors.
"""

import math
from decimal import Decimal

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import mannwhitneyu
from statsmodels.discrete.discrete_model import Logit
from statsmodels.regression.linear_model import OLS
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.stats.rates import confint_poisson

from outcomes.statistics.ancova import ancova, pair_sums
from outcomes.statistics.calibration import probability_gate
from outcomes.statistics.case_mix import c_statistic, observed_over_expected
from outcomes.statistics.case_mix_model import Case, Factor, case_mix
from outcomes.statistics.linear_models import least_squares
from outcomes.statistics.logistic import logistic
from outcomes.statistics.mmrm import Record, Structure, moments
from outcomes.statistics.mmrm_fit import fit
from outcomes.statistics.repeated_measures import Model, PatientScores, compare_groups

CLOSED = 1e-9


def numbers(estimate):
    return estimate.value, estimate.se, *estimate.ci, estimate.p


def of_ols(found, weights):
    test = found.t_test(weights)
    return float(test.effect[0]), float(test.sd[0, 0]), *map(float, test.conf_int()[0]), float(test.pvalue)


def baselines_and_scores(seed, n=120, groups=3):
    draw = np.random.default_rng(seed)
    group = np.arange(n) % groups
    b = draw.integers(20, 101, n)
    y = np.clip(np.round(0.6 * b + 4 * group + draw.normal(0, 15, n)), 0, 100).astype(int)
    return group, b, y


def test_ancova_is_the_ols_of_statsmodels():
    group, b, y = baselines_and_scores(21)
    ours = ancova(
        [
            pair_sums([(Decimal(int(p)), Decimal(int(q))) for p, q in zip(b[group == g], y[group == g], strict=True)])
            for g in range(3)
        ]
    )
    theirs = OLS(y, np.column_stack([np.ones(120), group == 1, group == 2, b - b.mean()]).astype(float)).fit()
    assert numbers(ours.differences[0]) == pytest.approx(of_ols(theirs, [0, 1, 0, 0]), rel=CLOSED)
    assert numbers(ours.differences[1]) == pytest.approx(of_ols(theirs, [0, 0, 1, 0]), rel=CLOSED)
    assert numbers(ours.means[2])[:4] == pytest.approx(of_ols(theirs, [1, 0, 1, 0])[:4], rel=CLOSED)
    assert numbers(ours.slope)[:4] == pytest.approx(of_ols(theirs, [0, 0, 0, 1])[:4], rel=CLOSED)
    assert (ours.sigma, ours.df) == pytest.approx((math.sqrt(theirs.scale), theirs.df_resid), rel=CLOSED)


def test_prediction_interval_is_that_of_statsmodels():
    _, b, y = baselines_and_scores(22)
    design, row = np.column_stack([np.ones(120), b]).astype(float), np.array([1.0, 55.0])
    theirs = OLS(y, design).fit().get_prediction(row[None, :]).summary_frame(alpha=0.2)
    ours = least_squares(design, y.astype(float)).predicted(row, 0.8)
    assert ours == pytest.approx((theirs["obs_ci_lower"][0], theirs["obs_ci_upper"][0]), rel=CLOSED)


def visits(seed, n=90, of_each=3, *, is_complete=False):
    """Scores of ``of_each`` visits with a level of each person's own, a fifth of them missing at random."""
    draw = np.random.default_rng(seed)
    level = draw.normal(0, 12, n)
    b = draw.normal(60, 10, n)
    y = 0.5 * b[:, None] + level[:, None] - 6.0 * (np.arange(n) % 2)[:, None] + draw.normal(0, 8, (n, of_each))
    if not is_complete:
        y[draw.random((n, of_each)) < 0.2] = np.nan
    return np.arange(n) % 2, b, y


def stacked(group, b, y):
    """Who, and the design of group by visit and baseline by visit, one row for each score that there is."""
    who, visit = np.nonzero(~np.isnan(y))
    at = np.eye(y.shape[1])[visit]
    return who, visit, np.column_stack([at, at * group[who, None], at * b[who, None]]), y[who, visit]


def test_compound_symmetry_is_where_mixedlm_has_its_optimum():
    """The same restricted likelihood by other code; ours has to be at least as high."""
    group, b, y = visits(23)
    who, visit, design, scores = stacked(group, b - b.mean(), y)
    records = [Record(tuple(map(int, visit[who == one])), design[who == one], scores[who == one]) for one in set(who)]
    ours = fit(moments(records), Structure.COMPOUND_SYMMETRY)
    theirs = MixedLM(scores, design, who).fit(reml=True, method=["bfgs", "lbfgs"], gtol=1e-9)
    assert ours.criterion == pytest.approx(-2 * theirs.llf, rel=1e-8)
    assert ours.coefficients == pytest.approx(theirs.fe_params, rel=1e-5, abs=1e-5)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(theirs.bse_fe, rel=1e-3)
    within, between = ours.sigma[0, 0] - ours.sigma[0, 1], ours.sigma[0, 1]
    assert (within, between) == pytest.approx((theirs.scale, float(theirs.cov_re[0, 0])), rel=1e-3)
    assert ours.criterion <= -2 * theirs.llf + 1e-6, "theirs is a better optimum"


def test_comparison_of_groups_with_a_score_at_every_visit_is_an_ols_of_each():
    group, b, y = visits(24, is_complete=True)
    patients = [
        PatientScores("ab"[g], float(one), tuple(map(float, row))) for g, one, row in zip(group, b, y, strict=True)
    ]
    ours = compare_groups(patients, ["a", "b"])
    assert ours.model is Model.UNSTRUCTURED
    for place, visit in enumerate(ours.visits):
        theirs = OLS(y[:, place], np.column_stack([np.ones(len(b)), group, b])).fit()
        assert numbers(visit.differences[0]) == pytest.approx(of_ols(theirs, [0, 1, 0]), rel=1e-6)


def events(seed, n=600):
    draw = np.random.default_rng(seed)
    design = np.column_stack([np.ones(n), draw.normal(0, 1, n), draw.integers(0, 2, n)])
    return design, (draw.random(n) < expit(design @ np.array([-0.4, 0.9, 0.5]))).astype(float)


def test_logistic_is_the_logit_of_statsmodels():
    design, came = events(25)
    ours = logistic(design, came)
    theirs = Logit(came, design).fit(disp=False, tol=1e-12, maxiter=100)
    assert ours.coefficients == pytest.approx(theirs.params, rel=1e-8)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(theirs.bse, rel=1e-8)
    assert ours.probabilities(design) == pytest.approx(theirs.predict(design), rel=1e-8)


def test_calibration_slope_is_the_logit_of_statsmodels():
    design, came = events(26)
    probabilities = expit(design @ np.array([-0.3, 1.3, 0.2]))
    ours = probability_gate(probabilities, came)
    lines = np.column_stack([np.ones(len(came)), np.log(probabilities / (1 - probabilities))])
    theirs = Logit(came, lines).fit(disp=False, tol=1e-12)
    assert (ours.slope, *ours.slope_ci) == pytest.approx((theirs.params[1], *theirs.conf_int()[1]), rel=1e-8)


def test_c_statistic_is_the_rank_sum_of_scipy():
    design, came = events(27)
    told = np.round(expit(design @ np.array([-0.4, 0.9, 0.5])), 2)  # With ties.
    u = mannwhitneyu(told[came == 1], told[came == 0]).statistic
    assert c_statistic(told, came) == pytest.approx(u / (came.sum() * (1 - came).sum()), rel=CLOSED)


def test_byar_is_near_the_exact_limits_of_statsmodels():
    """An approximation by design: within 1 % of Garwood's from 10 events on (Breslow and Day 1987)."""
    for observed in (10, 25, 100, 400):
        found = observed_over_expected(observed, [0.25] * 400)
        exact = confint_poisson(observed, 100, method="exact-c")
        assert found.ci == pytest.approx(exact, rel=0.01), observed


def cases(seed, n=400):
    draw = np.random.default_rng(seed)
    ages = [float(age) if draw.random() < 0.9 else None for age in draw.integers(25, 85, n)]
    known = zip(
        draw.integers(3, 11, n), ages, draw.choice(["F", "M", ""], n), draw.choice(["knee", "hip"], n), strict=True
    )
    for baseline, age, sex, region in known:
        chance = expit(-2 + 0.4 * baseline - 0.02 * ((age or 55) - 55) + 0.5 * (sex == "F"))
        yield Case(float(baseline), age, str(sex), str(region), bool(draw.random() < chance))


def test_case_mix_is_the_logit_of_statsmodels():
    """The design written out anew: whatever is called the usual sex or region, the probabilities are the same."""
    every = list(cases(29))
    ours = case_mix(every)
    known = [case.age for case in every if case.age is not None]
    middle = sum(known) / len(known)
    design = np.array(
        [
            [
                *(1, case.baseline, middle if case.age is None else case.age, case.age is None),
                *(case.sex == "M", case.sex == "", case.region == "hip"),
            ]
            for case in every
        ],
        dtype=float,
    )
    came = np.array([case.is_improved for case in every], dtype=float)
    theirs = Logit(came, design).fit(disp=False, tol=1e-12, maxiter=100)
    assert (ours.parameters, ours.factors) == (7, tuple(Factor))
    assert ours.probabilities == pytest.approx(theirs.predict(design), rel=1e-7)
    assert sum(ours.probabilities) == pytest.approx(ours.events, rel=1e-9)
    unseen = np.empty(len(came))
    for fold in range(10):
        own = np.arange(len(came)) % 10 == fold
        unseen[own] = Logit(came[~own], design[~own]).fit(disp=False, tol=1e-12, maxiter=100).predict(design[own])
    u = mannwhitneyu(unseen[came == 1], unseen[came == 0]).statistic
    assert ours.c == pytest.approx(u / (came.sum() * (1 - came).sum()), rel=1e-6)
    assert ours.gate.brier == pytest.approx(np.mean((unseen - came) ** 2), rel=1e-6)
    assert sum(fifth.n for fifth in ours.fifths) == 400
    assert sum(fifth.observed for fifth in ours.fifths) == ours.events


def test_counted_courses_give_the_fit_of_courses_one_by_one():
    design, came = events(30, n=200)
    rounded = np.round(design)
    alike, place = np.unique(rounded, axis=0, return_inverse=True)
    k, n = (np.bincount(place.ravel(), weights=one) for one in (came, np.ones(200)))
    together, one_by_one = logistic(alike, k, n), logistic(rounded, came)
    assert together.coefficients == pytest.approx(one_by_one.coefficients, rel=1e-9)
    assert together.covariance == pytest.approx(one_by_one.covariance, rel=1e-8)
    gates = (
        probability_gate(together.probabilities(alike), k, n),
        probability_gate(one_by_one.probabilities(rounded), came),
    )
    assert gates[0].brier == pytest.approx(gates[1].brier, rel=CLOSED)
    assert gates[0].slope_ci == pytest.approx(gates[1].slope_ci, rel=1e-8)


def test_interval_of_a_probability_is_that_of_statsmodels():
    design, came = events(31)
    row = np.array([1.0, 0.7, 1.0])
    value, ci = logistic(design, came).probability(row)
    theirs = Logit(came, design).fit(disp=False, tol=1e-12).get_prediction(row[None, :])
    assert value == pytest.approx(float(theirs.predicted[0]), rel=1e-8)
    linear = Logit(came, design).fit(disp=False, tol=1e-12)
    middle, se = float(row @ linear.params), math.sqrt(row @ linear.cov_params() @ row)
    assert ci == pytest.approx((expit(middle - 1.959963985 * se), expit(middle + 1.959963985 * se)), rel=1e-7)
