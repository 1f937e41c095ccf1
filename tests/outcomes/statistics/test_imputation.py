"""Rubin's rules against R's mice, and imputation against what it must do."""

import numpy as np
import pytest

from outcomes.statistics.imputation import pool, tipping_point
from outcomes.statistics.linear_models import NotEstimableError
from outcomes.statistics.repeated_measures import PatientScores, compare_groups

# Slope of pain on the Tampa scale in ten imputations of a low-back-pain data set (R mice 3.15, pool(), 159 patients).
SLOPES = [
    0.31453516648296, 0.320218602337118, 0.333771308133029, 0.312937782434615, 0.33118547011807,
    0.32941002112295, 0.325322544131545, 0.316533410496051, 0.321520866048331, 0.325215581855111,
]  # fmt: skip
VARIANCES = [
    0.000274275304773049, 0.000269125135228378, 0.000261200487741569, 0.00027065304496819, 0.00028310263613176,
    0.000299299428262703, 0.000269061776314899, 0.000252688895675181, 0.000291068408749164, 0.000275362786722277,
]  # fmt: skip


def test_pooling_is_that_of_mice():
    pooled = pool(SLOPES, VARIANCES, 155)
    assert pooled.estimate.value == pytest.approx(0.323065075315978, rel=1e-12)
    assert pooled.within == pytest.approx(0.000274583790456717, rel=1e-12)
    assert pooled.between == pytest.approx(5.10016062002557e-05, rel=1e-12)
    assert pooled.total == pytest.approx(0.000330685557276998, rel=1e-12)
    assert pooled.lambda_ == pytest.approx(0.169652909193393, rel=1e-12)
    assert pooled.estimate.df == pytest.approx(90.355432766863, rel=1e-11)
    assert pooled.estimate.ci == pytest.approx((0.2869398082996, 0.359190342332356), rel=1e-11)


def test_pooling_of_equal_estimates_has_nothing_missing():
    pooled = pool([2.0, 2.0, 2.0], [0.25, 0.25, 0.25], 100)
    assert (pooled.lambda_, pooled.estimate.se) == (0.0, 0.5)
    assert pooled.estimate.df == pytest.approx(101 / 103 * 100)


def made_up(*, effect, missing):
    """Eighty made-up patients whose last score falls by ``effect`` in group b, some of it missing."""
    draw = np.random.default_rng(11)
    for n in range(80):
        baseline, is_b = float(draw.integers(4, 10)), n % 2
        middle = baseline - 1 - effect * is_b / 2 + draw.normal(0, 1)
        last = middle - effect * is_b / 2 + draw.normal(0, 1)
        yield PatientScores("ab"[is_b], baseline, (middle, None if n % 10 in missing else last))


def test_missing_scores_tip_a_conclusion_only_when_much_worse():
    patients = list(made_up(effect=2, missing={1, 4}))
    found = tipping_point(patients, ("a", "b"), range(0, 16, 3), seed=5, imputations=30)
    assert found.n_missing == 8
    differences = [step.difference.value for step in found.steps]
    assert differences == sorted(differences)
    assert found.steps[0].difference.ci[1] < 0
    assert 3 <= found.tips_at <= 15
    before = [step for step in found.steps if step.worse < found.tips_at]
    assert all(step.difference.ci[1] < 0 for step in before)


def test_imputation_agrees_with_the_model_for_repeated_scores():
    """Both assume missing at random: the first step differs from it by imputation error only."""
    patients = list(made_up(effect=2, missing={1, 4}))
    (model,) = compare_groups(patients, ["a", "b"]).visits[-1].differences
    imputed = tipping_point(patients, ("a", "b"), [0.0], seed=5, imputations=100).steps[0].difference
    assert imputed.value == pytest.approx(model.value, abs=0.1)
    assert imputed.se == pytest.approx(model.se, rel=0.1)


def test_added_points_move_the_difference_in_proportion():
    patients = list(made_up(effect=0, missing={1}))
    steps = tipping_point(patients, ("a", "b"), [0.0, 1.0, 2.0], seed=5, imputations=10).steps
    values = [step.difference.value for step in steps]
    assert values[2] - values[1] == pytest.approx(values[1] - values[0])


def test_no_difference_tips_at_once_and_a_strong_one_never():
    nothing = tipping_point(list(made_up(effect=0, missing={1})), ("a", "b"), [0.0, 1.0], seed=5, imputations=10)
    strong = tipping_point(list(made_up(effect=6, missing={1})), ("a", "b"), [0.0, 1.0], seed=5, imputations=10)
    assert (nothing.tips_at, strong.tips_at) == (0.0, None)


def test_same_seed_gives_the_same_answer():
    patients = list(made_up(effect=1, missing={1, 4}))
    once, again = (tipping_point(patients, ("a", "b"), [0.0, 2.0], seed=9, imputations=5) for _ in range(2))
    assert once == again


def test_too_few_scores_are_refused():
    patients = [PatientScores("ab"[n % 2], float(n), (None, float(n))) for n in range(8)]
    with pytest.raises(NotEstimableError):
        tipping_point(patients, ("a", "b"), [0.0], seed=1, imputations=2)
