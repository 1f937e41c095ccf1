"""Figure 2: how many courses are better, about the same or worse than their own baseline, counts printed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outcomes.figures.groups import most_scored, shown_words
from outcomes.figures.parts import WIDE, Canvas, at_px, empty, field, frame, layer, point, words
from outcomes.figures.text import cut, px
from outcomes.figures.theme import TOKENS, Spec, Tokens, Variant
from outcomes.reports import Bands, OutcomeReport
from outcomes.reports.results import FEW
from outcomes.reports.sentences import points, why_empty
from treatments.timepoints import in_words

TITLE = "Better, about the same or worse"
_PAD = 8  # px around a count
_STEP, _THICK, _HEADING = 32, 22, 26  # px from bar to bar, of a bar, of a group's name


@dataclass(frozen=True)
class _Bar:
    """One bar with its middle ``y`` px below the top of the plot; ``heading`` where another group begins."""

    label: str
    bands: Bands
    y: float
    heading: str

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        return ("better", self.bands.better), ("same", self.bands.same), ("worse", self.bands.worse)


def better_same_worse(report: OutcomeReport, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """The figure for a report, ``width`` px wide."""
    tokens, bars = TOKENS[variant], _bars(report)
    if not bars:
        head, why = _why_not(report)
        return empty(width=width, tokens=tokens, title=TITLE, head=head, why=why)
    keys, canvas = _canvas(report, bars, width, tokens)
    layers = [*keys, *_segments(canvas, bars), *_labels(canvas, bars), *_counts(canvas, bars)]
    return frame(canvas, layers, round(bars[-1].y + _STEP / 2))


def _why_not(report: OutcomeReport) -> tuple[str, str]:
    if report.measure.mcid is None:
        label = report.measure.label
        return (
            "No threshold",
            f"No published threshold says how many points of {label} matter, so nobody is called better.",
        )
    return "No answers yet", why_empty(report)


def _bars(report: OutcomeReport) -> list[_Bar]:
    groups = most_scored(report.rows)
    rows = [row for row in report.rows if row.group in groups and not row.is_baseline]
    bars: list[_Bar] = []
    y, before = -_STEP / 2, None
    for row in rows:
        if row.bands and row.bands.n:
            heading = row.group.label if len(groups) > 1 and row.group != before else ""
            y += _STEP + (_HEADING if heading else 0)
            bars.append(_Bar(in_words(row.timepoint), row.bands, y, heading))
            before = row.group
    return bars


def _described(bars: Sequence[_Bar]) -> str:
    return " ".join(
        f"{bar.heading and bar.heading + ', '}{bar.label}: {bar.bands.better:,} better, "
        f"{bar.bands.same:,} about the same, {bar.bands.worse:,} worse."
        for bar in bars
    )


def _canvas(report: OutcomeReport, bars: Sequence[_Bar], width: int, tokens: Tokens) -> tuple[list[Spec], Canvas]:
    beside = max(px(f"{bar.bands.better:,}") for bar in bars) + _PAD
    left = round(min(max(px(bar.label) for bar in bars), width * 0.3) + 16 + beside)
    right = round(
        18 + max(px(f"{bar.bands.worse:,}") for bar in bars) + _PAD + max(px(f"n {bar.bands.n:,}") for bar in bars)
    )
    keys, room = _key(points(report.measure), width - 24, left, tokens)
    shown = shown_words(report, most_scored(report.rows))
    canvas = Canvas(
        width=width,
        tokens=tokens,
        title=TITLE,
        subtitle=f"{report.measure.label}. Share of courses with a score before and after; numbers are courses.{shown}",
        description=f"{TITLE}, by {points(report.measure)} of {report.measure.label}. {_described(bars)}",
        left=left,
        right=right,
        top=room + 12,
        bottom=34,
    )
    return keys, canvas


def _key(threshold: str, width: float, left: int, tokens: Tokens) -> tuple[list[Spec], int]:
    """What the three colours mean, above the plot, and the room it takes; wraps where it must."""
    meanings = (f"Better by {threshold} or more", f"Changed by less than {threshold}", f"Worse by {threshold} or more")
    places, x, line = [], 0.0, 0
    for meaning in meanings:
        need = 18 + px(meaning)
        if x and x + need > width:
            x, line = 0.0, line + 1
        places.append((x + 16 - left, line))
        x += need + 16
    parts = []
    for meaning, fill, (at, row) in zip(meanings, (tokens.better, tokens.same, tokens.worse), places, strict=True):
        y = 20 * (row - line) - 26
        square = point(at + 6, y, shape="square", size=140, fill=fill, stroke=tokens.edge, strokeWidth=1)
        parts += [square, words([meaning], at + 18, y, tokens.text)]
    return parts, 20 * (line + 1)


def _segments(canvas: Canvas, bars: Sequence[_Bar]) -> list[Spec]:
    """The three parts of each bar; outlines only where there are too few to fill."""
    segments, tokens = [], canvas.tokens
    for bar in bars:
        at, place = 0.0, {"y": bar.y - _THICK / 2, "y2": bar.y + _THICK / 2, "few": bar.bands.n < FEW}
        for kind, count in bar.parts:
            share = 100 * count / bar.bands.n
            segments.append({"kind": kind, "from": at, "to": at + share, **place})
            at += share
    values = [0, 25, 50, 75, 100] if canvas.width >= WIDE else [0, 50, 100]
    percent = {"values": values, "labelExpr": "datum.value + ' %'", "title": None}
    x = field("from", scale={"domain": [0, 100]}, axis=percent)
    colours = {"domain": ["better", "same", "worse"], "range": [tokens.better, tokens.same, tokens.worse]}
    fill = {"field": "kind", "type": "nominal", "legend": None, "scale": colours}
    outline = {"type": "rect", "fill": None, "stroke": tokens.edge, "strokeWidth": 1}
    filled = [segment for segment in segments if not segment["few"]]
    return [
        layer(filled, {"type": "rect"}, x=x, x2="to", y=at_px("y"), y2="y2", color=fill),
        layer(segments, outline, x=x, x2="to", y=at_px("y"), y2="y2"),
    ]


def _labels(canvas: Canvas, bars: Sequence[_Bar]) -> list[Spec]:
    """The timepoint left of each bar, and each group's name above its first."""
    x, tokens = 8 - canvas.left, canvas.tokens
    times = [{"x": x, "y": bar.y, "words": cut(bar.label, canvas.width * 0.3)} for bar in bars]
    above = _STEP / 2 + _HEADING / 2
    heads = [{"x": x, "y": bar.y - above, "words": cut(bar.heading, canvas.width - 16)} for bar in bars if bar.heading]
    plain, bold = {"type": "text", "fill": tokens.axis}, {"type": "text", "fill": tokens.text, "fontWeight": 600}
    place = {"x": at_px("x"), "y": at_px("y"), "text": {"field": "words"}}
    return [layer(times, plain, **place), layer(heads, bold, **place)]


