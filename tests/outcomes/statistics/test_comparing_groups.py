"""ANCOVA and models for repeated scores, against R, SAS, a likelihood written out in full, and each other."""

import math
from decimal import Decimal

import numpy as np
import pytest

from outcomes.statistics.ancova import PairSums, ancova, pair_sums
from outcomes.statistics.linear_models import NotEstimableError, least_squares
from outcomes.statistics.mmrm import Record, Structure, basis, moments, profile
from outcomes.statistics.mmrm_fit import fit
from outcomes.statistics.repeated_measures import Model, PatientScores, Refusal, compare_groups
from tests.outcomes.statistics.growth import BOYS, GIRLS


def numbers(estimate):
    return estimate.value, estimate.se, estimate.df, *estimate.ci


def sums(n, *values):
    return PairSums(n, *map(Decimal, values))


# Month 12 of the acupuncture trial (Vickers 2004, BMJ 328:744): n, Σb, Σy, Σb², Σby, Σy² of its public data.
CONTROL = sums(140, "3739.5", "3128.08333", "139021.125", "115712.33328", "110114.6735088889")
ACUPUNCTURE = sums(161, "3956.75", "2615.73334", "129133.5625", "82363.9378", "72607.8554275556")


def test_ancova_of_the_acupuncture_trial_is_that_of_r():
    """R 4.2: lm(pk5 ~ group + pk1). The trial printed 4.6 (2.2 to 7.0), adjusted for more."""
    found = ancova([CONTROL, ACUPUNCTURE])
    (difference,) = found.differences
    assert (found.n, found.df) == (301, 298)
    assert difference.value == pytest.approx(-4.58684086551738, rel=1e-11)
    assert difference.se == pytest.approx(1.25177151942258, rel=1e-11)
    assert difference.ci == pytest.approx((-7.05027277181246, -2.12340895922229), rel=1e-10)
    assert difference.p == pytest.approx(0.000293518270409632, rel=1e-9)
    assert found.slope.value == pytest.approx(0.707299367576055, rel=1e-11)
    assert found.sigma == pytest.approx(10.8063270443156, rel=1e-11)


def test_ancova_is_least_squares_whatever_the_number_of_groups():
    draw = np.random.default_rng(4)
    b, group = draw.integers(0, 11, 60), np.arange(60) % 3
    y = draw.integers(0, 11, 60)
    design = np.column_stack([np.ones(60), group == 1, group == 2, b - b.mean()])
    usual = least_squares(design, y.astype(float))
    pairs = [
        [(Decimal(int(p)), Decimal(int(q))) for p, q in zip(b[group == g], y[group == g], strict=True)]
        for g in range(3)
    ]
    found = ancova([pair_sums(one) for one in pairs])
    assert numbers(found.differences[1]) == pytest.approx(numbers(usual.contrast(np.array([0.0, 0, 1, 0]))), rel=1e-10)
    assert numbers(found.means[1]) == pytest.approx(numbers(usual.contrast(np.array([1.0, 1, 0, 0]))), rel=1e-10)
    assert numbers(found.slope) == pytest.approx(numbers(usual.contrast(np.array([0.0, 0, 0, 1]))), rel=1e-10)


@pytest.mark.parametrize(
    "pairs",
    [[[], [(1, 2)]], [[(5, 2), (5, 3)], [(6, 4), (6, 1)]], [[(1, 2), (2, 3), (3, 4)], [(4, 4), (5, 5)]]],
    ids=["nobody", "no spread of baselines", "no residual"],
)
def test_ancova_of_what_does_not_determine_it_is_refused(pairs):
    groups = [pair_sums([(Decimal(b), Decimal(y)) for b, y in group]) for group in pairs]
    with pytest.raises(NotEstimableError):
        ancova(groups)


def growth_records(ages=(8, 10, 12, 14), missing=frozenset()):
    for child, (is_girl, distances) in enumerate([(0, boy) for boy in BOYS] + [(1, girl) for girl in GIRLS]):
        kept = [visit for visit in range(len(ages)) if (child, visit) not in missing]
        rows = [[1, is_girl, ages[visit], is_girl * ages[visit]] for visit in kept]
        yield Record(
            tuple(kept), np.array(rows, dtype=float), np.array([distances[visit] for visit in kept], dtype=float)
        )


@pytest.mark.parametrize(
    ("column", "value", "se"),
    [(0, 16.3406, 0.9813), (1, 1.0321, 1.5374), (2, 0.7844, 0.0775), (3, -0.3048, 0.1214)],
)
def test_compound_symmetry_of_the_growth_data_is_that_of_r_and_sas(column, value, se):
    """Pinheiro and Bates 2000 (lme, random intercept) and SAS PROC MIXED (type=cs); within-child terms have 79 df."""
    found = fit(moments(growth_records()), Structure.COMPOUND_SYMMETRY)
    assert found.criterion == pytest.approx(433.7572, abs=5e-4)
    estimate = found.satterthwaite(np.eye(4)[column])
    assert (estimate.value, estimate.se) == pytest.approx((value, se), abs=5.1e-5)
    if column > 1:
        assert estimate.df == pytest.approx(79, abs=1e-4)


