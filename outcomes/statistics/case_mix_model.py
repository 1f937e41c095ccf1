"""The probability that a course improves, from who its patient is (analytics 2.11): what units' numbers are held against.

It knows only what is recorded before treatment; whatever else makes patients differ stays in the difference between units.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from outcomes.statistics.arrays import Array
from outcomes.statistics.calibration import ProbabilityGate, probability_gate
from outcomes.statistics.case_mix import c_statistic, may_adjust
from outcomes.statistics.linear_models import NotEstimableError
from outcomes.statistics.logistic import logistic, out_of_fold

FOLDS = 10
GROUPS = 5
_DECADE = 10


class Factor(StrEnum):
    """What the model may know of a course."""

    BASELINE = "baseline"
    AGE = "age"
    SEX = "sex"
    REGION = "region"


# From all of them down to the baseline alone, until there are enough courses for the number of coefficients.
LADDER = (tuple(Factor), (Factor.BASELINE, Factor.AGE, Factor.SEX), (Factor.BASELINE,))


@dataclass(frozen=True)
class Case:
    """One course: its baseline in points, its patient's age in years (None: not known), and whether it improved."""

    baseline: float
    age: float | None
    sex: str
    region: str
    is_improved: bool


@dataclass(frozen=True)
class Fifth:
    """A fifth of all courses by their probability: how many, how many were expected to improve, how many did."""

    n: int
    expected: float
    observed: int


@dataclass(frozen=True, eq=False)
class CaseMix:
    """The model of ``n`` courses, ``events`` of which improved, with ``parameters`` coefficients.

    ``probabilities`` are those of the cases in the order given, and add up to ``events``. ``c`` (0.5 is chance), ``gate``
    and ``fifths`` are of probabilities from tenfold cross-validation: how well it would do with courses it has not seen.
    """

    n: int
    events: int
    factors: tuple[Factor, ...]
    parameters: int
    probabilities: tuple[float, ...]
    c: float
    gate: ProbabilityGate
    fifths: tuple[Fifth, ...]


def case_mix(cases: Sequence[Case]) -> CaseMix | None:
    """The largest model of the ladder that these courses carry; None where they carry none (see ``may_adjust``)."""
    came = np.array([case.is_improved for case in cases], dtype=float)
    events = int(came.sum())
    for factors in LADDER:
        design = _design(cases, factors)
        if may_adjust(courses=len(cases), events=events, parameters=design.shape[1]):
            try:
                return _fitted(factors, design, came)
            except NotEstimableError:
                continue
    return None


def _fitted(factors: tuple[Factor, ...], design: Array, came: Array) -> CaseMix:
    probabilities = logistic(design, came).probabilities(design)
    unseen = out_of_fold(design, came, [place % FOLDS for place in range(len(came))])
    c = c_statistic(unseen, came)
    if c is None:
        raise NotEstimableError
    return CaseMix(
        n=len(came),
        events=int(came.sum()),
        factors=factors,
        parameters=design.shape[1],
        probabilities=tuple(map(float, probabilities)),
        c=c,
        gate=probability_gate(unseen, came),
        fifths=tuple(_fifths(unseen, came)),
    )


def _fifths(probabilities: Array, came: Array) -> Iterator[Fifth]:
    for part in np.array_split(np.argsort(probabilities, kind="stable"), GROUPS):
        yield Fifth(len(part), float(probabilities[part].sum()), int(came[part].sum()))


def _design(cases: Sequence[Case], factors: Sequence[Factor]) -> Array:
    """A column of ones, then those of each factor; a column that is the same for everybody is left out."""
    columns = [column for factor in factors for column in _columns(cases, factor)]
    return np.column_stack([np.ones(len(cases)), *(column for column in columns if np.ptp(column))])


def _columns(cases: Sequence[Case], factor: Factor) -> list[Array]:
    if factor is Factor.BASELINE:
        return [np.array([case.baseline for case in cases])]
    if factor is Factor.AGE:
        return _ages(cases)
    return _indicators([case.sex if factor is Factor.SEX else case.region for case in cases])


def _ages(cases: Sequence[Case]) -> list[Array]:
    """In decades from the mean, and whether it is not known."""
    known = [case.age for case in cases if case.age is not None]
    middle = sum(known) / len(known) if known else 0.0
    ages = np.array([0.0 if case.age is None else (case.age - middle) / _DECADE for case in cases])
    return [ages, np.array([float(case.age is None) for case in cases])]


def _indicators(words: Sequence[str]) -> list[Array]:
    """One column for every word but the most frequent, which the others are held against."""
    sizes = {word: words.count(word) for word in sorted(set(words))}
    usual = max(sizes, key=lambda word: sizes[word], default="")
    return [np.array([float(one == word) for one in words]) for word in sizes if word != usual]
