"""Axes: the whole range of an instrument, and time to scale."""

import re
from collections.abc import Iterable
from decimal import Decimal

from outcomes.figures.parts import field, named
from outcomes.figures.text import cut, thin
from outcomes.figures.theme import Spec
from outcomes.reports import Measure, Row
from outcomes.reports.sentences import plain

_STEPS = [Decimal(digits).scaleb(power) for power in range(-3, 6) for digits in (1, 2, 5)]
_SHORT = {"day": "d", "week": "wk", "month": "mo"}
_MARGIN = 16  # px between the scale and the first timepoint, whose marks stand beside each other
_LEAST_DAYS = 42  # a single timepoint still gets a time axis


def ticks(low: Decimal, high: Decimal, most: int = 8) -> list[Decimal]:
    """Round numbers from ``low`` to ``high``, both included, at most ``most`` and never crowded at the ends."""
    step = next(step for step in _STEPS if (high - low) / step <= most - 1)
    first = low // step
    inside = [step * (first + i) for i in range(most + 2)]
    return [low, *[tick for tick in inside if low + step / 2 <= tick <= high - step / 2], high]


def score_axis(measure: Measure) -> Spec:
    """The whole scale of the instrument, whatever was scored: a cut axis makes small changes look large."""
    labels = {float(tick): plain(tick) for tick in ticks(measure.minimum, measure.maximum)}
    axis = {"values": list(labels), "labelExpr": named(labels), "title": None}
    return {"scale": {"domain": [float(measure.minimum), float(measure.maximum)], "nice": False}, "axis": axis}


def short(timepoint: str) -> str:
    """A timepoint's name for an axis: "Before", "6 wk", "3 mo"."""
    if timepoint == "baseline":
        return "Before"
    match = re.fullmatch(r"(day|week|month) (\d+)", timepoint)
    return f"{match[2]} {_SHORT[match[1]]}" if match else cut(timepoint, 60)


class TimeAxis:
    """Days to scale, with labels only at timepoints that are far enough apart to be read."""

    def __init__(self, rows: Iterable[Row], plot_width: float) -> None:
        names = {row.planned_day: short(row.timepoint) for row in rows}
        days = sorted(names)
        self.first, self.last = days[0], max(days[-1], days[0] + _LEAST_DAYS)
        self.px_per_day = (plot_width - _MARGIN) / (self.last - self.first)
        self.labelled = [int(day) for day in thin(days, self.px_per_day, 46)]
        self.marked = [int(day) for day in thin(days, self.px_per_day, 24)]
        self._labels = {float(day): names[day] for day in self.labelled}

    def px(self, day: int) -> float:
        """The day's distance from the left of the plot."""
        return _MARGIN + (day - self.first) * self.px_per_day

    def encoding(self, name: str) -> Spec:
        """The days in field ``name`` along this axis."""
        axis = {"values": self.labelled, "labelExpr": named(self._labels), "title": None}
        begin = self.first - _MARGIN / self.px_per_day
        return field(name, scale={"domain": [begin, self.last], "nice": False}, axis=axis)
