"""Figure 8: sites or clinicians by their number of patients, with the limits that chance alone would keep to."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from outcomes.figures.parts import WIDE, Canvas, empty, field, frame, haloed, layer
from outcomes.figures.scales import share_axis
from outcomes.figures.text import cut, px
from outcomes.figures.theme import TOKENS, Spec, Variant
from outcomes.numerals import FEW, percent

PLOT_HEIGHT = 290
_SUBTITLE = (
    "Each dot: one {unit}; % {what}. Lines: 95 % (dashed) and 99.8 % limits around {target}. "
    "Between the lines: no detectable difference.{few}"
)


class Outside(StrEnum):
    """Which limits a unit is outside of."""

    NONE = ""
    LIMITS_95 = "95 %"
    LIMITS_998 = "99.8 %"


@dataclass(frozen=True)
class Unit:
    """``k`` of ``n`` patients of one site or clinician."""

    label: str
    k: int
    n: int
    outside: Outside


@dataclass(frozen=True)
class Limits:
    """Between which shares (fractions) 95 % and 99.8 % of units with ``n`` patients lie if nothing but chance differs."""

    n: int
    low_95: float
    high_95: float
    low_998: float
    high_998: float


class _Place(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class FunnelWords:
    """What stands around the funnel."""

    title: str = "Sites and chance"
    unit: str = "site"
    what: str = "improved by at least the threshold"
    axis: str = "courses with a score before and after"
    nobody: str = "Too few to compare"
    why_nobody: str = f"It takes 2 sites with {FEW} finished courses each."


def funnel(
    units: Sequence[Unit],
    limits: Sequence[Limits],
    *,
    target: float,
    width: int,
    variant: Variant = Variant.LIGHT,
    own: str | None = None,
    said: FunnelWords | None = None,
) -> Spec:
    """The figure, ``width`` px wide. ``limits`` in order of n; ``target`` is a fraction; ``own`` is the label to ring.

    Named are only units outside the 99.8 % limits and the own one.
    """
    tokens, said = TOKENS[variant], said or FunnelWords()
    drawn = [unit for unit in units if unit.n >= FEW]
    if not drawn:
        return empty(width=width, tokens=tokens, title=said.title, head=said.nobody, why=said.why_nobody)
    few = len(units) - len(drawn)
    left_out = f" Not drawn: {few} with fewer than {FEW}." if few else ""
    canvas = Canvas(
        width=width,
        tokens=tokens,
        title=said.title,
        subtitle=_SUBTITLE.format(unit=said.unit, what=said.what, target=percent(target), few=left_out),
        description=_described(drawn, target, said),
        left=54,
        right=20,
        top=14,
        bottom=52,
    )
    top = max(unit.n for unit in drawn) * 1.08
    x = {
        "scale": {"domain": [0, top], "nice": False},
        "axis": {"tickCount": 6 if width >= WIDE else 4, "title": said.axis},
    }
    layers = [*_limits(canvas, limits, x), *_target(canvas, target), *_units(canvas, drawn, x, own)]
    return frame(canvas, [*layers, *_names(canvas, drawn, limits, top, own)], PLOT_HEIGHT)


def _described(units: Sequence[Unit], target: float, said: FunnelWords) -> str:
    far = [unit for unit in units if unit.outside == Outside.LIMITS_998]
    named = " ".join(f"{unit.label}: {unit.k:,} of {unit.n:,}, {percent(unit.k / unit.n)}." for unit in far)
    beyond = named or "None is outside the 99.8 % limits."
    return f"{said.title}: {len(units):,} units around {percent(target)}, % {said.what}. {beyond}"


def _limits(canvas: Canvas, limits: Sequence[Limits], x: Spec) -> list[Spec]:
    n = field("n", **x)
    most = x["scale"]["domain"][1]
    solid = {"type": "line", "stroke": canvas.tokens.reference, "strokeWidth": 1.3 * canvas.tokens.thin}
    dashed = {**solid, "strokeDash": [5, 3]}
    return [
        layer(
            [{"n": row.n, name: round(getattr(row, name), 5)} for row in limits if row.n <= most],
            mark,
            x=n,
            y=field(name, **share_axis()),
        )
        for name, mark in (("low_95", dashed), ("high_95", dashed), ("low_998", solid), ("high_998", solid))
    ]


def _target(canvas: Canvas, target: float) -> list[Spec]:
    rule = {"type": "rule", "stroke": canvas.tokens.axis, "strokeWidth": 1.2 * canvas.tokens.thin}
    return [layer([{"target": target}], rule, y=field("target", **share_axis()))]


def _units(canvas: Canvas, units: Sequence[Unit], x: Spec, own: str | None) -> list[Spec]:
    tokens = canvas.tokens
    looks: dict[Outside, Spec] = {
        Outside.NONE: {"fill": tokens.few},
        Outside.LIMITS_95: {"fill": tokens.mark},
        Outside.LIMITS_998: {"fill": tokens.alert, "shape": "diamond", "size": 110},
    }
    at, share = field("n", **x), field("share", **share_axis())
    rows = [
        {"unit": unit.label, "k": unit.k, "n": unit.n, "share": unit.k / unit.n, "outside": unit.outside.value}
        for unit in units
    ]
    dots = [
        layer([row for row in rows if row["outside"] == outside.value], {"type": "point", **look}, x=at, y=share)
        for outside, look in looks.items()
    ]
    ring = {"type": "point", "fill": None, "stroke": tokens.text, "strokeWidth": 2, "size": 220}
    return [*dots, layer([row for row in rows if row["unit"] == own], ring, x=at, y=share)]


def _names(canvas: Canvas, units: Sequence[Unit], limits: Sequence[Limits], top: float, own: str | None) -> list[Spec]:
    """Names beside their dots, where they cover no dot, no other name and, if possible, no line."""
    wide, tokens = canvas.plot_width, canvas.tokens
    dots = [_Place(unit.n / top * wide, PLOT_HEIGHT * (1 - unit.k / unit.n)) for unit in units]
    lines = [
        _Place(row.n / top * wide, PLOT_HEIGHT * (1 - share))
        for row in limits
        for share in (row.low_95, row.high_95, row.low_998, row.high_998)
    ]
    taken, named = list(dots), []
    for unit, dot in zip(units, dots, strict=True):
        if unit.outside == Outside.LIMITS_998 or unit.label == own:
            name = cut(unit.label, 150)
            half = px(name) / 2
            place = _clear(dot, half, wide, taken, lines)
            taken += [_Place(place.x + shift, place.y) for shift in (-half, -half / 2, 0.0, half / 2, half)]
            named.append({"x": place.x, "y": place.y, "words": name})
    return haloed(named, tokens.text, tokens.background, align="center", fontWeight=600)


def _clear(dot: _Place, half: float, wide: float, taken: Sequence[_Place], lines: Sequence[_Place]) -> _Place:
    """The nearest place for words ``half`` px wide on each side of their middle, above, below or beside their dot."""
    middle = min(max(dot.x, half), wide - half)
    beside = [_Place(dot.x + side * (half + 16), dot.y) for side in (1, -1)]
    over = [_Place(middle, dot.y + sign * away) for away in (18, 30, 42, 54, 66, 80) for sign in (1, -1)]
    wanted = [
        place
        for place in [*over[:2], *beside, *over[2:]]
        if half <= place.x <= wide - half and 8 <= place.y <= PLOT_HEIGHT - 8
    ]
    for obstacles in ([*taken, *lines], taken):
        for place in wanted:
            if all(abs(place.y - other.y) > 14 or abs(place.x - other.x) > half + 6 for other in obstacles):
                return place
    return over[0]
