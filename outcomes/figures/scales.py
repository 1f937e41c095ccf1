"""Axes: the whole range of an instrument, shares, change, and time to scale."""

import re
from collections.abc import Mapping
from decimal import Decimal

from outcomes.figures.parts import field, named
from outcomes.figures.text import cut, px, thin
from outcomes.figures.theme import Spec
from outcomes.numerals import Scale, plain

_STEPS = [Decimal(digits).scaleb(power) for power in range(-3, 6) for digits in (1, 2, 5)]
_SHORT = {"day": "d", "week": "wk", "month": "mo"}
_MARGIN = 16  # px between the scale and the first timepoint, whose marks stand beside each other
_LABEL_GAP = 46  # px from one label to the next; longer names need more
_LEAST_DAYS = 42  # a single timepoint still gets a time axis
PERCENT = "round(100 * datum.value) + ' %'"
SIGNED = "(datum.value > 0 ? '+' : '') + datum.label"


def ticks(low: Decimal, high: Decimal, most: int = 8) -> list[Decimal]:
    """Round numbers from ``low`` to ``high``, both included, at most ``most`` and never crowded at the ends."""
    step = next(step for step in _STEPS if (high - low) / step <= most - 1)
    first = low // step
    inside = [step * (first + i) for i in range(most + 2)]
    return [low, *[tick for tick in inside if low + step / 2 <= tick <= high - step / 2], high]


def score_axis(scale: Scale) -> Spec:
    """The whole scale of the instrument, whatever was scored: a cut axis makes small changes look large."""
    labels = {float(tick): plain(tick) for tick in ticks(scale.minimum, scale.maximum)}
    axis = {"values": list(labels), "labelExpr": named(labels), "title": None}
    return {"scale": {"domain": [float(scale.minimum), float(scale.maximum)], "nice": False}, "axis": axis}


def share_axis(title: str | None = None) -> Spec:
    """Fractions from 0 to 1, written as percent."""
    axis = {"values": [0, 0.25, 0.5, 0.75, 1], "labelExpr": PERCENT, "title": title}
    return {"scale": {"domain": [0, 1], "nice": False}, "axis": axis}


def change_axis(most: float, title: str | None = None, count: int = 5) -> Spec:
    """Change in points from ``-most`` to ``most``, with its sign: no change is always in the middle."""
    axis = {"tickCount": count, "labelExpr": SIGNED, "title": title}
    return {"scale": {"domain": [-most, most], "nice": False}, "axis": axis}


def short(timepoint: str) -> str:
    """A timepoint's name for an axis: "Before", "6 wk", "3 mo"."""
    if timepoint == "baseline":
        return "Before"
    match = re.fullmatch(r"(day|week|month) (\d+)", timepoint)
    return f"{match[2]} {_SHORT[match[1]]}" if match else cut(timepoint, 60)


class TimeAxis:
    """Days to scale, with labels only at timepoints that are far enough apart to be read."""

    def __init__(self, names: Mapping[int, str], plot_width: float, *, margin: float = _MARGIN) -> None:
        """``names`` says what each day is called, in few words (a day without name is not labelled).

        ``margin`` is the room before the first, in px.
        """
        days = sorted(names)
        self.margin = margin
        self.first, self.last = days[0], max(days[-1], days[0] + _LEAST_DAYS)
        self.px_per_day = (plot_width - margin) / (self.last - self.first)
        gap = max(_LABEL_GAP, max(px(name) for name in names.values()))
        self.labelled = [int(day) for day in thin([day for day in days if names[day]], self.px_per_day, gap)]
        self.marked = [int(day) for day in thin(days, self.px_per_day, 24)]
        self._labels = {float(day): names[day] for day in self.labelled}

    def px(self, day: float) -> float:
        """The day's distance from the left of the plot."""
        return self.margin + (day - self.first) * self.px_per_day

    def encoding(self, name: str) -> Spec:
        """The days in field ``name`` along this axis."""
        axis = {"values": self.labelled, "labelExpr": named(self._labels), "title": None}
        begin = self.first - self.margin / self.px_per_day
        return field(name, scale={"domain": [begin, self.last], "nice": False}, axis=axis)
