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
    said: str = "",
) -> Spec:
    """The figure, ``width`` by ``HEIGHT`` px. None is a gap; ``limits`` are the ends of the scale, whatever was seen.

    A value between two gaps is a dot of its own. ``said`` is read out in place of the line.
    """
    tokens, seen = TOKENS[variant], [value for value in values if value is not None]
    last = f", last {decimals(seen[-1])}" if seen else ""
    description = f"{title}: {said or f'{len(seen)} values{last}.'}"
    canvas = Canvas(width, tokens, title, "", description, left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
    height = HEIGHT - 2 * _EDGE
    if not seen:
        return bare(canvas, [words(["–"], canvas.plot_width / 2 - 4, height / 2, tokens.muted)], height)
    rows = [{"i": i, "value": value} for i, value in enumerate(values)]
    x = field("i", scale={"domain": [0, max(1, len(values) - 1)], "nice": False}, axis=None)
    y = field("value", scale={"domain": list(limits), "nice": False}, axis=None)
    line = {
        "type": "line",
        "stroke": tokens.mark,
        "strokeWidth": 2 * tokens.thin,
        "invalid": "break-paths-show-path-domains",
    }
    dot = {"type": "point", "fill": tokens.mark, "strokeWidth": 0}
    marked = [row for row in rows if row["value"] is not None][-1:]
    alone = [row for i, row in enumerate(rows) if row["value"] is not None and _is_alone(values, i)]
    layers = [layer(rows, line, x=x, y=y), layer(marked, {**dot, "size": 45}, x=x, y=y)]
    if alone:
        layers.insert(1, layer(alone, {**dot, "size": 12}, x=x, y=y))
    return bare(canvas, layers, height)


def _is_alone(values: Sequence[float | None], i: int) -> bool:
    return all(value is None for value in [*values[max(0, i - 1) : i], *values[i + 1 : i + 2]])