@dataclass(frozen=True)
class _Count:
    words: str
    x: float
    y: float
    look: str


def _counts(canvas: Canvas, bars: Sequence[_Bar]) -> list[Spec]:
    """Every count inside its part of the bar, or beside the bar where the part is too narrow."""
    tokens = canvas.tokens
    looks: dict[str, Spec] = {
        "inside": {"fontWeight": 600, "align": "center", "fill": tokens.background},
        "outside": {"align": "center", "fill": tokens.axis},
        "total": {"align": "right", "fill": tokens.muted},
    }
    counts = [count for bar in bars for count in _counts_of(canvas, bar)]
    return [
        layer(
            [{"x": count.x, "y": count.y, "words": count.words} for count in counts if count.look == look],
            {"type": "text", **mark},
            x=at_px("x"),
            y=at_px("y"),
            text={"field": "words"},
        )
        for look, mark in looks.items()
    ]


def _counts_of(canvas: Canvas, bar: _Bar) -> Iterator[_Count]:
    at, wide, y = 0.0, canvas.plot_width, bar.y
    for kind, count in bar.parts:
        text, share = f"{count:,}", wide * count / bar.bands.n
        beside = {"better": -_PAD - px(text) / 2, "worse": wide + _PAD + px(text) / 2}
        if share > px(text) + _PAD:
            on_dark = kind != "same" and bar.bands.n >= FEW
            yield _Count(text, at + share / 2, y, "inside" if on_dark else "outside")
        elif count and kind in beside:
            yield _Count(text, beside[kind], y, "outside")
        at += share
    yield _Count(f"n {bar.bands.n:,}", wide + canvas.right - _PAD, y, "total")
