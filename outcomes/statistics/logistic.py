"""Logistic regression by Newton steps, for expected numbers of events and for judging probabilities."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from outcomes.statistics.arrays import Array
from outcomes.statistics.linear_models import NotEstimableError

STEPS = 50
LARGEST = 30.0  # A logit beyond this means that the data separate and the coefficient would grow without end.


@dataclass(frozen=True, eq=False)
class LogisticFit:
    """Coefficients (log odds) with their covariance, in the order of the design's columns."""

    coefficients: Array
    covariance: Array

    def probabilities(self, design: Array) -> Array:
        """The probability of every row of ``design``."""
        found: Array = expit(design @ self.coefficients)
        return found


def logistic(design: Array, outcome: Array) -> LogisticFit:
    """The maximum-likelihood fit of ``outcome`` (0 or 1) on ``design`` (n × p, with its column of ones).

    Raises NotEstimableError where it has none: columns that follow from each other, or outcomes that they separate.
    """
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotEstimableError
    coefficients = np.zeros(design.shape[1])
    for _ in range(STEPS):
        fitted = expit(design @ coefficients)
        information = design.T @ (design * (fitted * (1 - fitted))[:, None])
        step = np.linalg.solve(information, design.T @ (outcome - fitted))
        coefficients = coefficients + step
        if np.abs(design @ coefficients).max() > LARGEST:
            raise NotEstimableError
        if np.abs(step).max() < 1e-12 * max(1.0, float(np.abs(coefficients).max())):
            return LogisticFit(coefficients, np.linalg.inv(information))
    raise NotEstimableError
