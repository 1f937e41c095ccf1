"""Figure 4: how the changes of single courses are spread."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.parts import WIDE, Canvas, empty, field, frame, layer, point, reference_line, words
from outcomes.figures.scales import SIGNED
from outcomes.figures.text import px
from outcomes.figures.theme import TOKENS, Spec, Variant
from outcomes.numerals import FEW, Scale, decimals, points

PLOT_HEIGHT = 220


@dataclass(frozen=True)
class Bin:
    """``n`` courses whose score changed by ``change`` points (follow-up minus before), as the middle of the bin."""

    change: float
    n: int


@dataclass(frozen=True)
class Spread:
    """All bins of one width, ``step`` points each. ``bands`` counts better, about the same and worse by the threshold.

    The scale's threshold must be a whole number of steps.
    """

    bins: Sequence[Bin]
    step: float
    median: float
    bands: tuple[int, int, int] | None

    @property
    def n(self) -> int:
        return sum(part.n for part in self.bins)


def change_spread(
    spread: Spread, scale: Scale, *, width: int, variant: Variant = Variant.LIGHT, title: str = "Spread of change"
) -> Spec:
    """The figure, ``width`` px wide."""
    tokens = TOKENS[variant]
    if spread.n < FEW:
        head, why = _why_not(spread.n)
        return empty(width=width, tokens=tokens, title=title, head=head, why=why)
    canvas = Canvas(
        width=width,
        tokens=tokens,
        title=title,
        subtitle=_subtitle(spread, scale),
        description=_described(spread, scale, title),
        left=44,
        right=16,
        top=64 if spread.bands else 40,
        bottom=52,
    )
    reach = float(scale.maximum - scale.minimum) + spread.step / 2
    layers = [
        *_bars(canvas, spread, scale, reach),
        *_lines(canvas, spread, scale, reach),
        *_words(canvas, spread, reach),
    ]
    return frame(canvas, layers, PLOT_HEIGHT)


def _why_not(n: int) -> tuple[str, str]:
    if not n:
        return "No answers yet", "Nobody has both a score before treatment and one after it yet."
    return (
        "Too few courses",
        f"{n} with a score both before treatment and after it; from {FEW} on their spread is drawn.",
    )


def _subtitle(spread: Spread, scale: Scale) -> str:
    line = f" Dashed: {points(scale)}." if scale.mcid is not None else ""
    sign = "above" if scale.is_higher_better else "below"
    return f"{scale.label}: courses by their change, {spread.n:,} in all; {sign} 0 is better.{line}"


def _described(spread: Spread, scale: Scale, title: str) -> str:
    median = f"{title} of {scale.label}, {spread.n:,} courses: median {_signed(spread.median)} points."
    if spread.bands is None:
        return median
    better, same, worse = spread.bands
    return f"{median} By {points(scale)}: {better:,} better, {same:,} about the same, {worse:,} worse."


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{decimals(value)}"


def _kind(change: float, scale: Scale) -> str:
    improved = change if scale.is_higher_better else -change
    if scale.mcid is None or abs(improved) < float(scale.mcid):
        return "same"
    return "better" if improved > 0 else "worse"


def _x(canvas: Canvas, reach: float, title: str) -> Spec:
    axis = {"tickCount": 10 if canvas.width >= WIDE else 5, "title": title, "labelExpr": SIGNED}
    return {"scale": {"domain": [-reach, reach], "nice": False}, "axis": axis}


def _bars(canvas: Canvas, spread: Spread, scale: Scale, reach: float) -> list[Spec]:
    half, most = spread.step * 0.46, max(part.n for part in spread.bins)
    rows = [
        {
            "from": part.change - half,
            "to": part.change + half,
            "change": part.change,
            "n": part.n,
            "base": 0,
            "kind": _kind(part.change, scale),
        }
        for part in spread.bins
        if part.n
    ]
    x = _x(canvas, reach, "change in points")
    y = field(
        "n", scale={"domain": [0, most * 1.12], "nice": False}, axis={"tickCount": 4, "title": None, "format": "d"}
    )
    tokens = canvas.tokens
    colours = {"domain": ["better", "same", "worse"], "range": [tokens.better, tokens.same, tokens.worse]}
    kind = {"field": "kind", "type": "nominal", "legend": None, "scale": colours}
    bar = {"type": "rect", "stroke": tokens.edge, "strokeWidth": 1}
    layers = [layer(rows, bar, x=field("from", **x), x2="to", y=y, y2="base", color=kind)]
    if canvas.plot_width * spread.step / (2 * reach) > px(f"{most:,}") + 6:
        count = {"type": "text", "fill": tokens.axis, "align": "center", "dy": -10}
        layers.append(layer(rows, count, x=field("change", **x), y=y, text={"field": "n"}))
    return layers


def _lines(canvas: Canvas, spread: Spread, scale: Scale, reach: float) -> list[Spec]:
    if scale.mcid is None:
        return []
    edge, x = float(scale.mcid) - spread.step / 2, _x(canvas, reach, "change in points")
    return [reference_line(at, "x", x, canvas.tokens) for at in (-edge, edge)]


def _words(canvas: Canvas, spread: Spread, reach: float) -> list[Spec]:
    """How many on each side, and the median."""
    tokens, wide = canvas.tokens, canvas.plot_width
    x = wide * (spread.median + reach) / (2 * reach)
    median = f"median {_signed(spread.median)}"
    inside = min(max(x, px(median) / 2), wide - px(median) / 2)
    layers = [
        point(x, -10, shape="triangle-down", size=110, fill=tokens.mark, strokeWidth=0),
        words([median], inside, -26, tokens.text, align="center", fontWeight=600),
    ]
    if spread.bands:
        better, same, worse = spread.bands
        counts = [f"{better:,} better", f"{same:,} about the same", f"{worse:,} worse"]
        layers.append(words([" · ".join(counts)], -36, -50, tokens.axis))
    return layers
