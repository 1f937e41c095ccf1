"""Figure 1: the mean score by timepoint and group with its 95 % interval, the whole scale, and n under the axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.groups import colour, dash, followed, most_scored, shape, shown_words
from outcomes.figures.parts import WIDE, Canvas, at_px, empty, field, frame, layer, point, words
from outcomes.figures.scales import TimeAxis, score_axis
from outcomes.figures.text import cut, px, spread
from outcomes.figures.theme import TOKENS, GroupStyle, Spec, Tokens, Variant, group_styles
from outcomes.reports import Group, OutcomeReport, Row
from outcomes.reports.sentences import baseline_mean, points, scale_words, why_empty

PLOT_HEIGHT = 290
_LINE = 18  # px between two lines of numbers under the axis


@dataclass(frozen=True)
class _Plot:
    """What the layers share: rows of the groups that are drawn, their styles, and where things lie."""

    report: OutcomeReport
    rows: Sequence[Row]
    groups: Sequence[Group]
    styles: dict[str, GroupStyle]
    names: dict[str, str]
    canvas: Canvas
    time: TimeAxis

    @property
    def tokens(self) -> Tokens:
        return self.canvas.tokens

    def y(self, value: float) -> float:
        """The score's distance from the top of the plot."""
        low, high = float(self.report.measure.minimum), float(self.report.measure.maximum)
        return PLOT_HEIGHT * (1 - (value - low) / (high - low))


