"""Figure 1: the mean score by timepoint and group with its 95 % interval, the whole scale, and n under the axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.groups import followed, most_scored, shown_words
from outcomes.figures.parts import Canvas, direction, empty, few_words, field, frame, reference_line
from outcomes.figures.scales import TimeAxis, score_axis, short
from outcomes.figures.series import LINE, Lines
from outcomes.figures.theme import TOKENS, Spec, Tokens, Variant
from outcomes.numerals import points, scale_words
from outcomes.reports import Group, OutcomeReport, Row
from outcomes.reports.sentences import baseline_mean, why_empty

PLOT_HEIGHT = 290


@dataclass(frozen=True)
class _Plot:
    """What the layers share: rows of the groups that are drawn, their styles, and where things lie."""

    report: OutcomeReport
    rows: Sequence[Row]
    lines: Lines
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
    lines = Lines(groups, report.groups, width, tokens)
    canvas = _canvas(report, groups, lines)
    time = TimeAxis({row.planned_day: short(row.timepoint) for row in rows}, canvas.plot_width)
    plot = _Plot(report, rows, lines, canvas, time)
    arrow = direction("better" if report.measure.is_higher_better else "worse", tokens)
    return frame(canvas, [*arrow, *_reference(plot), *_means(plot), *_ends(plot), *_numbers(plot)], PLOT_HEIGHT)


def _canvas(report: OutcomeReport, groups: Sequence[Group], lines: Lines) -> Canvas:
    line = (
        f" Dashed line: {points(report.measure)} better than the mean before."
        if _better_line(report) is not None
        else ""
    )
    few = few_words(row.n for row in report.rows if row.group in groups)
    subtitle = f"Mean score {scale_words(report.measure)}. Bars: 95 % CI.{line}{few}{shown_words(report, groups)}"
    return Canvas(
        width=lines.width,
        tokens=lines.tokens,
        title=report.measure.label,
        subtitle=subtitle,
        description=f"{report.measure.label}, {scale_words(report.measure)}. {followed(report.rows, groups)}",
        left=lines.left,
        right=lines.right,
        top=26,
        bottom=46 + LINE * len(groups),
    )


def _better_line(report: OutcomeReport) -> float | None:
    before, measure = baseline_mean(report.totals), report.measure
    if before is None or measure.mcid is None:
        return None
    value = before + float(measure.mcid) * (1 if measure.is_higher_better else -1)
    return value if float(measure.minimum) <= value <= float(measure.maximum) else None


def _reference(plot: _Plot) -> list[Spec]:
    value = _better_line(plot.report)
    return [] if value is None else [reference_line(value, "y", score_axis(plot.report.measure), plot.tokens)]


def _means(plot: _Plot) -> list[Spec]:
    y = score_axis(plot.report.measure)
    marks = [_mark(plot, row) for row in plot.rows if not row.is_few]
    return plot.lines.means(marks, plot.time, {"mean": field("mean", **y), "low": field("low", **y)})


def _mark(plot: _Plot, row: Row) -> Spec:
    mark: Spec = {
        "group": row.group.key,
        "day": row.planned_day,
        "x": row.planned_day + plot.lines.beside(row.group.key) / plot.time.px_per_day,
        "mean": row.mean.value,
        "n": row.n,
    }
    if row.mean.ci is not None:
        measure = plot.report.measure
        low, high = max(row.mean.ci[0], float(measure.minimum)), min(row.mean.ci[1], float(measure.maximum))
        mark |= {"low": low, "high": high}
    return mark


def _ends(plot: _Plot) -> list[Spec]:
    last = {
        row.group.key: (plot.time.px(row.planned_day) + plot.lines.beside(row.group.key), plot.y(row.mean.value or 0))
        for row in plot.rows
        if not row.is_few
    }
    return plot.lines.ends(last, plot.canvas, PLOT_HEIGHT)


def _numbers(plot: _Plot) -> list[Spec]:
    """How many scores each mean is made of, one line a group."""
    time = plot.time
    counts = [(row.group.key, time.px(row.planned_day), row.n) for row in plot.rows if row.planned_day in time.labelled]
    return plot.lines.numbers(counts, plot.canvas, PLOT_HEIGHT + 42)
