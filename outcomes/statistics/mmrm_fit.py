"""Fitting the model of ``mmrm`` by restricted maximum likelihood, and what may be concluded from the fit.

Contrasts have Satterthwaite's degrees of freedom, or Kenward and Roger's standard error with the same degrees of
freedom, which for a single contrast and a covariance linear in its parameters are theirs.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from outcomes.statistics.arrays import Array
from outcomes.statistics.estimates import Estimate, t_estimate
from outcomes.statistics.linear_models import NotEstimableError
from outcomes.statistics.mmrm import Moments, Profile, Structure, basis, profile, second_products, slope

TOLERANCE = 1e-9
STEPS = 100
STILL_TO_GAIN = 1e-8  # By a further Newton step, in -2 log-likelihood, from where the search ended.
IMPOSSIBLE = 1e12  # The criterion where the covariance has no likelihood.


@dataclass(frozen=True, eq=False)
class Fit:
    """The optimum: ``sigma`` is visits × visits, ``covariance`` of ``coefficients``, both model based.

    ``criterion`` is -2 restricted log-likelihood. ``parameter_covariance`` is that of the parameters of sigma,
    ``products`` and ``adjusted`` serve the contrasts.
    """

    structure: Structure
    coefficients: Array
    covariance: Array
    adjusted: Array
    sigma: Array
    criterion: float
    parameter_covariance: Array
    products: Array

    def satterthwaite(self, weights: Array) -> Estimate:
        """The weighted sum of coefficients, ``df = 2v² / g'V_θg`` (Satterthwaite; Fai and Cornelius 1996)."""
        return t_estimate(float(weights @ self.coefficients), self._se(self.covariance, weights), self._df(weights))

    def kenward_roger(self, weights: Array) -> Estimate:
        """The same with the small-sample standard error of Kenward and Roger (1997, Biometrics 53:983)."""
        return t_estimate(float(weights @ self.coefficients), self._se(self.adjusted, weights), self._df(weights))

    def _se(self, covariance: Array, weights: Array) -> float:
        return math.sqrt(float(weights @ covariance @ weights))

    def _df(self, weights: Array) -> float:
        u = self.covariance @ weights
        v = float(weights @ u)
        gradient = np.einsum("i,kij,j->k", u, self.products, u)
        return 2 * v * v / float(gradient @ self.parameter_covariance @ gradient)


def fit(data: Moments, structure: Structure) -> Fit:
    """The fit of ``data``; raises NotEstimableError when there is no proper optimum (singular design or covariance)."""
    matrices = basis(structure, data.n_visits)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            start = _start(data, structure, matrices)
        theta = _polished(data, matrices, start)
        return _concluded(data, structure, matrices, theta)
    except np.linalg.LinAlgError as singular:
        raise NotEstimableError from singular


def _sigma(theta: Array, matrices: Array) -> Array:
    sigma: Array = np.tensordot(theta, matrices, 1)
    return sigma


def _start(data: Moments, structure: Structure, matrices: Array) -> Array:
    """Near the optimum: the pooled variance, improved by BFGS on a scale on which every point is a covariance."""
    pooled = profile(data, np.eye(data.n_visits)).residual / (data.n_scores - data.n_columns)
    if not pooled > 0:
        raise NotEstimableError
    if structure is Structure.COMPOUND_SYMMETRY:
        found = optimize.minimize(
            _on_log_scale, np.log([pooled / 2, pooled / 2]), (data, matrices), "BFGS", jac=True, options={"gtol": 1e-6}
        )
        variances: Array = np.exp(found.x)
        return variances
    rows, columns = np.tril_indices(data.n_visits)
    start = np.where(rows == columns, math.log(pooled) / 2, 0.0)
    found = optimize.minimize(_on_cholesky_scale, start, (data, matrices), "BFGS", jac=True, options={"gtol": 1e-6})
    half = _half(found.x, data.n_visits)
    theta: Array = (half @ half.T)[rows, columns]
    return theta


def _on_log_scale(z: Array, data: Moments, matrices: Array) -> tuple[float, Array]:
    theta = np.exp(z)
    at = _tried(data, _sigma(theta, matrices))
    if at is None:
        return IMPOSSIBLE, np.zeros(len(z))
    return at.criterion, slope(data, at, matrices).gradient * theta


