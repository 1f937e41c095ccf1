"""Figure 9b: a sum that grows while results are worse than expected, course after course."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.parts import WIDE, Canvas, direction, empty, field, frame, layer, reference_line
from outcomes.figures.theme import TOKENS, Spec, Variant
from outcomes.numerals import FEW, decimals

PLOT_HEIGHT = 190


@dataclass(frozen=True)
class CusumPoint:
    """The sum after the ``number``-th finished course; ``is_signal`` where it first reached the limit."""

    number: int
    value: float
    is_signal: bool = False


@dataclass(frozen=True)
class CusumWords:
    """What stands around the sum: ``up`` says what makes it grow, ``what`` what is counted, in the plural."""

    title: str = "Courses without improvement, added up"
    up: str = "Up: fewer improved than expected. Falls back to 0 when results recover."
    what: str = "courses"
    axis: str = "finished courses, in order"
    direction: str = "worse than expected"
    fewest: int = FEW


def cusum(
    points: Sequence[CusumPoint],
    *,
    limit: float,
    width: int,
    variant: Variant = Variant.LIGHT,
    said: CusumWords | None = None,
) -> Spec:
    """The figure, ``width`` px wide; points in order of their number, ``limit`` above 0."""
    tokens, n, said = TOKENS[variant], len(points), said or CusumWords()
    if n < said.fewest:
        head = f"Too few {said.what}" if n else f"No {said.what} yet"
        why = f"{n} so far; drawn from {said.fewest} {said.what} on."
        return empty(width=width, tokens=tokens, title=said.title, head=head, why=why)
    last = points[-1]
    signals = [f"reached the limit at number {point.number:,}" for point in points if point.is_signal]
    canvas = Canvas(
        width=width,
        tokens=tokens,
        title=said.title,
        subtitle=f"{said.up} Dashed: look into it. {last.number:,} {said.what}.",
        description=f"{said.title}: {last.number:,} {said.what}, sum now {decimals(last.value)}, limit {decimals(limit)}; "
        f"{', '.join(signals) or 'the limit was never reached'}.",
        left=44,
        right=24,
        top=26,
        bottom=52,
    )
    return frame(canvas, [*direction(said.direction, tokens), *_layers(canvas, points, limit, said.axis)], PLOT_HEIGHT)


def _layers(canvas: Canvas, points: Sequence[CusumPoint], limit: float, title: str) -> list[Spec]:
    tokens, top = canvas.tokens, max(limit * 1.25, max(point.value for point in points) * 1.08)
    count = {"tickCount": 6 if canvas.width >= WIDE else 4, "title": title, "format": ",d"}
    x = field("number", scale={"domain": [0, points[-1].number], "nice": False}, axis=count)
    axis = {"scale": {"domain": [0, top], "nice": False}, "axis": {"tickCount": 4, "title": None}}
    y = field("value", **axis)
    rows = [{"number": point.number, "value": point.value} for point in points]
    signals = [{"number": point.number, "value": point.value} for point in points if point.is_signal]
    line = {"type": "line", "interpolate": "step-after", "stroke": tokens.mark, "strokeWidth": 2 * tokens.thin}
    ring = {"type": "point", "fill": None, "stroke": tokens.text, "strokeWidth": 2, "size": 200}
    return [reference_line(limit, "y", axis, tokens), layer(rows, line, x=x, y=y), layer(signals, ring, x=x, y=y)]
