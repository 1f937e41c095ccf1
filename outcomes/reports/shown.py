"""What a table shows of few: below ``FEW`` the reason stands in place of the number, and the count stays."""

from outcomes.numerals import FEW
from outcomes.reports.shapes import Statistic
from outcomes.statistics import Mean, Reason, proportion

TOO_FEW = "too_few"
LEAST_TO_COMPARE = 10
REFUSED = "too_few_to_compare"


def shown_share(k: int, n: int) -> Statistic:
    """The share ``k`` of ``n`` with Wilson's interval."""
    return hidden(n) if n < FEW else Statistic.of_share(proportion(k, n))


def shown_mean(mean: Mean) -> Statistic:
    """The mean with its t interval."""
    return hidden(mean.n) if mean.n < FEW else Statistic.of_mean(mean)


def shown_value(value: float | None, n: int, *, ci: tuple[float, float] | None = None, method: str = "") -> Statistic:
    """Any other number made of ``n`` courses; ``value`` may be None where they are enough: then all are equal."""
    if n < FEW:
        return hidden(n)
    return Statistic(value, n, ci, method=method, reason=Reason.ALL_EQUAL if value is None else "")


def hidden(n: int, reason: str = TOO_FEW) -> Statistic:
    """No number of ``n`` courses, and why."""
    return Statistic(None, n, reason=reason if n else Reason.NO_VALUES)
