"""The restricted likelihood of a linear model for repeated scores (analytics 2.8).

It needs the data only through sums per missingness pattern, the set of visits a patient has, so that one evaluation
costs the same for a hundred patients and for a hundred thousand. The covariance of a patient's scores is linear in
its parameters: Σ = Σ_k θ_k G_k.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from outcomes.statistics.arrays import Array


class Structure(StrEnum):
    """What is assumed of the covariance between visits."""

    UNSTRUCTURED = "unstructured"
    COMPOUND_SYMMETRY = "compound_symmetry"


@dataclass(frozen=True, eq=False)
class Record:
    """One patient's scores: ``visits`` (numbers from 0, ascending), a design row and an outcome for each."""

    visits: tuple[int, ...]
    design: Array
    outcome: Array


@dataclass(frozen=True, eq=False)
class Pattern:
    """Sums over the ``n`` patients with exactly these visits, for every pair of visits a, b.

    ``xx[a, b]`` is Σ x_a x_b', ``xy[a, b]`` is Σ x_a y_b, ``yy[a, b]`` is Σ y_a y_b.
    """

    visits: tuple[int, ...]
    n: int
    xx: Array
    xy: Array
    yy: Array


@dataclass(frozen=True, eq=False)
class Moments:
    """All patterns of a data set with ``n_visits`` visits, ``n_columns`` design columns and ``n_scores`` scores."""

    patterns: tuple[Pattern, ...]
    n_visits: int
    n_columns: int
    n_scores: int


@dataclass(frozen=True, eq=False)
class Profile:
    """What a covariance matrix implies: the best coefficients, their covariance, and the parts of the likelihood.

    ``inverses`` holds V⁻¹ of each pattern, ``criterion`` is -2 restricted log-likelihood.
    """

    coefficients: Array
    covariance: Array
    inverses: tuple[Array, ...]
    criterion: float
    residual: float


@dataclass(frozen=True, eq=False)
class Slope:
    """The gradient of the criterion in θ, and ``products[k]`` = X'V⁻¹G_kV⁻¹X."""

    gradient: Array
    products: Array


def moments(records: Iterable[Record]) -> Moments:
    """The sums of ``records``; every one has at least one visit and the same design columns."""
    grouped: dict[tuple[int, ...], list[Record]] = defaultdict(list)
    for record in records:
        grouped[record.visits].append(record)
    patterns = tuple(_pattern(visits, alike) for visits, alike in sorted(grouped.items()))
    return Moments(
        patterns=patterns,
        n_visits=1 + max(visit for pattern in patterns for visit in pattern.visits),
        n_columns=patterns[0].xx.shape[-1],
        n_scores=sum(pattern.n * len(pattern.visits) for pattern in patterns),
    )


def _pattern(visits: tuple[int, ...], records: Sequence[Record]) -> Pattern:
    x = np.array([record.design for record in records])
    y = np.array([record.outcome for record in records])
    return Pattern(
        visits=visits,
        n=len(records),
        xx=np.einsum("nai,nbj->abij", x, x, optimize=True),
        xy=np.einsum("nai,nb->abi", x, y, optimize=True),
        yy=np.einsum("na,nb->ab", y, y),
    )


def basis(structure: Structure, n_visits: int) -> Array:
    """The matrices G_k: one per variance and covariance, or one for the patient and one for the residual."""
    if structure is Structure.COMPOUND_SYMMETRY:
        return np.array([np.ones((n_visits, n_visits)), np.eye(n_visits)])
    rows, columns = np.tril_indices(n_visits)
    matrices = np.zeros((len(rows), n_visits, n_visits))
    places = np.arange(len(rows))
    matrices[places, rows, columns] = matrices[places, columns, rows] = 1
    return matrices


def profile(data: Moments, sigma: Array) -> Profile:
    """The likelihood at covariance ``sigma``; raises numpy.linalg.LinAlgError where it has none."""
    information, score = np.zeros((data.n_columns, data.n_columns)), np.zeros(data.n_columns)
    squares = log_determinant = 0.0
    inverses = []
    for pattern in data.patterns:
        v = _part(sigma, pattern)
        log_determinant += 2 * pattern.n * float(np.log(np.diag(np.linalg.cholesky(v))).sum())
        w = np.linalg.inv(v)
        inverses.append(w)
        information += np.tensordot(w, pattern.xx, 2)
        score += np.tensordot(w, pattern.xy, 2)
        squares += float((w * pattern.yy).sum())
    covariance = np.linalg.inv(information)
    coefficients = covariance @ score
    residual = squares - float(score @ coefficients)
    free = (data.n_scores - data.n_columns) * math.log(2 * math.pi)
    criterion = log_determinant + residual + float(np.linalg.slogdet(information)[1]) + free
    return Profile(coefficients, covariance, tuple(inverses), criterion, residual)


def slope(data: Moments, at: Profile, matrices: Array) -> Slope:
    """The gradient at ``at``: ``tr(WG) - tr(C·X'WGWX) - r'WGWr`` for each G."""
    gradient, products = np.zeros(len(matrices)), np.zeros((len(matrices), data.n_columns, data.n_columns))
    beta = at.coefficients
    for pattern, w in zip(data.patterns, at.inverses, strict=True):
        xy_beta, xx_beta = pattern.xy @ beta, pattern.xx @ beta @ beta
        squares = pattern.yy - xy_beta - xy_beta.T + xx_beta
        for k, matrix in enumerate(matrices):
            g = _part(matrix, pattern)
            if g.any():
                m = w @ g @ w
                gradient[k] += pattern.n * float((w * g).sum()) - float((m * squares).sum())
                products[k] += np.tensordot(m, pattern.xx, 2)
    gradient -= np.einsum("ij,kij->k", at.covariance, products)
    return Slope(gradient, products)


def _part(matrix: Array, pattern: Pattern) -> Array:
    """The rows and columns of a visit × visit matrix that the pattern has."""
    part: Array = matrix[np.ix_(pattern.visits, pattern.visits)]
    return part


def second_products(data: Moments, at: Profile, matrices: Array) -> Array:
    """``Q[i, j] = X'V⁻¹G_iV⁻¹G_jV⁻¹X``, which the Kenward-Roger covariance needs."""
    k, p = len(matrices), data.n_columns
    products = np.zeros((k, k, p, p))
    for pattern, w in zip(data.patterns, at.inverses, strict=True):
        parts = [w @ _part(matrix, pattern) for matrix in matrices]
        for i, first in enumerate(parts):
            for j, second in enumerate(parts):
                if first.any() and second.any():
                    products[i, j] += np.tensordot(first @ second @ w, pattern.xx, 2)
    return products
