"""Logistic regression by Newton steps, for expected numbers of events and for judging probabilities."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from outcomes.statistics.arrays import Array
from outcomes.statistics.linear_models import NotEstimableError
from outcomes.statistics.proportions import Z

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

    def probability(self, row: Array) -> tuple[float, tuple[float, float]]:
        """The probability of one row with its 95 % interval, which is Wald's for the log odds."""
        logit, reach = float(row @ self.coefficients), Z * math.sqrt(float(row @ self.covariance @ row))
        low, middle, high = (float(expit(one)) for one in (logit - reach, logit, logit + reach))
        return middle, (low, high)


def logistic(design: Array, events: Array, sizes: Array | None = None) -> LogisticFit:
    """The maximum-likelihood fit of ``events`` (0 or 1) on ``design`` (n × p, with its column of ones).

    With ``sizes`` a row stands for so many courses that are alike, of which ``events`` had the event. Raises
    NotEstimableError where there is no fit: columns that follow from each other, or outcomes that they separate.
    """
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotEstimableError
    n = np.ones(len(events)) if sizes is None else sizes
    coefficients = np.zeros(design.shape[1])
    for _ in range(STEPS):
        fitted = expit(design @ coefficients)
        information = design.T @ (design * (n * fitted * (1 - fitted))[:, None])
        step = np.linalg.solve(information, design.T @ (events - n * fitted))
        coefficients = coefficients + step
        if np.abs(design @ coefficients).max() > LARGEST:
            raise NotEstimableError
        if np.abs(step).max() < 1e-12 * max(1.0, float(np.abs(coefficients).max())):
            return LogisticFit(coefficients, np.linalg.inv(information))
    raise NotEstimableError


def out_of_fold(design: Array, events: Array, folds: Sequence[int], sizes: Array | None = None) -> Array:
    """The probability of every row from a fit to the rows of all other folds. Raises NotEstimableError like ``logistic``."""
    found = np.empty(len(events))
    of = np.array(folds)
    for fold in np.unique(of):
        own = of == fold
        fitted = logistic(design[~own], events[~own], None if sizes is None else sizes[~own])
        found[own] = fitted.probabilities(design[own])
    return found
