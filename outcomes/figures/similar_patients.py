"""What became of patients who started where this one is: a band of real outcomes, never a promise."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from outcomes.figures.parts import Canvas, direction, empty, field, frame, layer, texts, words
from outcomes.figures.patient_curve import LEAST_SIMILAR
from outcomes.figures.patient_words import OUTLOOK, OutlookWords
from outcomes.figures.scales import TimeAxis, score_axis
from outcomes.figures.theme import TOKENS, Spec, Tokens, Variant
from outcomes.numerals import Scale, plain

PLOT_HEIGHT = 240


@dataclass(frozen=True)
class Outlook:
    """Scores of ``n`` similar patients ``day`` days after treatment (``when`` in a few words), as quantiles in points."""

    day: int
    when: str
    n: int
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float


def similar_patients(
    start: Decimal,
    outlooks: Sequence[Outlook],
    scale: Scale,
    *,
    matched: str,
    width: int,
    variant: Variant = Variant.LIGHT,
    said: OutlookWords = OUTLOOK["en"],
) -> Spec:
    """The figure, ``width`` px wide, in order of day. ``start`` is the patient's own score; ``matched`` says who counts
    as similar, as a sentence. Timepoints of fewer than ``LEAST_SIMILAR`` patients are left out."""
    tokens, enough = TOKENS[variant], [row for row in outlooks if row.n >= LEAST_SIMILAR]
    if not enough:
        why = said.too_few.format(least=LEAST_SIMILAR)
        return empty(width=width, tokens=tokens, title=said.title, head=said.nobody, why=why)
    scaled = said.scale.format(label=scale.label, low=plain(scale.minimum), high=plain(scale.maximum))
    ends = " ".join(_filled(part, enough[-1]) for part in (said.half, said.ends))
    canvas = Canvas(
        width=width,
        tokens=tokens,
        title=said.title,
        subtitle=f"{scaled} {ends} {said.you} {said.others} {matched}",
        description=f"{said.title}. {scaled} {' '.join(_filled(said.row, row) for row in enough)} {said.others} {matched}",
        left=48,
        right=32,
        top=26,
        bottom=56,
    )
    time = TimeAxis({0: said.start} | {row.day: row.when for row in enough}, canvas.plot_width)
    arrow = direction(said.better if scale.is_higher_better else said.worse, tokens)
    layers = [*arrow, *_bands(enough, scale, time, tokens), *_start(start, scale, time, tokens)]
    return frame(canvas, [*layers, *_numbers(enough, time, canvas)], PLOT_HEIGHT)


def _filled(sentence: str, row: Outlook) -> str:
    quantiles = {name: f"{getattr(row, name):g}" for name in ("p10", "p25", "p75", "p90")}
    return sentence.format(when=row.when, n=f"{row.n:,}", **quantiles)


def _bands(outlooks: Sequence[Outlook], scale: Scale, time: TimeAxis, tokens: Tokens) -> list[Spec]:
    rows = [
        {"day": row.day, "n": row.n, "p10": row.p10, "p25": row.p25, "p50": row.p50, "p75": row.p75, "p90": row.p90}
        for row in outlooks
    ]
    x, axis = time.encoding("day"), score_axis(scale)
    band = {"type": "area", "fill": tokens.mark}
    line, dot = {"type": "line", "stroke": tokens.mark}, {"type": "point", "fill": tokens.mark, "size": 60}
    return [
        layer(rows, {**band, "opacity": 0.14}, x=x, y=field("p10", **axis), y2="p90"),
        layer(rows, {**band, "opacity": 0.26}, x=x, y=field("p25", **axis), y2="p75"),
        layer(rows, line, x=x, y=field("p50", **axis)),
        layer(rows, dot, x=x, y=field("p50", **axis)),
    ]


def _start(start: Decimal, scale: Scale, time: TimeAxis, tokens: Tokens) -> list[Spec]:
    """The patient's own start, on the day of the treatment."""
    diamond = {"type": "point", "shape": "diamond", "size": 130, "fill": tokens.text}
    return [
        layer(
            [{"day": 0, "start": float(start)}], diamond, x=time.encoding("day"), y=field("start", **score_axis(scale))
        )
    ]


def _numbers(outlooks: Sequence[Outlook], time: TimeAxis, canvas: Canvas) -> list[Spec]:
    y, tokens = PLOT_HEIGHT + 42, canvas.tokens
    sizes = [{"x": time.px(row.day), "y": y, "words": f"{row.n:,}"} for row in outlooks if row.day in time.labelled]
    return [words(["n"], 8 - canvas.left, y, tokens.muted), texts(sizes, tokens.axis, align="center")]
