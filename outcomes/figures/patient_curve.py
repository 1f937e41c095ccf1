"""Figure 13: one patient's own scores since treatment, with the sessions and, where there are enough, similar patients."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from outcomes.figures.parts import Canvas, at_px, direction, empty, field, frame, haloed, layer, reference_line
from outcomes.figures.patient_words import CURVE, CurveWords
from outcomes.figures.scales import TimeAxis, score_axis
from outcomes.figures.text import px
from outcomes.figures.theme import TOKENS, Spec, Tokens, Variant
from outcomes.numerals import Scale, plain

PLOT_HEIGHT = 230
LEAST_SIMILAR = 50  # patients; a band of fewer is not drawn
_LEFT, _RIGHT, _LINE = 44, 24, 18
_CROSS = "M-1,-1L1,1M1,-1L-1,1"


@dataclass(frozen=True)
class OwnScore:
    """An answer ``day`` days after the first session, ``when`` in a few words; hollow if given with help."""

    day: int
    when: str
    value: Decimal
    is_assisted: bool = False


@dataclass(frozen=True)
class Visit:
    """A treatment session, named in a few words."""

    day: int
    label: str


@dataclass(frozen=True)
class Missed:
    """A check-in whose window closed without an answer."""

    day: int
    when: str


@dataclass(frozen=True)
class Band:
    """Between which scores 8 in 10 of similar patients were on that day."""

    day: int
    low: float
    high: float


@dataclass(frozen=True)
class Own:
    """All that is drawn of one patient. ``similar`` patients made ``band``. Everything in order of day."""

    scores: Sequence[OwnScore]
    visits: Sequence[Visit] = ()
    missed: Sequence[Missed] = ()
    band: Sequence[Band] = ()
    similar: int = 0

    @property
    def days(self) -> dict[int, str]:
        """Names of the days with an answer or without one."""
        return {missed.day: missed.when for missed in self.missed} | {score.day: score.when for score in self.scores}


@dataclass(frozen=True)
class _Flag:
    """A session's word above the plot: beside its line, ``line`` lines up."""

    visit: Visit
    x: float
    line: int
    align: str


def patient_curve(
    own: Own, scale: Scale, *, width: int, variant: Variant = Variant.LIGHT, said: CurveWords = CURVE["en"]
) -> Spec:
    """The figure, ``width`` px wide, in the language of ``said`` and of the labels given."""
    tokens = TOKENS[variant]
    if not own.scores:
        return empty(width=width, tokens=tokens, title=said.title, head=said.nobody, why=said.not_yet)
    days = dict.fromkeys((visit.day for visit in own.visits), "") | own.days
    right = round(max(_RIGHT, px(days[max(days)]) / 2 + 4))
    time = TimeAxis(days, width - _LEFT - right, margin=8)
    flags = _flags(own.visits, time, width - _LEFT)
    lines = 1 + max((flag.line for flag in flags), default=-1)
    canvas = Canvas(
        width=width,
        tokens=tokens,
        title=said.title,
        subtitle=_subtitle(own, scale, said),
        description=_described(own, said),
        left=_LEFT,
        right=right,
        top=34 + _LINE * lines,
        bottom=34,
    )
    arrow = direction(said.better if scale.is_higher_better else said.worse, tokens, y=-18 - _LINE * lines)
    layers = [*_similar(own, scale, time, tokens), *_first(own, scale, tokens), *_sessions(flags, time, tokens)]
    return frame(canvas, [*layers, *_scores(own, scale, time, tokens), *arrow], PLOT_HEIGHT)


def _has_band(own: Own) -> bool:
    return bool(own.band) and own.similar >= LEAST_SIMILAR


def _better_line(own: Own, scale: Scale) -> float | None:
    if scale.mcid is None:
        return None
    better = own.scores[0].value + scale.mcid * (1 if scale.is_higher_better else -1)
    return float(better) if scale.minimum <= better <= scale.maximum else None


