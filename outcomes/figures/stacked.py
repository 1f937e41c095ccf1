"""Stacked bars, one a line, with every count printed inside its part or beside the bar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outcomes.figures.parts import WIDE, Canvas, at_px, field, frame, layer, swatches, texts
from outcomes.figures.text import cut, px
from outcomes.figures.theme import Spec, Tokens
from outcomes.numerals import FEW

_PAD = 8  # px around a count
_STEP, _THICK, _HEADING = 32, 22, 26  # px from bar to bar, of a bar, of a group's name


@dataclass(frozen=True)
class Part:
    """What one colour means; ``is_strong``: counts on it are printed in the colour of the page."""

    meaning: str
    fill: str
    is_strong: bool


@dataclass(frozen=True)
class Stack:
    """One bar: how many are in each part. ``group`` is written above the first of its stacks, unless it is empty."""

    label: str
    counts: tuple[int, ...]
    group: str = ""

    @property
    def n(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class _Bar:
    """A stack with its middle ``y`` px below the top of the plot."""

    stack: Stack
    y: float
    heading: str


@dataclass(frozen=True)
class _Count:
    words: str
    x: float
    y: float
    look: str


def stacked(
    stacks: Sequence[Stack], parts: Sequence[Part], *, width: int, tokens: Tokens, title: str, about: tuple[str, str]
) -> Spec:
    """The finished figure; ``about`` is its subtitle and its description. Stacks of nobody must be left out before.

    Counts that do not fit stand left of the bar for the first part, right of it for the last; others are only in the
    description.
    """
    bars = _bars(stacks)
    keys, canvas = _canvas(bars, parts, width, tokens, (title, *about))
    layers = [*keys, *_segments(canvas, bars, parts), *_labels(canvas, bars), *_counts(canvas, bars, parts)]
    return frame(canvas, layers, round(bars[-1].y + _STEP / 2))


def _bars(stacks: Sequence[Stack]) -> list[_Bar]:
    bars: list[_Bar] = []
    y, before = -_STEP / 2, ""
    for stack in stacks:
        heading = stack.group if stack.group != before else ""
        y += _STEP + (_HEADING if heading else 0)
        bars.append(_Bar(stack, y, heading))
        before = stack.group
    return bars


def _canvas(
    bars: Sequence[_Bar], parts: Sequence[Part], width: int, tokens: Tokens, heading: tuple[str, str, str]
) -> tuple[list[Spec], Canvas]:
    stacks = [bar.stack for bar in bars]
    title, subtitle, description = heading
    beside = max(px(f"{stack.counts[0]:,}") for stack in stacks) + _PAD
    left = round(min(max(px(stack.label) for stack in stacks), width * 0.3) + 16 + beside)
    last, total = max(px(f"{stack.counts[-1]:,}") for stack in stacks), max(px(f"n {stack.n:,}") for stack in stacks)
    meanings: list[tuple[Spec, str]] = [
        ({"shape": "square", "size": 140, "fill": part.fill, "stroke": tokens.edge, "strokeWidth": 1}, part.meaning)
        for part in parts
    ]
    keys, room = swatches(meanings, width=width - 24, left=left, tokens=tokens)
    right = round(18 + last + _PAD + total)
    return keys, Canvas(width, tokens, title, subtitle, description, left=left, right=right, top=room + 12, bottom=34)


def _segments(canvas: Canvas, bars: Sequence[_Bar], parts: Sequence[Part]) -> list[Spec]:
    """The parts of each bar; only the outline of the bar where there are too few."""
    segments, tokens = [], canvas.tokens
    for bar in bars:
        at, place = 0.0, {"y": bar.y - _THICK / 2, "y2": bar.y + _THICK / 2}
        kinds = zip(parts, bar.stack.counts, strict=True) if bar.stack.n >= FEW else [(None, bar.stack.n)]
        for part, count in kinds:
            share = 100 * count / bar.stack.n
            segments.append({"kind": part and part.meaning, "n": count, "from": at, "to": at + share, **place})
            at += share
    values = [0, 25, 50, 75, 100] if canvas.width >= WIDE else [0, 50, 100]
    percent = {"values": values, "labelExpr": "datum.value + ' %'", "title": None}
    x = field("from", scale={"domain": [0, 100]}, axis=percent)
    colours = {"domain": [part.meaning for part in parts], "range": [part.fill for part in parts]}
    fill = {"field": "kind", "type": "nominal", "legend": None, "scale": colours}
    outline = {"type": "rect", "fill": None, "stroke": tokens.edge, "strokeWidth": 1}
    filled = [segment for segment in segments if segment["kind"]]
    return [
        layer(filled, {"type": "rect"}, x=x, x2="to", y=at_px("y"), y2="y2", color=fill),
        layer(segments, outline, x=x, x2="to", y=at_px("y"), y2="y2"),
    ]


def _labels(canvas: Canvas, bars: Sequence[_Bar]) -> list[Spec]:
    """What each bar is, left of it, and each group's name above its first."""
    x, above = 8 - canvas.left, _STEP / 2 + _HEADING / 2
    names = [{"x": x, "y": bar.y, "words": cut(bar.stack.label, canvas.width * 0.3)} for bar in bars]
    heads = [{"x": x, "y": bar.y - above, "words": cut(bar.heading, canvas.width - 16)} for bar in bars if bar.heading]
    return [texts(names, canvas.tokens.axis), texts(heads, canvas.tokens.text, fontWeight=600)]


def _counts(canvas: Canvas, bars: Sequence[_Bar], parts: Sequence[Part]) -> list[Spec]:
    tokens = canvas.tokens
    looks: dict[str, Spec] = {
        "strong": {"fontWeight": 600, "align": "center", "fill": tokens.background},
        "plain": {"align": "center", "fill": tokens.axis},
        "total": {"align": "right", "fill": tokens.muted},
    }
    counts = [count for bar in bars for count in _counts_of(canvas, bar, parts)]
    return [
        texts([{"x": count.x, "y": count.y, "words": count.words} for count in counts if count.look == look], **mark)
        for look, mark in looks.items()
    ]


def _counts_of(canvas: Canvas, bar: _Bar, parts: Sequence[Part]) -> Iterator[_Count]:
    at, wide, y, n = 0.0, canvas.plot_width, bar.y, bar.stack.n
    yield _Count(f"n {n:,}", wide + canvas.right - _PAD, y, "total")
    if n < FEW:
        yield _Count("too few", wide / 2, y, "plain")
        return
    for i, (part, count) in enumerate(zip(parts, bar.stack.counts, strict=True)):
        text, share = f"{count:,}", wide * count / n
        beside = {0: -_PAD - px(text) / 2, len(parts) - 1: wide + _PAD + px(text) / 2}
        if share > px(text) + _PAD:
            yield _Count(text, at + share / 2, y, "strong" if part.is_strong else "plain")
        elif count and i in beside:
            yield _Count(text, beside[i], y, "plain")
        at += share
