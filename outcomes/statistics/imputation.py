"""Multiple imputation, Rubin's rules, and at what point a conclusion would tip (analytics 2.9)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outcomes.statistics.arrays import Array
from outcomes.statistics.estimates import Estimate, t_estimate
from outcomes.statistics.linear_models import LinearFit, least_squares
from outcomes.statistics.repeated_measures import PatientScores

IMPUTATIONS = 50


@dataclass(frozen=True)
class Pooled:
    """One estimate from several imputed data sets. ``lambda_`` is the share of its variance that is due to what is missing."""

    estimate: Estimate
    within: float
    between: float
    total: float
    lambda_: float


@dataclass(frozen=True)
class TippingStep:
    """The difference at the last visit if those missing in the compared group were ``worse`` points higher than imputed."""

    worse: float
    difference: Estimate


@dataclass(frozen=True)
class TippingPoint:
    """How far the missing would have to differ before the interval contains 0.

    ``tips_at`` is the first of ``steps`` at which it does: 0 when it does in any case, None when none of them is
    enough. ``n_missing`` counts those in the compared group without a score at the last visit. Seed and number of
    imputations make it again.
    """

    tips_at: float | None
    steps: tuple[TippingStep, ...]
    n_missing: int
    seed: int
    imputations: int


def pool(values: Sequence[float], variances: Sequence[float], complete_df: float) -> Pooled:
    """Rubin's rules (1987) for at least two imputations, with the degrees of freedom of Barnard and Rubin.

    Barnard and Rubin 1999, Biometrika 86:948. ``complete_df`` are the degrees of freedom with nothing missing.
    """
    m = len(values)
    within, between = float(np.mean(variances)), float(np.var(values, ddof=1))
    extra = (1 + 1 / m) * between
    total = within + extra
    share = extra / total
    observed = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
    df = observed if share == 0 else 1 / (share**2 / (m - 1) + 1 / observed)
    estimate = t_estimate(float(np.mean(values)), math.sqrt(total), df)
    return Pooled(estimate=estimate, within=within, between=between, total=total, lambda_=share)


def tipping_point(
    patients: Sequence[PatientScores],
    groups: tuple[str, str],
    worse: Sequence[float],
    *,
    seed: int,
    imputations: int = IMPUTATIONS,
) -> TippingPoint:
    """The difference ``groups[1] - groups[0]`` at the last visit, its missing made worse by each of ``worse`` in turn.

    ``worse`` ascends from 0, in points upwards (use negative points where higher is better). Every step uses the same
    imputations, so that only the added points differ. Raises NotEstimableError when a visit has too few scores.
    """
    chosen = [patient for patient in patients if patient.group in groups]
    data, is_compared = _table(chosen, groups)
    is_moved = is_compared & np.isnan(data[:, -1])
    generator = np.random.default_rng(seed)
    completed = [_imputed(data, generator) for _ in range(imputations)]
    steps = tuple(TippingStep(points, _difference(completed, is_moved * points)) for points in worse)
    tips = [step.worse for step in steps if step.difference.ci[0] <= 0 <= step.difference.ci[1]]
    return TippingPoint(tips[0] if tips else None, steps, int(is_moved.sum()), seed, imputations)


def _table(patients: Sequence[PatientScores], groups: tuple[str, str]) -> tuple[Array, Array]:
    """Columns: 1, the group as 0 or 1, baseline and every visit with nan for missing; and who is in the second group."""
    is_compared = np.array([patient.group == groups[1] for patient in patients])
    scores = np.array([patient.scores for patient in patients], dtype=float)
    baseline = np.array([patient.baseline for patient in patients])
    return np.column_stack([np.ones(len(patients)), is_compared, baseline, scores]), is_compared


def _imputed(data: Array, generator: np.random.Generator) -> Array:
    """One completed table: every visit in turn is drawn given group, baseline and the visits before it."""
    table = data.copy()
    for column in range(3, table.shape[1]):
        is_missing = np.isnan(table[:, column])
        if is_missing.any():
            model = least_squares(table[~is_missing, :column], table[~is_missing, column])
            table[is_missing, column] = _drawn(model, table[is_missing, :column], generator)
    return table


def _drawn(model: LinearFit, design: Array, generator: np.random.Generator) -> Array:
    """Values from the posterior predictive distribution: variance, then coefficients, then residuals are drawn."""
    sigma = model.sigma * math.sqrt(model.df / generator.chisquare(model.df))
    half = np.linalg.cholesky(model.inverse)
    coefficients = model.coefficients + sigma * half @ generator.standard_normal(len(model.coefficients))
    drawn: Array = design @ coefficients + sigma * generator.standard_normal(len(design))
    return drawn


def _difference(completed: Sequence[Array], added: Array) -> Estimate:
    """The pooled effect of the group on the last visit, adjusted for baseline, after adding to it."""
    weights = np.array([0.0, 1.0, 0.0])
    fits = [least_squares(table[:, :3], table[:, -1] + added) for table in completed]
    contrasts = [found.contrast(weights) for found in fits]
    return pool([c.value for c in contrasts], [c.se**2 for c in contrasts], fits[0].df).estimate
