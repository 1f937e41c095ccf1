"""The difference of two independent means whose spread may differ (Welch 1947, Biometrika 34:28)."""

from outcomes.statistics.estimates import Estimate, t_estimate
from outcomes.statistics.means import Mean


def welch_difference(first: Mean, second: Mean) -> Estimate | None:
    """First mean minus second in points, with Satterthwaite's degrees of freedom.

    None where one of them has no standard error, or neither varies.
    """
    if first.value is None or second.value is None or first.se is None or second.se is None:
        return None
    parts = first.se**2, second.se**2
    variance = sum(parts)
    if variance == 0:
        return None
    df = variance**2 / (parts[0] ** 2 / (first.n - 1) + parts[1] ** 2 / (second.n - 1))
    return t_estimate(first.value - second.value, variance**0.5, df)
