"""What Vega-Lite specifications are put together from. A figure is drawn at exactly the width that was asked for."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from outcomes.figures.text import px, wrap
from outcomes.figures.theme import SIZE, TITLE_SIZE, Spec, Tokens, config
from outcomes.numerals import FEW

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDE = 560  # px; from here on there is room for names beside the plot
_EDGE = 8  # px between the heading and the rim


@dataclass(frozen=True)
class Canvas:
    """A figure's heading and the room around its plot, in px. ``description`` is read out in place of the figure."""

    width: int
    tokens: Tokens
    title: str
    subtitle: str
    description: str
    left: int
    right: int
    top: int
    bottom: int

    @property
    def plot_width(self) -> int:
        return self.width - self.left - self.right

    def heading(self) -> tuple[list[Spec], int]:
        """Layers of the title and subtitle above the plot, and the room they take."""
        room = self.width - 2 * _EDGE
        title, subtitle = wrap(self.title, room, TITLE_SIZE), wrap(self.subtitle, room)
        height = 20 * len(title) + (5 + 17 * len(subtitle) if subtitle else 0) + 14
        x, y = _EDGE - self.left, _EDGE - height - self.top
        bold = {"fontSize": TITLE_SIZE, "fontWeight": 600, "lineHeight": 20, "baseline": "top"}
        layers = [words(title, x, y, self.tokens.text, **bold)]
        if subtitle:
            below = y + 20 * len(title) + 5
            layers.append(words(subtitle, x, below, self.tokens.muted, lineHeight=17, baseline="top"))
        return layers, height


def frame(canvas: Canvas, layers: Sequence[Spec], plot_height: int) -> Spec:
    """The finished specification."""
    heading, room = canvas.heading()
    return _finished(canvas, [*heading, *layers], plot_height, room)


def bare(canvas: Canvas, layers: Sequence[Spec], plot_height: int) -> Spec:
    """The finished specification of a drawing without heading, which stands within words."""
    return _finished(canvas, layers, plot_height, 0)


def _finished(canvas: Canvas, layers: Sequence[Spec], plot_height: int, room: int) -> Spec:
    return {
        "$schema": SCHEMA,
        "description": canvas.description,
        "usermeta": {"title": canvas.title},
        "autosize": "none",
        "padding": {
            "left": canvas.left,
            "right": canvas.right,
            "top": room + canvas.top,
            "bottom": canvas.bottom,
        },
        "width": canvas.plot_width,
        "height": plot_height,
        "config": config(canvas.tokens),
        "layer": list(layers),
    }


def empty(*, width: int, tokens: Tokens, title: str, head: str, why: str) -> Spec:
    """The figure when there is nothing to draw. It always says why."""
    lines = wrap(why, width - 32)
    canvas = Canvas(width, tokens, title, "", f"{title}. {head}. {why}", left=8, right=8, top=0, bottom=8)
    big = words([head], 0, 18, tokens.text, fontSize=TITLE_SIZE)
    return frame(canvas, [big, words(lines, 0, 44, tokens.muted, lineHeight=17)], 44 + 17 * len(lines))


def field(name: str, **more: object) -> Spec:
    """A number of each row as an encoding."""
    return {"field": name, "type": "quantitative", **more}


def at_px(name: str, **more: object) -> Spec:
    """A number of each row that is already a pixel position."""
    return field(name, scale=None, **more)


def layer(rows: Iterable[Mapping[str, object]], mark: Spec, **encoding: Spec | str | Sequence[Spec]) -> Spec:
    """One mark for each row; an encoding given as a name is that number of the row."""
    channels: Spec = {name: field(value) if isinstance(value, str) else value for name, value in encoding.items()}
    for name in ("x2", "y2"):
        if name in channels:
            channels[name] = {key: value for key, value in channels[name].items() if key == "field"}
    return {"data": {"values": [dict(row) for row in rows]}, "mark": mark, "encoding": channels}


def words(lines: Sequence[str], x: float, y: float, colour: str, **mark: object) -> Spec:
    """Fixed text at a place of the plot area, in px from its top left corner."""
    text = {"type": "text", "text": list(lines), "fill": colour, "fontSize": SIZE, "align": "left", **mark}
    return {"data": {"values": [{}]}, "mark": text, "encoding": {"x": {"value": x}, "y": {"value": y}}}


def point(x: float, y: float, **mark: object) -> Spec:
    """One fixed marker, in px from the top left corner of the plot area."""
    place = {"x": {"value": x}, "y": {"value": y}}
    return {"data": {"values": [{}]}, "mark": {"type": "point", **mark}, "encoding": place}


def named(labels: Mapping[float, str]) -> str:
    """A label expression that prints words in place of tick values."""
    return json.dumps({_key(value): label for value, label in labels.items()}) + "[datum.value]"


def _key(value: float) -> str:
    """A tick value as the expression language spells it: 10, not 10.0."""
    return f"{int(value)}" if float(value).is_integer() else f"{value}"


def direction(word: str, tokens: Tokens, *, y: float = -17) -> list[Spec]:
    """An arrow and a word at the top of a scale, since it cannot be turned round."""
    arrow = point(-11, y, shape="triangle-up", size=45, fill=tokens.muted, strokeWidth=0)
    return [words([word], -2, y, tokens.muted), arrow]


def texts(rows: Iterable[Mapping[str, object]], fill: str, **mark: object) -> Spec:
    """The ``words`` of each row at its place ``x``, ``y`` in px."""
    place = {"x": at_px("x"), "y": at_px("y"), "text": {"field": "words"}}
    return layer(rows, {"type": "text", "fill": fill, **mark}, **place)


def haloed(rows: Sequence[Mapping[str, object]], fill: str, background: str, **mark: object) -> list[Spec]:
    """Like ``texts``, readable where lines run behind."""
    halo = {"stroke": background, "strokeWidth": 4, "strokeJoin": "round"}
    return [texts(rows, background, **halo, **mark), texts(rows, fill, **mark)]


def reference_line(value: float, channel: str, encoding: Spec, tokens: Tokens) -> Spec:
    """A dashed line across the plot at one ``value`` of the scale of ``channel``."""
    mark = {"type": "rule", "stroke": tokens.reference, "strokeDash": [6, 3]}
    return layer([{"value": value}], mark, **{channel: field("value", **encoding)})


def swatches(
    meanings: Sequence[tuple[Spec, str]], *, width: float, left: int, tokens: Tokens, gap: float = 26
) -> tuple[list[Spec], int]:
    """What marks mean, above the plot, and the room it takes; wraps where it must. Each meaning is a mark and words.

    ``gap`` is the distance from the last line to the plot, in px.
    """
    places, x, line = [], 0.0, 0
    for _, meaning in meanings:
        need = 18 + px(meaning)
        if x and x + need > width:
            x, line = 0.0, line + 1
        places.append((x + 16 - left, line))
        x += need + 16
    parts = []
    for (mark, meaning), (at, row) in zip(meanings, places, strict=True):
        y = 20 * (row - line) - gap
        parts += [point(at + 6, y, **mark), words([meaning], at + 18, y, tokens.text)]
    return parts, 20 * (line + 1)


def few_words(sizes: Iterable[int]) -> str:
    """Says that numbers made of too few are not drawn, where there are any."""
    return f" Fewer than {FEW}: too few to draw." if any(0 < size < FEW for size in sizes) else ""