def mean_pain(report: OutcomeReport, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """The figure for a report, ``width`` px wide."""
    tokens, title = TOKENS[variant], report.measure.label
    groups = most_scored(report.rows)
    rows = [row for row in report.rows if row.group in groups and row.mean.value is not None]
    if not rows:
        return empty(width=width, tokens=tokens, title=title, head="No answers yet", why=why_empty(report))
    names = {group.key: cut(group.label, width * 0.26) for group in groups}
    canvas = _canvas(report, groups, names, width, tokens)
    styles = group_styles(report.groups, tokens)
    plot = _Plot(report, rows, groups, styles, names, canvas, TimeAxis(rows, canvas.plot_width))
    return frame(
        canvas, [*_direction(plot), *_reference(plot), *_means(plot), *_ends(plot), *_numbers(plot)], PLOT_HEIGHT
    )


def _canvas(
    report: OutcomeReport, groups: Sequence[Group], names: dict[str, str], width: int, tokens: Tokens
) -> Canvas:
    longest = max(px(name) for name in names.values())
    named_left = width >= WIDE and longest < 100
    line = (
        f" Dashed line: {points(report.measure)} better than the mean before."
        if _better_line(report) is not None
        else ""
    )
    subtitle = f"Mean score {scale_words(report.measure)}. Bars: 95 % CI.{line}{shown_words(report, groups)}"
    return Canvas(
        width=width,
        tokens=tokens,
        title=report.measure.label,
        subtitle=subtitle,
        description=f"{report.measure.label}, {scale_words(report.measure)}. {followed(report.rows, groups)}",
        left=round(44 + (longest + 8 if named_left else 0)),
        right=round(26 + longest + 8),
        top=26,
        bottom=46 + _LINE * len(groups),
    )


def _better_line(report: OutcomeReport) -> float | None:
    before, measure = baseline_mean(report.totals), report.measure
    if before is None or measure.mcid is None:
        return None
    value = before + float(measure.mcid) * (1 if measure.is_higher_better else -1)
    return value if float(measure.minimum) <= value <= float(measure.maximum) else None


def _direction(plot: _Plot) -> list[Spec]:
    """An arrow and a word at the top of the scale, since it cannot be turned round."""
    word = "better" if plot.report.measure.is_higher_better else "worse"
    arrow = point(-11, -17, shape="triangle-up", size=45, fill=plot.tokens.muted, strokeWidth=0)
    return [words([word], -2, -17, plot.tokens.muted), arrow]


def _reference(plot: _Plot) -> list[Spec]:
    value = _better_line(plot.report)
    if value is None:
        return []
    mark = {"type": "rule", "stroke": plot.tokens.reference, "strokeDash": [6, 3]}
    return [layer([{"value": value}], mark, y=field("value", **score_axis(plot.report.measure)))]


def _means(plot: _Plot) -> list[Spec]:
    x, y = plot.time.encoding("x"), score_axis(plot.report.measure)
    marks = [_mark(plot, row) for row in plot.rows]
    enough = [mark for mark in marks if not mark["few"]]
    drawn = [mark for mark in enough if mark["day"] in plot.time.marked]
    hue, hollow = colour(plot.styles), {"stroke": plot.tokens.few, "fill": plot.tokens.background, "strokeWidth": 2}
    mean, low = field("mean", **y), field("low", **y)
    return [
        layer([mark for mark in drawn if "low" in mark], {"type": "rule"}, x=x, y=low, y2="high", color=hue),
        layer(enough, {"type": "line"}, x=x, y=mean, color=hue, strokeDash=dash(plot.styles)),
        layer(drawn, {"type": "point"}, x=x, y=mean, color=hue, shape=shape(plot.styles)),
        layer([m for m in marks if m["few"]], {"type": "point", **hollow}, x=x, y=mean, shape=shape(plot.styles)),
    ]


def _mark(plot: _Plot, row: Row) -> Spec:
    """One point; groups stand a few px beside each other so that their bars do not cover one another."""
    beside = 5 * (plot.groups.index(row.group) - (len(plot.groups) - 1) / 2)
    mark: Spec = {
        "group": row.group.key,
        "day": row.planned_day,
        "x": row.planned_day + beside / plot.time.px_per_day,
        "mean": row.mean.value,
        "few": row.is_few,
    }
    if row.mean.ci is not None:
        measure = plot.report.measure
        mark |= {
            "low": max(row.mean.ci[0], float(measure.minimum)),
            "high": min(row.mean.ci[1], float(measure.maximum)),
        }
    return mark


def _ends(plot: _Plot) -> list[Spec]:
    """Direct labels right of the plot: marker and name, and a hair line where a label had to move."""
    last = {row.group.key: row for row in plot.rows}
    wanted = [plot.y(row.mean.value or 0) for row in last.values()]
    placed = spread(wanted, _LINE, 4, PLOT_HEIGHT - 4)
    x = plot.canvas.plot_width
    ends: list[Spec] = [
        {"group": key, "name": plot.names[key], "x": x + 16, "y": y, "from_x": x + 2, "from_y": start}
        for key, y, start in zip(last, placed, wanted, strict=True)
    ]
    moved = [end for end in ends if abs(end["y"] - end["from_y"]) > 3]
    hair = {"type": "rule", "stroke": plot.tokens.ghost, "strokeWidth": 1}
    return [
        layer(moved, hair, x=at_px("from_x"), y=at_px("from_y"), x2="x", y2="y"),
        *_keys(plot, ends),
    ]


def _keys(plot: _Plot, rows: Sequence[Spec]) -> list[Spec]:
    """A marker with the group's name at the place of each row."""
    x, y = at_px("x"), at_px("y")
    marker = layer(rows, {"type": "point", "size": 60}, x=x, y=y, color=colour(plot.styles), shape=shape(plot.styles))
    name = {"type": "text", "dx": 9, "fill": plot.tokens.text}
    return [marker, layer(rows, name, x=x, y=y, text={"field": "name"})]


def _numbers(plot: _Plot) -> list[Spec]:
    """How many scores each mean is made of, one line a group."""
    top, left = PLOT_HEIGHT + 42, plot.canvas.left
    lines = {group.key: top + _LINE * i for i, group in enumerate(plot.groups)}
    heads: list[Spec] = [
        {"group": key, "x": 14 - left, "y": y, "name": plot.names[key] if left > 70 else ""} for key, y in lines.items()
    ]
    counts = [
        {"x": plot.time.px(row.planned_day), "y": lines[row.group.key], "n": f"{row.n:,}"}
        for row in plot.rows
        if row.planned_day in plot.time.labelled
    ]
    centred = {"type": "text", "fill": plot.tokens.axis, "align": "center"}
    return [
        words(["n"], 8 - left, top - 28, plot.tokens.muted),
        *_keys(plot, heads),
        layer(counts, centred, x=at_px("x"), y=at_px("y"), text={"field": "n"}),
    ]
