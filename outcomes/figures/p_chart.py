"""Figure 9: a share by month with its limits, and which months a chart's rules point at."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from outcomes.figures.parts import Canvas, empty, few_words, field, frame, layer, named, texts, words
from outcomes.figures.scales import share_axis
from outcomes.figures.text import thin
from outcomes.figures.theme import TOKENS, Spec, Tokens, Variant
from outcomes.numerals import FEW, percent

PLOT_HEIGHT = 210
_RULES = "Square: eighth or later month in a row on one side of the middle line. One mark alone can be chance."


class Signal(StrEnum):
    """What a month shows by the rules: a share outside the limits, or a run of eight on one side of the centre."""

    NONE = ""
    OUTSIDE = "outside"
    RUN = "run"


@dataclass(frozen=True)
class Period:
    """``k`` of ``n`` in one month ("2026-01"); ``limits`` are 3-sigma limits as fractions, None in a run chart."""

    label: str
    k: int
    n: int
    limits: tuple[float, float] | None
    signal: Signal


def p_chart(
    periods: Sequence[Period],
    *,
    centre: float | None,
    width: int,
    variant: Variant = Variant.LIGHT,
    title: str = "Answered in the window, by month",
    nothing: str = "No check-in has closed its window yet.",
) -> Spec:
    """The figure, ``width`` px wide; months in order, ``centre`` a fraction. Without limits it is a run chart.

    ``nothing`` says why it is empty, where it is.
    """
    tokens = TOKENS[variant]
    if not any(period.n for period in periods):
        return empty(width=width, tokens=tokens, title=title, head="Nothing to draw yet", why=nothing)
    canvas = _canvas(periods, centre, width, tokens, title)
    labelled = [int(i) for i in thin(range(len(periods)), canvas.plot_width / len(periods), 66)]
    x = _axis(periods, labelled)
    return frame(
        canvas,
        [*_lines(canvas, periods, centre, x), *_points(canvas, periods, x), *_numbers(canvas, periods, labelled)],
        PLOT_HEIGHT,
    )


def _canvas(periods: Sequence[Period], centre: float | None, width: int, tokens: Tokens, title: str) -> Canvas:
    few = few_words(period.n for period in periods)
    limited = any(period.limits for period in periods)
    limits = "Thin lines: 3-sigma limits. Ring: outside them. " if limited else ""
    return Canvas(
        width=width,
        tokens=tokens,
        title=title,
        subtitle=f"{limits}{_RULES}{few}",
        description=f"{title}. {_described(periods, centre)}",
        left=54,
        right=36,
        top=14,
        bottom=56,
    )


def _described(periods: Sequence[Period], centre: float | None) -> str:
    middle = f"Middle line {percent(centre)}. " if centre is not None else ""
    said = [
        f"{period.label}: {f'{period.k:,} of {period.n:,}' if period.n >= FEW else 'too few'}"
        f"{', ' + _SAID[period.signal] if period.signal else ''}."
        for period in periods
    ]
    return middle + " ".join(said)


_SAID = {Signal.OUTSIDE: "outside the limits", Signal.RUN: "eighth or later on one side"}


def _axis(periods: Sequence[Period], labelled: Sequence[int]) -> Spec:
    names = named({i: periods[i].label for i in labelled})
    scale = {"domain": [-0.5, len(periods) - 0.5], "nice": False}
    return {"scale": scale, "axis": {"values": list(labelled), "title": None, "labelExpr": names}}


def _lines(canvas: Canvas, periods: Sequence[Period], centre: float | None, x: Spec) -> list[Spec]:
    tokens, at = canvas.tokens, field("i", **x)
    limits = [
        {"i": i, "low": period.limits[0], "high": period.limits[1]}
        for i, period in enumerate(periods)
        if period.limits and period.n >= FEW
    ]
    stepped = {"type": "line", "interpolate": "step", "stroke": tokens.reference, "strokeWidth": 1.3 * tokens.thin}
    middle = {"type": "rule", "stroke": tokens.axis, "strokeWidth": 1.2 * tokens.thin}
    centres = [] if centre is None else [layer([{"centre": centre}], middle, y=field("centre", **share_axis()))]
    return [*[layer(limits, stepped, x=at, y=field(name, **share_axis())) for name in ("low", "high")], *centres]


def _points(canvas: Canvas, periods: Sequence[Period], x: Spec) -> list[Spec]:
    tokens, at, share = canvas.tokens, field("i", **x), field("share", **share_axis())
    rows: list[Spec] = [
        {
            "i": i,
            "month": period.label,
            "k": period.k,
            "n": period.n,
            "share": period.k / period.n,
            "signal": period.signal.value,
        }
        for i, period in enumerate(periods)
        if period.n >= FEW
    ]
    line = {"type": "line", "stroke": tokens.mark, "strokeWidth": 2 * tokens.thin}
    dot = {"type": "point", "fill": tokens.mark, "strokeWidth": 0, "size": 50}
    square = {"type": "point", "shape": "square", "size": 80, "fill": tokens.alert}
    ring = {"type": "point", "fill": None, "stroke": tokens.text, "strokeWidth": 2, "size": 220}
    return [
        layer(rows, line, x=at, y=share),
        layer(rows, dot, x=at, y=share),
        layer([row for row in rows if row["signal"] == Signal.RUN.value], square, x=at, y=share),
        layer([row for row in rows if row["signal"] == Signal.OUTSIDE.value], ring, x=at, y=share),
    ]


def _numbers(canvas: Canvas, periods: Sequence[Period], labelled: Sequence[int]) -> list[Spec]:
    """How many each labelled month is made of."""
    tokens, unit, y = canvas.tokens, canvas.plot_width / len(periods), PLOT_HEIGHT + 42
    sizes = [{"x": unit * (i + 0.5), "y": y, "words": f"{periods[i].n:,}"} for i in labelled]
    return [words(["n"], 8 - canvas.left, y, tokens.muted), texts(sizes, tokens.axis, align="center")]
