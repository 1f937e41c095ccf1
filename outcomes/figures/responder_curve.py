"""Figure 3: how many improved by at least how much, for every threshold at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outcomes.figures.parts import Canvas, empty, few_words, field, frame, layer, reference_line
from outcomes.figures.scales import share_axis
from outcomes.figures.series import LINE, Lines, most, only_most
from outcomes.figures.theme import TOKENS, Series, Spec, Variant
from outcomes.numerals import FEW, percent

PLOT_HEIGHT = 260
_MARKED = (30, 50)  # %: where readers look first


@dataclass(frozen=True)
class Responders:
    """``reached[p]`` of ``n`` courses improved by at least ``p`` percent of their own baseline, ``p`` from 0 to 100."""

    series: Series
    n: int
    reached: Mapping[int, int]


def responder_curve(
    curves: Sequence[Responders],
    *,
    width: int,
    variant: Variant = Variant.LIGHT,
    title: str = "How many improved by how much",
) -> Spec:
    """The figure, ``width`` px wide; one curve a series."""
    tokens, every = TOKENS[variant], [curve.series for curve in curves]
    drawn = most((curve.series, curve.n) for curve in curves)
    if not drawn:
        why = "Nobody has both a score before treatment and one after it yet."
        return empty(width=width, tokens=tokens, title=title, head="No answers yet", why=why)
    keys = {series.key for series in drawn}
    shown = [curve for curve in curves if curve.series.key in keys]
    lines = Lines(drawn, every, width, tokens)
    canvas = _canvas(shown, lines, title, only_most(drawn, len(every)))
    sizes = {curve.series.key: f"n {curve.n:,}" + (", too few" if curve.n < FEW else "") for curve in shown}
    layers = [*_curves(shown, lines), *_ends(shown, lines, canvas), *lines.totals(sizes, canvas, PLOT_HEIGHT + 62)]
    return frame(canvas, layers, PLOT_HEIGHT)


def _canvas(curves: Sequence[Responders], lines: Lines, title: str, only: str) -> Canvas:
    few = few_words(curve.n for curve in curves)
    return Canvas(
        width=lines.width,
        tokens=lines.tokens,
        title=title,
        subtitle=f"Share of courses whose score improved by at least so many % of their own baseline.{few}{only}",
        description=f"{title}. {' '.join(_described(curve) for curve in curves)}",
        left=50,
        right=lines.right,
        top=12,
        bottom=62 + LINE * len(curves),
    )


def _described(curve: Responders) -> str:
    if curve.n < FEW:
        return f"{curve.series.label} (n {curve.n}): too few."
    shares = [f"{percent(curve.reached[at] / curve.n)} by at least {at} %" for at in _MARKED if at in curve.reached]
    return f"{curve.series.label} (n {curve.n:,}): {', '.join(shares)}."


def _curves(curves: Sequence[Responders], lines: Lines) -> list[Spec]:
    axis = {"values": [0, *_MARKED, 100], "labelExpr": "datum.value + ' %'", "title": "improved by at least"}
    scale = {"scale": {"domain": [0, 100], "nice": False}, "axis": axis}
    x, y = field("at_least", **scale), field("share", **share_axis())
    rows: list[Spec] = [
        {"group": curve.series.key, "at_least": at, "k": k, "share": k / curve.n}
        for curve in curves
        if curve.n >= FEW
        for at, k in sorted(curve.reached.items())
    ]
    marked = [row for row in rows if row["at_least"] in _MARKED]
    step = {"type": "line", "interpolate": "step-before"}
    return [
        *[reference_line(at, "x", scale, lines.tokens) for at in _MARKED],
        layer(rows, step, x=x, y=y, color=lines.colour, strokeDash=lines.dash),
        layer(marked, {"type": "point"}, x=x, y=y, color=lines.colour, shape=lines.shape),
    ]


def _ends(curves: Sequence[Responders], lines: Lines, canvas: Canvas) -> list[Spec]:
    last = {
        curve.series.key: (float(canvas.plot_width), PLOT_HEIGHT * (1 - curve.reached[max(curve.reached)] / curve.n))
        for curve in curves
        if curve.n >= FEW
    }
    return lines.ends(last, canvas, PLOT_HEIGHT)