MISSING = {(child, visit) for child in range(27) for visit in range(4) if (child * 7 + visit * 3) % 8 == 0}


def in_full(records, sigma):
    """-2 restricted log-likelihood from the stacked data: the textbook formula, with the whole of V."""
    x = np.concatenate([record.design for record in records])
    y = np.concatenate([record.outcome for record in records])
    v, start = np.zeros((len(y), len(y))), 0
    for record in records:
        end = start + len(record.visits)
        v[start:end, start:end] = sigma[np.ix_(record.visits, record.visits)]
        start = end
    w = np.linalg.inv(v)
    information = x.T @ w @ x
    r = y - x @ np.linalg.solve(information, x.T @ w @ y)
    logs = np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1]
    return logs + r @ w @ r + (len(y) - x.shape[1]) * math.log(2 * math.pi)


def test_likelihood_from_sums_is_the_one_written_out_in_full():
    records = list(growth_records(missing=MISSING))
    sigma = np.array([[5.0, 2, 3, 1], [2, 4, 1, 2], [3, 1, 6, 3], [1, 2, 3, 5]])
    assert len({record.visits for record in records}) > 3
    assert profile(moments(records), sigma).criterion == pytest.approx(in_full(records, sigma), rel=1e-12)


def test_fit_with_missing_scores_is_where_the_full_likelihood_is_lowest():
    records = list(growth_records(missing=MISSING))
    found = fit(moments(records), Structure.UNSTRUCTURED)
    lowest = in_full(records, found.sigma)
    assert found.criterion == pytest.approx(lowest, rel=1e-12)
    for matrix in basis(Structure.UNSTRUCTURED, 4):
        assert min(in_full(records, found.sigma + step * matrix) for step in (-0.01, 0.01)) > lowest


def growth_patients(missing=frozenset()):
    """Age 8 as the baseline, 10 to 14 as visits."""
    children = [("boy", boy) for boy in BOYS] + [("girl", girl) for girl in GIRLS]
    return [
        PatientScores(sex, distances[0], tuple(None if (child, v) in missing else distances[v + 1] for v in range(3)))
        for child, (sex, distances) in enumerate(children)
    ]


def test_without_missing_scores_the_model_is_an_ancova_of_every_visit():
    """With every effect crossed with visit, complete data carry nothing from one visit to another."""
    found = compare_groups(growth_patients(), ["boy", "girl"])
    assert (found.model, found.baseline) == (Model.UNSTRUCTURED, pytest.approx(599 / 27))
    for visit in found.visits:
        place = visit.visit + 1
        groups = [pair_sums([(Decimal(child[0]), Decimal(child[place])) for child in sex]) for sex in (BOYS, GIRLS)]
        usual = ancova(groups)
        assert visit.n == (16, 11)
        assert numbers(visit.means[1]) == pytest.approx(numbers(usual.means[1]), rel=1e-6)
        assert numbers(visit.differences[0]) == pytest.approx(numbers(usual.differences[0]), rel=1e-6)
        assert visit.small_sample[0].se == pytest.approx(usual.differences[0].se, rel=1e-6)


def test_kenward_roger_widens_with_missing_scores():
    found = compare_groups(growth_patients({(20, 2), (3, 0), (5, 1)}), ["boy", "girl"])
    last = found.visits[-1]
    assert found.model is Model.UNSTRUCTURED
    assert last.small_sample[0].se > last.differences[0].se
    assert last.small_sample[0].df == last.differences[0].df


def test_ladder_steps_down_when_pairs_of_visits_are_few():
    """Nineteen children seen at both 10 and 12 years are too few for a covariance of their own."""
    missing = {(child, 0) for child in (*range(4), 16)} | {(child, 1) for child in (4, 5, 6)}
    assert compare_groups(growth_patients(missing), ["boy", "girl"]).model is Model.COMPOUND_SYMMETRY


def test_ladder_ends_with_one_visit_or_none():
    first_only = {(child, visit) for child in range(2, 27) for visit in (1, 2)}
    one = compare_groups(growth_patients(first_only), ["boy", "girl"])
    assert (one.model, [visit.visit for visit in one.visits]) == (Model.ANCOVA, [0])
    assert one.visits[0].small_sample == one.visits[0].differences
    too_few = {(child, visit) for child in (16, 17) for visit in range(3)}
    none = compare_groups(growth_patients(too_few), ["boy", "girl"])
    assert (none.model, none.refusal, none.visits) == (Model.NONE, Refusal.TOO_FEW, ())


def test_scores_that_never_vary_are_refused():
    patients = [PatientScores(group, float(n), (4.0, 4.0)) for group in "ab" for n in range(12)]
    refused = compare_groups(patients, ["a", "b"])
    assert (refused.model, refused.refusal) == (Model.NONE, Refusal.NOT_ESTIMABLE)


def test_visits_that_repeat_each_other_step_down_to_one_visit():
    draw = np.random.default_rng(5)
    patients = [
        PatientScores("ab"[n % 2], float(draw.integers(11)), (y := float(draw.integers(11)), y)) for n in range(60)
    ]
    assert compare_groups(patients, ["a", "b"]).model is Model.ANCOVA
