"""Shares as dots with their intervals, one a line, with the counts beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.parts import (
    WIDE,
    Canvas,
    at_px,
    few_words,
    field,
    frame,
    haloed,
    layer,
    reference_line,
    texts,
    words,
)
from outcomes.figures.scales import PERCENT
from outcomes.figures.text import cut, px
from outcomes.figures.theme import Spec, Tokens
from outcomes.numerals import FEW, percent

_STEP, _HEADING, _GAP = 22, 24, 8  # px of a line, of a group's name, and after a group


@dataclass(frozen=True)
class Dot:
    """``k`` of ``n`` with the interval of its share, as fractions; ``group`` stands above the first of its dots."""

    group: str
    label: str
    k: int
    n: int
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class DotWords:
    """What stands around the dots. ``line`` is a share marked by a dashed line."""

    title: str
    subtitle: str
    counts: str = "{k:,} of {n:,}"
    axis: str | None = None
    line: float | None = None


def dots(rows: Sequence[Dot], said: DotWords, *, width: int, tokens: Tokens, whole: bool) -> Spec:
    """The finished figure. ``whole``: the axis goes to 100 %, else only as far as the intervals do."""
    places, height = _places(rows)
    canvas = _canvas(rows, said, width, tokens)
    ends = [row.interval[1] for row in rows if row.interval and row.n >= FEW]
    top = 1.0 if whole else min(1.0, max([0.01, *ends]) * 1.05)
    return frame(
        canvas,
        [
            *_line(canvas, said, top),
            *_marks(canvas, rows, places, _axis(canvas, top, said.axis)),
            *_words(canvas, rows, places, said),
        ],
        height,
    )


def _places(rows: Sequence[Dot]) -> tuple[list[float], int]:
    """The middle of each line in px, and the height of all."""
    y, before = 0.0, ""
    places: list[float] = []
    for row in rows:
        if row.group != before:
            y += (_GAP if places else 0) + _HEADING
            before = row.group
        places.append(y + _STEP / 2)
        y += _STEP
    return places, round(y + 4)


def _canvas(rows: Sequence[Dot], said: DotWords, width: int, tokens: Tokens) -> Canvas:
    few = few_words(row.n for row in rows)
    return Canvas(
        width=width,
        tokens=tokens,
        title=said.title,
        subtitle=f"{said.subtitle}{few}",
        description=f"{said.title}. {said.subtitle} {_described(rows)}",
        left=round(min(max(px(row.label) for row in rows) + 24, width * 0.4)),
        right=round(max(px(_counts(row, said)) for row in rows) + 26),
        top=20 if said.line is not None else 2,
        bottom=52 if said.axis else 32,
    )


def _counts(row: Dot, said: DotWords) -> str:
    return said.counts.format(k=row.k, n=row.n)


def _described(rows: Sequence[Dot]) -> str:
    sentences = []
    for row in rows:
        share = "too few" if row.n < FEW else percent(row.k / row.n)
        if row.n >= FEW and row.interval:
            share += f" ({percent(row.interval[0])} to {percent(row.interval[1])})"
        sentences.append(f"{row.group + ', ' if row.group else ''}{row.label}: {row.k:,} of {row.n:,}, {share}.")
    return " ".join(sentences)


def _axis(canvas: Canvas, top: float, title: str | None) -> Spec:
    fine = "round(1000 * datum.value) / 10 + ' %'" if top < 0.05 else PERCENT
    axis = {"grid": True, "tickCount": 5 if canvas.width >= WIDE else 2, "title": title, "labelExpr": fine}
    return {"scale": {"domain": [0, top], "nice": False}, "axis": axis}


def _line(canvas: Canvas, said: DotWords, top: float) -> list[Spec]:
    if said.line is None:
        return []
    x = canvas.plot_width * said.line / top
    name = words([percent(said.line)], x, -10, canvas.tokens.muted, align="center")
    return [reference_line(said.line, "x", _axis(canvas, top, said.axis), canvas.tokens), name]


def _marks(canvas: Canvas, rows: Sequence[Dot], places: Sequence[float], axis: Spec) -> list[Spec]:
    tokens = canvas.tokens
    drawn: list[Spec] = [
        {"label": row.label, "k": row.k, "n": row.n, "share": row.k / row.n, "y": y}
        | ({"low": row.interval[0], "high": row.interval[1]} if row.interval else {})
        for row, y in zip(rows, places, strict=True)
        if row.n >= FEW
    ]
    bars = [row for row in drawn if "low" in row]
    y, dot = at_px("y", axis=None), {"type": "point", "fill": tokens.mark, "strokeWidth": 0, "size": 55}
    rule = {"type": "rule", "stroke": tokens.mark, "strokeWidth": 2 * tokens.thin}
    return [
        layer(bars, rule, x=field("low", **axis), x2="high", y=y),
        layer(drawn, dot, x=field("share", **axis), y=y),
    ]


def _words(canvas: Canvas, rows: Sequence[Dot], places: Sequence[float], said: DotWords) -> list[Spec]:
    tokens, left = canvas.tokens, canvas.left
    names, counts, heads, few, before = [], [], [], [], ""
    for row, y in zip(rows, places, strict=True):
        names.append({"x": -10, "y": y, "words": cut(row.label, left - 16)})
        counts.append({"x": canvas.plot_width + canvas.right - 8, "y": y, "words": _counts(row, said)})
        if row.group != before:
            heads.append({"x": 8 - left, "y": y - _STEP / 2 - _HEADING / 2, "words": cut(row.group, canvas.width - 16)})
            before = row.group
        if row.n < FEW:
            few.append({"x": 6, "y": y, "words": "too few"})
    return [
        *haloed(heads, tokens.text, tokens.background, fontWeight=600),
        texts(names, tokens.axis, align="right"),
        texts(counts, tokens.axis, align="right"),
        texts(few, tokens.muted),
    ]
