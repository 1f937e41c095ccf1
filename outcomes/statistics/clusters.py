"""Intervals when a patient has more than one course: patients are independent, their courses are not."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scipy.special import stdtrit

from outcomes.statistics.means import LEVEL, Mean, Reason, mean_from_sums
from outcomes.statistics.proportions import Proportion, proportion, wilson

METHOD = "cluster"


@dataclass(frozen=True)
class ClusterSums:
    """Exact sums over patients, of whom each has ``size`` courses whose values add up to ``total``.

    ``n`` is the number of courses, ``squares`` the sum of squared values over courses; the others are sums over
    patients: of total, of total squared, of size times total and of size squared.
    """

    patients: int
    n: int
    total: Decimal
    squares: Decimal
    total_squares: Decimal
    size_totals: Decimal
    size_squares: int


def cluster_sums(values_by_patient: Iterable[Iterable[Decimal]]) -> ClusterSums:
    """The sums of the values of every patient's courses. Patients without a value are no patients here."""
    patients = [tuple(values) for values in values_by_patient]
    sized = [(len(values), sum(values, Decimal(0))) for values in patients if values]
    return ClusterSums(
        patients=len(sized),
        n=sum(size for size, _ in sized),
        total=sum((total for _, total in sized), Decimal(0)),
        squares=sum((value * value for values in patients for value in values), Decimal(0)),
        total_squares=sum((total * total for _, total in sized), Decimal(0)),
        size_totals=sum((size * total for size, total in sized), Decimal(0)),
        size_squares=sum(size * size for size, _ in sized),
    )


def clustered_mean(sums: ClusterSums) -> Mean:
    """The mean over courses with an interval that counts patients, not courses: t with patients - 1 degrees of freedom.

    The standard error is ``√(G/(G-1) · Σ_g (Σ_i (x_gi - mean))²) / n`` over G patients (Liang and Zeger 1986,
    Biometrika 73:13, with the usual small-sample factor). With one course each it is ``mean_from_sums``.
    No interval for one patient, nor when patients' means are all equal.
    """
    plain = mean_from_sums(sums.n, sums.total, sums.squares)
    if sums.patients == sums.n or plain.value is None or not plain.sd:
        return plain
    if sums.patients == 1:
        return Mean(n=sums.n, value=plain.value, sd=plain.sd, reason=Reason.ONE_VALUE, method=METHOD)
    se = math.sqrt(_variance(sums))
    if se == 0:
        return Mean(n=sums.n, value=plain.value, sd=plain.sd, se=se, reason=Reason.ALL_EQUAL, method=METHOD)
    half = float(stdtrit(sums.patients - 1, (1 + LEVEL) / 2)) * se
    return Mean(
        n=sums.n, value=plain.value, sd=plain.sd, se=se, ci=(plain.value - half, plain.value + half), method=METHOD
    )


def design_effect(sums: ClusterSums) -> float:
    """How many courses tell as much as one independent course: 1 when a patient's courses are unlike each other.

    Of 0/1 values: variance of the share with clusters over that without. Never below 1, and 1 when all are equal.
    Of at least one course.
    """
    share = Fraction(sums.total) / sums.n
    if sums.patients < 2 or share in (0, 1):
        return 1.0
    return max(1.0, float(_variance(sums) / (share * (1 - share) / sums.n)))


def clustered_proportion(sums: ClusterSums) -> Proportion:
    """The share of courses whose value is 1, with Wilson's interval for ``n / design effect`` courses."""
    share = proportion(int(sums.total), sums.n)
    if share.value is None or sums.patients == sums.n:
        return share
    ci = wilson(share.value, sums.n / design_effect(sums))
    return Proportion(k=share.k, n=share.n, value=share.value, ci=ci, method="wilson_design_effect")


def _variance(sums: ClusterSums) -> Fraction:
    mean = Fraction(sums.total) / sums.n
    spread = Fraction(sums.total_squares) - 2 * mean * Fraction(sums.size_totals) + mean * mean * sums.size_squares
    return Fraction(sums.patients, sums.patients - 1) * spread / sums.n**2
