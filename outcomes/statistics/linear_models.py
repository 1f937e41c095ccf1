"""Ordinary least squares with several columns: contrasts with t intervals and prediction intervals."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from outcomes.statistics.arrays import Array
from outcomes.statistics.estimates import Estimate, t_estimate


class NotEstimableError(Exception):
    """The data do not determine the model: too few rows, columns that follow from each other, or nothing varies."""


@dataclass(frozen=True, eq=False)
class LinearFit:
    """Coefficients in the order of the design's columns; ``inverse`` is (X'X)⁻¹, ``sigma`` the residual deviation."""

    coefficients: Array
    inverse: Array
    sigma: float
    df: int

    def contrast(self, weights: Array) -> Estimate:
        """The weighted sum of coefficients, t with ``df`` degrees of freedom."""
        se = self.sigma * math.sqrt(float(weights @ self.inverse @ weights))
        return t_estimate(float(weights @ self.coefficients), se, self.df)

    def predicted(self, row: Array, level: float) -> tuple[float, float]:
        """The interval that holds one new value of ``row`` with probability ``level``: ``ŷ ± t · s√(1+h)``."""
        spread = self.sigma * math.sqrt(1 + float(row @ self.inverse @ row))
        half = float(stdtrit(self.df, (1 + level) / 2)) * spread
        middle = float(row @ self.coefficients)
        return middle - half, middle + half


def least_squares(design: Array, outcome: Array) -> LinearFit:
    """The fit of ``outcome`` (n) on ``design`` (n × p, with its column of ones).

    Raises NotEstimableError unless n is above p, the columns are independent and the residuals are not all 0.
    """
    n, p = design.shape
    if n <= p or np.linalg.matrix_rank(design) < p:
        raise NotEstimableError
    q, r = np.linalg.qr(design)
    coefficients = np.linalg.solve(r, q.T @ outcome)
    residuals = outcome - design @ coefficients
    sigma = math.sqrt(float(residuals @ residuals) / (n - p))
    if sigma <= 1e-12 * float(np.abs(outcome).max()):
        raise NotEstimableError
    half = np.linalg.inv(r)
    return LinearFit(coefficients=coefficients, inverse=half @ half.T, sigma=sigma, df=n - p)
