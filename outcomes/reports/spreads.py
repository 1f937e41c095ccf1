"""What the counted pairs of improvement and baseline say about change. No Django, no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from outcomes.figures.change_spread import Bin, Spread
from outcomes.numerals import Scale
from outcomes.statistics import Mean, mean_from_sums
from outcomes.statistics.effect_sizes import WithinEffect, within_effect
from outcomes.statistics.quantiles import histogram_quantiles

_MOST_BINS = 30
_STEPS = tuple(Decimal(step) for step in ("0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50"))
_QUARTERS = (0.25, 0.5, 0.75)

# How many courses have this improvement and this baseline, in points of the scale.
Pairs = Mapping[tuple[Decimal, Decimal], int]


@dataclass(frozen=True)
class Change:
    """Change of ``n`` courses, follow-up minus baseline, in points; quartiles are of type 7.

    ``percent``: the median improvement in percent of the own baseline, of ``n_percent`` courses that started above 0.
    ``bands``: better, about the same and worse by the published threshold, inclusive; None without one. Of these
    ``n_no_room`` started so near the good end that they could not get better by as much.
    """

    n: int
    mean: Mean
    quartiles: tuple[float, ...] | None
    percent: float | None
    n_percent: int
    bands: tuple[int, int, int] | None
    n_no_room: int
    effect: WithinEffect

    @property
    def n_zero(self) -> int:
        return self.n - self.n_percent


def change_of(pairs: Pairs, scale: Scale) -> Change:
    """Everything about one group; with nobody in it, nothing but its n."""
    changes = [(_sign(scale) * better, n) for (better, _), n in pairs.items()]
    percents = [(100 * float(better / before), n) for (better, before), n in pairs.items() if before > 0]
    mean = _mean(changes)
    before = _mean((before, n) for (_, before), n in pairs.items())
    after = _mean((before + _sign(scale) * better, n) for (better, before), n in pairs.items())
    return Change(
        n=mean.n,
        mean=mean,
        quartiles=histogram_quantiles(((float(change), n) for change, n in changes), _QUARTERS) if changes else None,
        percent=histogram_quantiles(percents, (0.5,))[0] if percents else None,
        n_percent=sum(n for _, n in percents),
        bands=_bands(pairs, scale.mcid),
        n_no_room=sum(n for (_, before), n in pairs.items() if _room(before, scale) < (scale.mcid or 0)),
        effect=within_effect(change=mean, baseline=before, follow_up=after),
    )


def spread_of(pairs: Pairs, scale: Scale) -> Spread:
    """The bins of the figure: bars in the middle of which stands a change, parts of a step rounded toward no change."""
    step, found = bin_step(scale), change_of(pairs, scale)
    counts: dict[int, int] = {}
    for (better, _), n in pairs.items():
        place = int(_sign(scale) * better / step)
        counts[place] = counts.get(place, 0) + n
    bins = [Bin(float(place * step), n) for place, n in sorted(counts.items())]
    return Spread(bins, float(step), found.quartiles[1] if found.quartiles else 0.0, found.bands)


def bin_step(scale: Scale) -> Decimal:
    """The smallest handy width of which the scale's threshold is a whole number, and that leaves at most 30 bins."""
    reach = 2 * (scale.maximum - scale.minimum)
    fits = (step for step in _STEPS if reach / step <= _MOST_BINS and (scale.mcid or step) % step == 0)
    return next(fits, scale.mcid or reach / _MOST_BINS)


def added(groups: Iterable[Pairs]) -> Pairs:
    """The pairs of all groups together."""
    total: dict[tuple[Decimal, Decimal], int] = {}
    for pairs in groups:
        for pair, n in pairs.items():
            total[pair] = total.get(pair, 0) + n
    return total


def _sign(scale: Scale) -> int:
    """From improvement to change."""
    return 1 if scale.is_higher_better else -1


def _mean(values: Iterable[tuple[Decimal, int]]) -> Mean:
    counted = list(values)
    return mean_from_sums(
        sum(n for _, n in counted),
        sum((value * n for value, n in counted), Decimal(0)),
        sum((value * value * n for value, n in counted), Decimal(0)),
    )


def _bands(pairs: Pairs, mcid: Decimal | None) -> tuple[int, int, int] | None:
    if mcid is None:
        return None
    better = sum(n for (improvement, _), n in pairs.items() if improvement >= mcid)
    worse = sum(n for (improvement, _), n in pairs.items() if improvement <= -mcid)
    return better, sum(pairs.values()) - better - worse, worse


def _room(before: Decimal, scale: Scale) -> Decimal:
    return scale.maximum - before if scale.is_higher_better else before - scale.minimum