def _on_cholesky_scale(z: Array, data: Moments, matrices: Array) -> tuple[float, Array]:
    """The criterion in the lower triangle of Σ's root, its diagonal as logarithms."""
    half = _half(z, data.n_visits)
    at = _tried(data, half @ half.T)
    if at is None:
        return IMPOSSIBLE, np.zeros(len(z))
    rows, columns = np.tril_indices(data.n_visits)
    gradient = slope(data, at, matrices).gradient
    by_element = np.zeros_like(half)
    np.add.at(by_element, (rows, columns), gradient / 2)
    np.add.at(by_element, (columns, rows), gradient / 2)
    by_half = (2 * by_element @ half)[rows, columns]
    return at.criterion, np.where(rows == columns, by_half * half[rows, columns], by_half)


def _tried(data: Moments, sigma: Array) -> Profile | None:
    """The likelihood at ``sigma``, or None where a search has gone too far to have one."""
    if not np.isfinite(sigma).all():
        return None
    try:
        at = profile(data, sigma)
    except np.linalg.LinAlgError:
        return None
    return at if math.isfinite(at.criterion) else None


def _half(z: Array, n_visits: int) -> Array:
    half = np.zeros((n_visits, n_visits))
    half[np.tril_indices(n_visits)] = z
    np.fill_diagonal(half, np.exp(np.diag(half)))
    return half


def _polished(data: Moments, matrices: Array, theta: Array) -> Array:
    """Newton steps on the covariance itself, halved until they do not climb."""
    for _ in range(STEPS):
        at = profile(data, _sigma(theta, matrices))
        step = np.linalg.solve(_hessian(data, matrices, theta), slope(data, at, matrices).gradient)
        while np.abs(step).max() > 1e-12 and not _is_no_higher(data, _sigma(theta - step, matrices), at.criterion):
            step = step / 2
        theta = theta - step
        if np.abs(step).max() < TOLERANCE * max(1.0, float(np.abs(theta).max())):
            return theta
    raise NotEstimableError


def _is_no_higher(data: Moments, sigma: Array, criterion: float) -> bool:
    at = _tried(data, sigma)
    return at is not None and at.criterion <= criterion + 1e-10


def _hessian(data: Moments, matrices: Array, theta: Array) -> Array:
    """Observed information: central differences of the gradient."""
    deviations = np.sqrt(np.diag(_sigma(theta, matrices)))
    scale = np.outer(deviations, deviations)
    rows = []
    for k, matrix in enumerate(matrices):
        h = 1e-5 * float(scale[matrix != 0].min())
        moved = np.zeros(len(theta))
        moved[k] = h
        rows.append((_gradient(data, matrices, theta + moved) - _gradient(data, matrices, theta - moved)) / (2 * h))
    hessian = np.array(rows)
    return (hessian + hessian.T) / 2


def _gradient(data: Moments, matrices: Array, theta: Array) -> Array:
    return slope(data, profile(data, _sigma(theta, matrices)), matrices).gradient


def _concluded(data: Moments, structure: Structure, matrices: Array, theta: Array) -> Fit:
    sigma = _sigma(theta, matrices)
    hessian = _hessian(data, matrices, theta)
    at = profile(data, sigma)
    at_slope = slope(data, at, matrices)
    gradient, products = at_slope.gradient, at_slope.products
    is_proper = np.linalg.eigvalsh(hessian).min() > 0 and np.linalg.eigvalsh(sigma).min() > 1e-8 * sigma.max()
    if not is_proper or float(gradient @ np.linalg.solve(hessian, gradient)) > STILL_TO_GAIN:
        raise NotEstimableError
    parameter_covariance = 2 * np.linalg.inv(hessian)
    c = at.covariance
    spread = second_products(data, at, matrices) - np.einsum("iab,bc,jcd->ijad", products, c, products)
    inner = np.einsum("ij,ijab->ab", parameter_covariance, spread)
    return Fit(
        structure=structure,
        coefficients=at.coefficients,
        covariance=c,
        adjusted=c + c @ (inner + inner.T) @ c,
        sigma=sigma,
        criterion=at.criterion,
        parameter_covariance=parameter_covariance,
        products=products,
    )