def _subtitle(own: Own, scale: Scale, said: CurveWords) -> str:
    sentences = [said.scale.format(label=scale.label, low=plain(scale.minimum), high=plain(scale.maximum))]
    if any(score.is_assisted for score in own.scores):
        sentences.append(said.hollow)
    if own.missed:
        sentences.append(said.missed)
    if _has_band(own):
        sentences.append(said.band.format(n=f"{own.similar:,}"))
    if scale.mcid is not None and _better_line(own, scale) is not None:
        unit = said.point if scale.mcid == 1 else said.points
        sentences.append(said.line.format(points=f"{plain(scale.mcid)} {unit}"))
    return " ".join(sentences)


def _described(own: Own, said: CurveWords) -> str:
    sentences = {missed.day: f"{missed.when}: {said.not_answered}" for missed in own.missed}
    for score in own.scores:
        helped = f" ({said.with_help})" if score.is_assisted else ""
        sentences[score.day] = f"{score.when}: {plain(score.value)}{helped}"
    visits = "".join(f" {visit.label}." for visit in own.visits)
    return f"{said.title}. {'; '.join(sentences[day] for day in sorted(sentences))}.{visits}"


def _flags(visits: Sequence[Visit], time: TimeAxis, room: float) -> list[_Flag]:
    """Later sessions stand lower, so that no session's line crosses the words of another."""
    flags: list[_Flag] = []
    starts: list[float] = []
    for visit in reversed(visits):
        x, wide = time.px(visit.day), px(visit.label) + 4
        is_left = x + wide > room
        begin, end = (x - wide, x) if is_left else (x, x + wide)
        line = next((i for i in range(len(starts)) if all(start >= end + 8 for start in starts[i:])), len(starts))
        starts[line:] = [begin]
        flags.append(_Flag(visit, x - 4 if is_left else x + 4, line, "right" if is_left else "left"))
    return flags


def _similar(own: Own, scale: Scale, time: TimeAxis, tokens: Tokens) -> list[Spec]:
    if not _has_band(own):
        return []
    rows = [{"day": at.day, "low": at.low, "high": at.high} for at in own.band]
    area = {"type": "area", "interpolate": "monotone", "fill": tokens.edge, "opacity": 0.18}
    return [layer(rows, area, x=time.encoding("day"), y=field("low", **score_axis(scale)), y2="high")]


def _first(own: Own, scale: Scale, tokens: Tokens) -> list[Spec]:
    better = _better_line(own, scale)
    return [] if better is None else [reference_line(better, "y", score_axis(scale), tokens)]


def _sessions(flags: Sequence[_Flag], time: TimeAxis, tokens: Tokens) -> list[Spec]:
    rows = [
        {
            "day": flag.visit.day,
            "x": flag.x,
            "y": -14 - _LINE * flag.line,
            "from": -21 - _LINE * flag.line,
            "to": PLOT_HEIGHT,
            "words": flag.visit.label,
            "align": flag.align,
        }
        for flag in flags
    ]
    rule = {"type": "rule", "stroke": tokens.muted, "strokeWidth": 1.2 * tokens.thin, "strokeDash": [4, 3]}
    return [
        layer(rows, rule, x=time.encoding("day"), y=at_px("from"), y2="to"),
        *[
            text
            for align in ("left", "right")
            for text in haloed(
                [row for row in rows if row["align"] == align], tokens.axis, tokens.background, align=align
            )
        ],
    ]


def _scores(own: Own, scale: Scale, time: TimeAxis, tokens: Tokens) -> list[Spec]:
    """The line through all answers; hollow markers for those given with help, crosses for those that are missing."""
    x, y = time.encoding("day"), field("score", **score_axis(scale))
    rows = [{"day": score.day, "score": float(score.value), "assisted": score.is_assisted} for score in own.scores]
    missed = [{"day": at.day, "y": PLOT_HEIGHT - 10} for at in own.missed]
    line = {"type": "line", "stroke": tokens.mark}
    alone = {"type": "point", "fill": tokens.mark, "size": 95}
    hollow = {"type": "point", "fill": tokens.background, "stroke": tokens.mark, "strokeWidth": 2.2, "size": 80}
    cross = {"type": "point", "shape": _CROSS, "size": 90, "filled": False, "stroke": tokens.muted, "strokeWidth": 2}
    return [
        layer(rows, line, x=x, y=y),
        layer([row for row in rows if not row["assisted"]], alone, x=x, y=y),
        layer([row for row in rows if row["assisted"]], hollow, x=x, y=y),
        layer(missed, cross, x=x, y=at_px("y")),
    ]
