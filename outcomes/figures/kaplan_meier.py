"""Figure 10: time until something happens for the first time, with how many are still followed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from outcomes.figures.parts import Canvas, empty, few_words, field, frame, layer, reference_line
from outcomes.figures.scales import TimeAxis, share_axis, short
from outcomes.figures.series import LINE, Lines, most, only_most
from outcomes.figures.theme import TOKENS, Series, Spec, Variant
from outcomes.numerals import FEW, percent
from treatments.timepoints import in_words

PLOT_HEIGHT = 260
_MOST_BANDS = 2  # more bands over each other cannot be read
_SUBTITLE = (
    "Known only to the check-in that first showed it. Small ticks: last seen then. n: still followed, not yet there."
)


@dataclass(frozen=True)
class Step:
    """The share (fraction) not there yet from ``day`` on, its 95 % interval, and whether somebody was last seen then.

    ``n`` were still followed just before; from the first step of too few on the curve is not drawn.
    """

    day: int
    share: float
    interval: tuple[float, float] | None
    n: int
    is_censored: bool = False


@dataclass(frozen=True)
class AtRisk:
    """``n`` are followed at this timepoint and not there yet."""

    timepoint: str
    day: int
    n: int


@dataclass(frozen=True)
class Survival:
    """One curve; steps in order, the first at day 0 with share 1. ``n`` have started."""

    series: Series
    n: int
    steps: Sequence[Step]
    at_risk: Sequence[AtRisk]

    @property
    def drawn(self) -> list[Step]:
        """The steps that rest on enough, and how far the last of them holds."""
        enough = list(takewhile(lambda step: step.n >= FEW, self.steps))
        after = self.steps[len(enough) : len(enough) + 1] if enough else []
        return [*enough, *(replace(enough[-1], day=step.day, is_censored=False) for step in after)]


def kaplan_meier(
    curves: Sequence[Survival],
    *,
    width: int,
    variant: Variant = Variant.LIGHT,
    title: str = "Time to first response",
    what: str = "Share not yet improved by 30 %",
) -> Spec:
    """The figure, ``width`` px wide; one curve a series, all with the same timepoints under the axis."""
    tokens, every = TOKENS[variant], [curve.series for curve in curves]
    drawn = most((curve.series, curve.n) for curve in curves)
    if not drawn:
        why = "Nobody has been followed long enough."
        return empty(width=width, tokens=tokens, title=title, head="No answers yet", why=why)
    keys = {series.key for series in drawn}
    shown, lines = [curve for curve in curves if curve.series.key in keys], Lines(drawn, every, width, tokens)
    few = few_words(step.n for curve in shown for step in curve.steps)
    canvas = Canvas(
        width=width,
        tokens=tokens,
        title=title,
        subtitle=f"{what}. {_SUBTITLE}{few}{only_most(drawn, len(every))}",
        description=f"{title}. {what}. {' '.join(map(_described, shown))}",
        left=max(54, lines.left),
        right=lines.right,
        top=12,
        bottom=48 + LINE * len(shown),
    )
    time = TimeAxis(
        {at.day: short(at.timepoint) for curve in shown for at in curve.at_risk}, canvas.plot_width, margin=0
    )
    layers = [*_bands(shown, lines, time), *_curves(shown, lines, time), *_ends(shown, lines, canvas, time)]
    return frame(canvas, [*layers, *_numbers(shown, lines, canvas, time)], PLOT_HEIGHT)


def _described(curve: Survival) -> str:
    label = f"{curve.series.label} (n {curve.n:,})"
    if not curve.drawn:
        return f"{label}: too few."
    last = curve.at_risk[-1]
    end = [step for step in curve.drawn if step.day <= last.day][-1]
    few = ", then too few" if curve.steps[-1].n < FEW else ""
    return f"{label}: {percent(end.share)} up to {in_words(last.timepoint).lower()}{few}, {last.n:,} still followed."


def _rows(curves: Sequence[Survival]) -> list[Spec]:
    return [
        {"group": curve.series.key, "day": step.day, "share": step.share, "n": step.n, "censored": step.is_censored}
        | ({"low": step.interval[0], "high": step.interval[1]} if step.interval else {})
        for curve in curves
        for step in curve.drawn
    ]


def _bands(curves: Sequence[Survival], lines: Lines, time: TimeAxis) -> list[Spec]:
    rows = [row for row in _rows(curves) if "low" in row]
    if len({row["group"] for row in rows}) > _MOST_BANDS:
        return []
    area = {"type": "area", "interpolate": "step-after", "opacity": 0.16}
    return [layer(rows, area, x=time.encoding("day"), y=field("low", **share_axis()), y2="high", color=lines.colour)]


def _curves(curves: Sequence[Survival], lines: Lines, time: TimeAxis) -> list[Spec]:
    rows, x, y = _rows(curves), time.encoding("day"), field("share", **share_axis())
    seen = [row for row in rows if row["censored"]]
    step = {"type": "line", "interpolate": "step-after"}
    tick = {"type": "tick", "orient": "vertical", "size": 9, "thickness": 1.5}
    return [
        reference_line(0.5, "y", share_axis(), lines.tokens),
        layer(rows, step, x=x, y=y, color=lines.colour, strokeDash=lines.dash),
        layer(seen, tick, x=x, y=y, color=lines.colour),
    ]


def _ends(curves: Sequence[Survival], lines: Lines, canvas: Canvas, time: TimeAxis) -> list[Spec]:
    last = {
        curve.series.key: (time.px(curve.drawn[-1].day), PLOT_HEIGHT * (1 - curve.drawn[-1].share))
        for curve in curves
        if curve.drawn
    }
    return lines.ends(last, canvas, PLOT_HEIGHT)


def _numbers(curves: Sequence[Survival], lines: Lines, canvas: Canvas, time: TimeAxis) -> list[Spec]:
    counts = [
        (curve.series.key, time.px(at.day), at.n) for curve in curves for at in curve.at_risk if at.day in time.labelled
    ]
    return lines.numbers(counts, canvas, PLOT_HEIGHT + 42)
