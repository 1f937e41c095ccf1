"""Standardized effects (analytics 2.7). On a page they stand beside points of the instrument, never alone."""

import math
from dataclasses import dataclass

from scipy.special import gammaln

from outcomes.statistics.means import Mean
from outcomes.statistics.noncentral import noncentrality_interval


@dataclass(frozen=True)
class WithinEffect:
    """Change of ``n`` pairs in standard deviations: of the change (``srm``), of the baseline (``es``, Kazis 1989,
    Med Care 27:S178), and of baseline and follow-up averaged (``d_av``). None where that deviation is 0 or unknown.
    Negative is a fall. ``srm_ci`` is the exact 95 % interval from the noncentral t distribution.
    """

    n: int
    srm: float | None
    srm_ci: tuple[float, float] | None
    es: float | None
    d_av: float | None


@dataclass(frozen=True)
class BetweenEffect:
    """First group minus second in pooled standard deviations: Cohen's ``d``, and ``g`` without its small-sample bias.

    All None when a group has fewer than two values or nobody differs. Intervals are exact (noncentral t), 95 %.
    """

    n_first: int
    n_second: int
    sd_pooled: float | None = None
    d: float | None = None
    d_ci: tuple[float, float] | None = None
    g: float | None = None
    g_ci: tuple[float, float] | None = None


def within_effect(*, change: Mean, baseline: Mean, follow_up: Mean) -> WithinEffect:
    """The effects of one group, from the means of change, baseline and follow-up over the same pairs."""
    srm = _ratio(change.value, change.sd)
    average = math.hypot(baseline.sd or 0.0, follow_up.sd or 0.0) / math.sqrt(2)
    return WithinEffect(
        n=change.n,
        srm=srm,
        srm_ci=None if srm is None else _scaled_interval(srm, 1 / change.n, change.n - 1),
        es=_ratio(change.value, baseline.sd),
        d_av=_ratio(change.value, average),
    )


def between_effect(first: Mean, second: Mean) -> BetweenEffect:
    """The difference of two independent groups, usually of their changes."""
    n1, n2, df = first.n, second.n, first.n + second.n - 2
    if first.value is None or second.value is None or first.sd is None or second.sd is None:
        return BetweenEffect(n1, n2)
    pooled = math.sqrt(((n1 - 1) * first.sd**2 + (n2 - 1) * second.sd**2) / df)
    d = _ratio(first.value - second.value, pooled)
    if d is None:
        return BetweenEffect(n1, n2, pooled)
    ci, j = _scaled_interval(d, 1 / n1 + 1 / n2, df), hedges_correction(df)
    return BetweenEffect(n1, n2, pooled, d, ci, j * d, None if ci is None else (j * ci[0], j * ci[1]))


def hedges_correction(df: int) -> float:
    """The factor that takes the bias out of d (Hedges 1981, J Educ Stat 6:107), exact, for ``df`` of at least 2."""
    return math.exp(float(gammaln(df / 2) - gammaln((df - 1) / 2))) / math.sqrt(df / 2)


def _ratio(value: float | None, sd: float | None) -> float | None:
    return value / sd if value is not None and sd else None


def _scaled_interval(effect: float, variance: float, df: int) -> tuple[float, float] | None:
    """The interval of an effect whose t is ``effect / √variance``."""
    scale = math.sqrt(variance)
    ci = noncentrality_interval(effect / scale, df)
    return None if ci is None else (ci[0] * scale, ci[1] * scale)
