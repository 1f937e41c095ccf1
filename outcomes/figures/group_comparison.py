"""Figure 16: means over time from a model for repeated measures, and the difference between two groups below."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.parts import Canvas, direction, empty, few_words, field, frame, layer, words
from outcomes.figures.scales import SIGNED, TimeAxis, score_axis, short
from outcomes.figures.series import LINE, Lines, most
from outcomes.figures.theme import TOKENS, Series, Spec, Tokens, Variant
from outcomes.numerals import FEW, Scale, decimals, scale_words
from treatments.timepoints import in_words

_ABOVE, _GAP, _BELOW = 240, 56, 120  # px: means, the room between, differences
_SUBTITLE = "Model for repeated measures, 95 % CI. Not chosen by chance: groups differ in more than treatment."


@dataclass(frozen=True)
class LsMean:
    """A model's mean of one group at one timepoint with its 95 % interval in points; ``n`` were scored then."""

    series: Series
    timepoint: str
    day: int
    mean: float
    interval: tuple[float, float]
    n: int


@dataclass(frozen=True)
class Difference:
    """The difference between two groups at one timepoint, in points, with its 95 % interval."""

    timepoint: str
    day: int
    value: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Comparison:
    """What a model answered; ``contrast`` says which difference, like "Stem cell − PRP". Rows in order of day."""

    means: Sequence[LsMean]
    differences: Sequence[Difference]
    contrast: str


def group_comparison(
    comparison: Comparison, scale: Scale, *, width: int, variant: Variant = Variant.LIGHT, title: str
) -> Spec:
    """The figure, ``width`` px wide."""
    tokens = TOKENS[variant]
    if not comparison.means:
        why = "A model needs at least 10 patients in each group."
        return empty(width=width, tokens=tokens, title=title, head="Too few patients", why=why)
    drawn = most((mean.series, mean.n) for mean in comparison.means)
    lines = Lines(drawn, drawn, width, tokens)
    canvas = Canvas(
        width=width,
        tokens=tokens,
        title=title,
        subtitle=f"{scale.label}, {scale_words(scale)}. {_SUBTITLE}{few_words(mean.n for mean in comparison.means)}",
        description=f"{title}, {scale.label}, {scale_words(scale)}. {_described(comparison)}",
        left=lines.left,
        right=lines.right,
        top=26,
        bottom=46 + LINE * len(drawn),
    )
    time = TimeAxis({mean.day: short(mean.timepoint) for mean in comparison.means}, canvas.plot_width)
    below = _differences(comparison, time, tokens)
    headline = _headline(comparison, scale, canvas)
    arrow = direction("better" if scale.is_higher_better else "worse", tokens)
    above = [*arrow, *_means(comparison, lines, scale, time), *_ends(comparison, lines, scale, canvas, time)]
    both: Spec = {"layer": [{"layer": above}, {"layer": below}], "resolve": {"scale": {"y": "independent"}}}
    layers = [both, *headline, *_numbers(comparison, lines, canvas, time)]
    return frame(canvas, layers, _ABOVE + _GAP + _BELOW)


def _described(comparison: Comparison) -> str:
    means = [
        f"{mean.series.label}, {in_words(mean.timepoint).lower()}: "
        f"{decimals(mean.mean) if mean.n >= FEW else 'too few'} (n {mean.n:,})."
        for mean in comparison.means
    ]
    between = [
        f"{in_words(row.timepoint)}: {decimals(row.value)} ({decimals(row.interval[0])} to {decimals(row.interval[1])})."
        for row in comparison.differences
    ]
    return f"{' '.join(means)} {comparison.contrast}, in points: {' '.join(between)}"


def _means(comparison: Comparison, lines: Lines, scale: Scale, time: TimeAxis) -> list[Spec]:
    low, high = float(scale.minimum), float(scale.maximum)
    axis = score_axis(scale)
    axis = {**axis, "scale": {**axis["scale"], "range": [_ABOVE, 0]}}
    rows: list[Spec] = [
        {
            "group": mean.series.key,
            "day": mean.day,
            "x": mean.day + lines.beside(mean.series.key) / time.px_per_day,
            "mean": mean.mean,
            "low": max(mean.interval[0], low),
            "high": min(mean.interval[1], high),
            "n": mean.n,
        }
        for mean in comparison.means
        if mean.n >= FEW and mean.series.key in lines.names
    ]
    return lines.means(rows, time, {"mean": field("mean", **axis), "low": field("low", **axis)})


def _ends(comparison: Comparison, lines: Lines, scale: Scale, canvas: Canvas, time: TimeAxis) -> list[Spec]:
    low, high = float(scale.minimum), float(scale.maximum)
    last = {
        mean.series.key: (
            time.px(mean.day) + lines.beside(mean.series.key),
            _ABOVE * (1 - (mean.mean - low) / (high - low)),
        )
        for mean in comparison.means
        if mean.n >= FEW and mean.series.key in lines.names
    }
    return lines.ends(last, canvas, _ABOVE)


def _differences(comparison: Comparison, time: TimeAxis, tokens: Tokens) -> list[Spec]:
    top, bottom = _ABOVE + _GAP, _ABOVE + _GAP + _BELOW
    span = max([1.0, *(abs(end) for row in comparison.differences for end in row.interval)]) * 1.15
    scale = {"domain": [-span, span], "range": [bottom, top], "nice": False}
    axis = {"scale": scale, "axis": {"orient": "left", "tickCount": 4, "title": None, "labelExpr": SIGNED}}
    enough = min((mean.n for mean in comparison.means), default=0) >= FEW
    days = {mean.day for mean in comparison.means if mean.n < FEW}
    rows = [
        {"day": row.day, "difference": row.value, "low": row.interval[0], "high": row.interval[1]}
        for row in comparison.differences
        if enough or row.day not in days
    ]
    x, colour = time.encoding("day"), {"stroke": tokens.mark, "strokeWidth": 2 * tokens.thin}
    zero = {"type": "rule", "stroke": tokens.axis, "strokeWidth": 1.2 * tokens.thin}
    dot = {"type": "point", "fill": tokens.mark, "strokeWidth": 0, "size": 70}
    return [
        layer([{"zero": 0}], zero, y=field("zero", **axis)),
        layer(rows, {"type": "rule", **colour}, x=x, y=field("low", **axis), y2="high"),
        layer(rows, dot, x=x, y=field("difference", **axis)),
    ]


def _headline(comparison: Comparison, scale: Scale, canvas: Canvas) -> list[Spec]:
    """What the lower panel shows, above it."""
    side = "above" if scale.is_higher_better else "below"
    said = [f"{comparison.contrast}: {side} 0 = the first is better"]
    return [words(said, 8 - canvas.left, _ABOVE + _GAP - 20, canvas.tokens.text, fontWeight=600)]


def _numbers(comparison: Comparison, lines: Lines, canvas: Canvas, time: TimeAxis) -> list[Spec]:
    counts = [
        (mean.series.key, time.px(mean.day), mean.n)
        for mean in comparison.means
        if mean.day in time.labelled and mean.series.key in lines.names
    ]
    return lines.numbers(counts, canvas, _ABOVE + _GAP + _BELOW + 42)
