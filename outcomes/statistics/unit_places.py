"""Many units' shares at one time (analytics 2.11): where each lies, and what is left of it once chance is taken off.

For pointing at what to look into; never for an order of units.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import ndtr

from outcomes.statistics.funnels import LEVELS, Limits, dispersion, share_limits, widened_share_limits
from outcomes.statistics.multiplicity import benjamini_hochberg
from outcomes.statistics.shrinkage import Heterogeneity, Shrunk, UnitMean, heterogeneity, shrunk

FEWEST_CASES = 10


@dataclass(frozen=True)
class Placed:
    """One unit. ``outside`` is the widest of the levels (0.95, 0.998) whose limits it lies outside of; None inside both.

    ``adjusted_p`` is Benjamini and Hochberg's over all units. ``pulled`` is its share pulled towards the common one.
    """

    limits: Limits
    outside: float | None
    adjusted_p: float
    pulled: Shrunk


@dataclass(frozen=True)
class Placement:
    """All units around ``target``. ``tau_squared`` above 0 (from 20 units on): their limits are widened by it.

    ``between`` says whether they differ by more than chance; its ``tau_squared`` is in squared shares.
    """

    target: float
    tau_squared: float
    between: Heterogeneity
    units: tuple[Placed, ...]

    def limits(self, n: int) -> Limits:
        """The limits of a unit with ``n`` cases."""
        if self.tau_squared:
            return widened_share_limits(n, self.target, self.tau_squared)
        return share_limits(n, self.target)


def place(units: Sequence[tuple[int, int]], target: float) -> Placement | None:
    """Where units ``(k, n)`` lie, n at least 10, around a target from 0 to 1, most simply the share of all their cases.

    None for fewer than two units, and where the target is 0 or 1: then nothing differs.
    """
    if len(units) < 2 or not 0 < target < 1:
        return None
    spread = dispersion(units, target)
    means = [UnitMean(k / n, target * (1 - target) / n) for k, n in units]
    between = heterogeneity(means)
    adjusted = benjamini_hochberg([2 * float(ndtr(-abs(z))) for z in spread.z_adjusted])
    bare = Placement(target, spread.tau_squared, between, ())
    placed = tuple(
        Placed(bare.limits(n), _outside(k / n, bare.limits(n)), p, shrunk(mean, between))
        for (k, n), mean, p in zip(units, means, adjusted, strict=True)
    )
    return Placement(target, spread.tau_squared, between, placed)


def _outside(share: float, limits: Limits) -> float | None:
    ends = zip(LEVELS, (limits.inner, limits.outer), strict=True)
    beyond = [level for level, (low, high) in ends if not low <= share <= high]
    return max(beyond, default=None)
