"""Figure 5: one small panel for each region, site or the like, all on the same scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.parts import WIDE, Canvas, at_px, empty, few_words, frame, haloed, layer, texts
from outcomes.figures.scales import short
from outcomes.figures.text import cut, px
from outcomes.figures.theme import TOKENS, Spec, Tokens, Variant
from outcomes.numerals import FEW, Scale, decimals, plain, scale_words
from outcomes.statistics import Mean
from treatments.timepoints import in_words

_HEIGHT, _GAP_X, _GAP_Y = 104, 26, 62  # px of a panel and between panels
_LEAST_DAYS = 42
_MOST_BEHIND = 12  # panels; with more, single lines behind each panel could not be told apart


@dataclass(frozen=True)
class Visit:
    """The mean score at one timepoint, ``day`` days from the start of the clock, with its n and interval."""

    timepoint: str
    day: int
    mean: Mean


@dataclass(frozen=True)
class Panel:
    """One panel; visits in order of day."""

    label: str
    visits: Sequence[Visit]


@dataclass(frozen=True)
class _Place:
    """Where one panel lies, and where its numbers lie in it, in px."""

    x: float
    y: float
    wide: float
    first: int
    last: int
    scale: Scale

    def at(self, day: int) -> float:
        return round(self.x + self.wide * (day - self.first) / (self.last - self.first), 1)

    def up(self, value: float) -> float:
        low, high = float(self.scale.minimum), float(self.scale.maximum)
        inside = min(max(value, low), high)
        return round(self.y + _HEIGHT * (1 - (inside - low) / (high - low)), 1)


_Placed = Sequence[tuple[Panel, _Place]]


def small_multiples(
    panels: Sequence[Panel], scale: Scale, *, width: int, variant: Variant = Variant.LIGHT, title: str
) -> Spec:
    """The figure, ``width`` px wide; panels in the order given."""
    tokens, shown = TOKENS[variant], [panel for panel in panels if any(visit.mean.n for visit in panel.visits)]
    if not shown:
        why = "No treatment course in this selection has a score yet."
        return empty(width=width, tokens=tokens, title=title, head="No answers yet", why=why)
    canvas = _canvas(shown, scale, width, tokens, title)
    placed, height = _places(shown, scale, canvas)
    layers = [_behind(canvas, placed), *_grid(canvas, placed), *_own(canvas, placed), *_words(canvas, placed)]
    return frame(canvas, layers, height)


def _canvas(panels: Sequence[Panel], scale: Scale, width: int, tokens: Tokens, title: str) -> Canvas:
    behind = ["", " Grey: the other panels.", " Grey: range of all panels."]
    others = behind[(len(panels) > 1) + (len(panels) > _MOST_BEHIND)]
    few = few_words(visit.mean.n for panel in panels for visit in panel.visits)
    return Canvas(
        width=width,
        tokens=tokens,
        title=title,
        subtitle=f"{scale.label}, {scale_words(scale)}. Band: 95 % CI.{others} n at the last point.{few}",
        description=f"{title}, {scale.label}, {scale_words(scale)}. {' '.join(map(_described, panels))}",
        left=round(16 + px(plain(scale.maximum))),
        right=14,
        top=28,
        bottom=34,
    )


def _described(panel: Panel) -> str:
    said = [
        f"{decimals(visit.mean.value) if visit.mean.value is not None and visit.mean.n >= FEW else 'too few'} "
        f"{in_words(visit.timepoint).lower()} (n {visit.mean.n:,})"
        for visit in (panel.visits[0], panel.visits[-1])
    ]
    return f"{panel.label}: {', '.join(dict.fromkeys(said))}."


def _places(panels: Sequence[Panel], scale: Scale, canvas: Canvas) -> tuple[_Placed, int]:
    """Each panel's place, and the height of all."""
    days = [visit.day for panel in panels for visit in panel.visits]
    first, last = min(days), max(*days, min(days) + _LEAST_DAYS)
    columns = min(3 if canvas.width >= WIDE else 2, len(panels))
    wide = (canvas.plot_width - _GAP_X * (columns - 1)) / columns
    placed = [
        (panel, _Place(i % columns * (wide + _GAP_X), i // columns * (_HEIGHT + _GAP_Y), wide, first, last, scale))
        for i, panel in enumerate(panels)
    ]
    rows = -(-len(panels) // columns)
    return placed, rows * (_HEIGHT + _GAP_Y) - _GAP_Y


def _drawn(panel: Panel) -> list[tuple[Visit, float]]:
    """Visits with enough scores, and their means."""
    return [(visit, visit.mean.value) for visit in panel.visits if visit.mean.n >= FEW and visit.mean.value is not None]


def _behind(canvas: Canvas, placed: _Placed) -> Spec:
    """The other panels in grey behind each one; their range where there are many."""
    x = at_px("x")
    if len(placed) <= _MOST_BEHIND:
        others = [
            {"in": panel.label, "of": other.label, "x": place.at(visit.day), "y": place.up(mean)}
            for panel, place in placed
            for other, _ in placed
            if other != panel
            for visit, mean in _drawn(other)
        ]
        line = {"type": "line", "stroke": canvas.tokens.ghost, "strokeWidth": 1.5 * canvas.tokens.thin}
        return layer(others, line, x=x, y=at_px("y"), detail=[{"field": "in"}, {"field": "of"}])
    means: dict[int, list[float]] = {}
    for panel, _ in placed:
        for visit, mean in _drawn(panel):
            means.setdefault(visit.day, []).append(mean)
    span = [
        {"in": panel.label, "x": place.at(day), "low": place.up(min(found)), "high": place.up(max(found))}
        for panel, place in placed
        for day, found in sorted(means.items())
    ]
    area = {"type": "area", "fill": canvas.tokens.grid, "opacity": 1}
    return layer(span, area, x=x, y=at_px("low"), y2="high", detail={"field": "in"})


def _grid(canvas: Canvas, placed: _Placed) -> list[Spec]:
    scale, rows = placed[0][1].scale, []
    for _, place in placed:
        for value in (scale.minimum, (scale.minimum + scale.maximum) / 2, scale.maximum):
            y = place.up(float(value))
            rows.append({"x": place.x, "x2": place.x + place.wide, "y": y, "words": plain(value)})
    rule = {"type": "rule", "stroke": canvas.tokens.grid, "strokeWidth": canvas.tokens.thin}
    return [
        layer(rows, rule, x=at_px("x"), x2="x2", y=at_px("y")),
        texts([row for row in rows if row["x"] == 0], canvas.tokens.axis, align="right", dx=-6),
    ]


def _own(canvas: Canvas, placed: _Placed) -> list[Spec]:
    """Band and line of each panel, and its last point."""
    tokens, rows, ends = canvas.tokens, [], []
    for panel, place in placed:
        own: list[Spec] = []
        for visit, mean in _drawn(panel):
            row: Spec = {
                "in": panel.label,
                "n": visit.mean.n,
                "mean": mean,
                "x": place.at(visit.day),
                "y": place.up(mean),
            }
            if visit.mean.ci is not None:
                row |= {"low": place.up(visit.mean.ci[0]), "high": place.up(visit.mean.ci[1])}
            own.append(row)
        rows += own
        ends += own[-1:]
    x, y, each = at_px("x"), at_px("y"), {"field": "in"}
    area = {"type": "area", "fill": tokens.edge, "opacity": 0.2}
    line = {"type": "line", "stroke": tokens.mark, "strokeWidth": 2 * tokens.thin}
    return [
        layer([row for row in rows if "low" in row], area, x=x, y=at_px("low"), y2="high", detail=each),
        layer(rows, line, x=x, y=y, detail=each),
        layer(ends, {"type": "point", "fill": tokens.mark, "size": 55}, x=x, y=y),
    ]


def _words(canvas: Canvas, placed: _Placed) -> list[Spec]:
    """Name and n above each panel, first and last timepoint below it."""
    tokens = canvas.tokens
    names, sizes, starts, ends, few = [], [], [], [], []
    visits = {visit.day: short(visit.timepoint) for panel, _ in placed for visit in panel.visits}
    for panel, place in placed:
        size, right, below = f"n {panel.visits[-1].mean.n:,}", place.x + place.wide, place.y + _HEIGHT + 14
        names.append({"x": place.x, "y": place.y - 14, "words": cut(panel.label, place.wide - px(size) - 8)})
        sizes.append({"x": right, "y": place.y - 14, "words": size})
        starts.append({"x": place.x, "y": below, "words": visits[min(visits)]})
        if len(visits) > 1:
            ends.append({"x": place.at(max(visits)), "y": below, "words": visits[max(visits)]})
        if not _drawn(panel):
            few.append({"x": place.x + place.wide / 2, "y": place.y + _HEIGHT / 2, "words": "too few"})
    return [
        texts(names, tokens.text, fontWeight=600),
        texts(sizes, tokens.muted, align="right"),
        texts(starts, tokens.axis),
        texts(ends, tokens.axis, align="right"),
        *haloed(few, tokens.muted, tokens.background, align="center"),
    ]
