"""Figure 14: a trend as small as a word, without axes; the last value is marked."""

from collections.abc import Sequence

from outcomes.figures.parts import Canvas, bare, field, layer, words
from outcomes.figures.theme import TOKENS, Spec, Variant
from outcomes.numerals import decimals

HEIGHT = 36
_EDGE = 6  # px around the line


def sparkline(
    values: Sequence[float | None],
    *,
    limits: tuple[float, float],
    width: int = 120,
    variant: Variant = Variant.LIGHT,
    title: str = "Trend",
) -> Spec:
    """The figure, ``width`` by ``HEIGHT`` px. None is a gap; ``limits`` are the ends of the scale, whatever was seen."""
    tokens, seen = TOKENS[variant], [value for value in values if value is not None]
    last = f", last {decimals(seen[-1])}" if seen else ""
    description = f"{title}: {len(seen)} values{last}."
    canvas = Canvas(width, tokens, title, "", description, left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
    if not seen:
        return bare(
            canvas, [words(["–"], canvas.plot_width / 2 - 4, HEIGHT / 2 - _EDGE, tokens.muted)], HEIGHT - 2 * _EDGE
        )
    rows = [{"i": i, "value": value} for i, value in enumerate(values)]
    x = field("i", scale={"domain": [0, max(1, len(values) - 1)], "nice": False}, axis=None)
    y = field("value", scale={"domain": list(limits), "nice": False}, axis=None)
    line = {
        "type": "line",
        "stroke": tokens.mark,
        "strokeWidth": 2 * tokens.thin,
        "invalid": "break-paths-show-path-domains",
    }
    dot = {"type": "point", "fill": tokens.mark, "strokeWidth": 0, "size": 45}
    marked = [row for row in rows if row["value"] is not None][-1:]
    return bare(canvas, [layer(rows, line, x=x, y=y), layer(marked, dot, x=x, y=y)], HEIGHT - 2 * _EDGE)
