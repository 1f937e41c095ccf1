"""One follow-up compared between groups, adjusted for baseline (analytics 2.8), from exact sums."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from outcomes.statistics.estimates import Estimate, t_estimate
from outcomes.statistics.linear_models import NotEstimableError


@dataclass(frozen=True)
class PairSums:
    """Exact sums over the ``n`` pairs of baseline b and follow-up y of one group."""

    n: int
    b: Decimal
    y: Decimal
    bb: Decimal
    by: Decimal
    yy: Decimal


@dataclass(frozen=True)
class Ancova:
    """``y ~ group + b`` with one slope for all groups, in points of the instrument.

    ``means`` are those of the groups at the mean baseline of all pairs, ``differences`` are from the first group,
    for every other group in order. ``slope`` is points of follow-up per point of baseline.
    """

    n: int
    slope: Estimate
    means: tuple[Estimate, ...]
    differences: tuple[Estimate, ...]
    sigma: float
    df: int


def pair_sums(pairs: Sequence[tuple[Decimal, Decimal]]) -> PairSums:
    """The sums of pairs of baseline and follow-up."""
    zero = Decimal(0)
    return PairSums(
        n=len(pairs),
        b=sum((b for b, _ in pairs), zero),
        y=sum((y for _, y in pairs), zero),
        bb=sum((b * b for b, _ in pairs), zero),
        by=sum((b * y for b, y in pairs), zero),
        yy=sum((y * y for _, y in pairs), zero),
    )


def ancova(groups: Sequence[PairSums]) -> Ancova:
    """The comparison of ``groups``, the first being the one that others are compared with.

    Raises NotEstimableError when a group is empty, baselines do not vary within groups or the fit leaves no residual.
    """
    n, df = sum(group.n for group in groups), sum(group.n for group in groups) - len(groups) - 1
    if df < 1 or not all(group.n for group in groups):
        raise NotEstimableError
    bb, by, yy = (sum((_within(group)[part] for group in groups), Fraction(0)) for part in range(3))
    rest = yy - by * by / bb if bb else Fraction(0)
    if not rest > 0:
        raise NotEstimableError
    slope, variance = by / bb, rest / df
    middle = sum((Fraction(group.b) for group in groups), Fraction(0)) / n

    def compared(value: Fraction, share: Fraction) -> Estimate:
        return t_estimate(float(value), math.sqrt(variance * share), df)

    centers = [(Fraction(group.b) / group.n, Fraction(group.y) / group.n, Fraction(1, group.n)) for group in groups]
    (b0, y0, share0), *others = centers
    return Ancova(
        n=n,
        slope=compared(slope, 1 / bb),
        means=tuple(compared(y - slope * (b - middle), share + (b - middle) ** 2 / bb) for b, y, share in centers),
        differences=tuple(
            compared(y - y0 - slope * (b - b0), share + share0 + (b - b0) ** 2 / bb) for b, y, share in others
        ),
        sigma=math.sqrt(variance),
        df=df,
    )


def _within(group: PairSums) -> tuple[Fraction, Fraction, Fraction]:
    """Sums of squares and products about the group's own means: bb, by, yy."""
    b, y = Fraction(group.b), Fraction(group.y)
    return (
        Fraction(group.bb) - b * b / group.n,
        Fraction(group.by) - b * y / group.n,
        Fraction(group.yy) - y * y / group.n,
    )
