"""Figure 11: the dose of single sessions and the change that followed, with a smooth mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.parts import WIDE, Canvas, empty, field, frame, layer, reference_line, swatches
from outcomes.figures.scales import change_axis
from outcomes.figures.series import Lines, most, only_most
from outcomes.figures.theme import TOKENS, Series, Spec, Variant
from outcomes.numerals import FEW, Scale, points

PLOT_HEIGHT = 290
_LEAST_SMOOTH = 30  # single points; below this a smooth line follows chance
_CHOSEN = "Doses were chosen by clinicians, not by chance."


@dataclass(frozen=True)
class Dose:
    """One course: its dose, and its change in points (follow-up minus before)."""

    series: Series
    dose: float
    change: float


@dataclass(frozen=True)
class Smooth:
    """The smooth mean change at one dose with its 95 % interval, in points."""

    dose: float
    mean: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class DoseWords:
    """What stands around the plot; ``dose`` names the dose with its unit."""

    title: str = "Dose and change"
    dose: str = "platelets, billions"
    when: str = "6 months"


def dose_response(
    doses: Sequence[Dose],
    smooth: Sequence[Smooth],
    scale: Scale,
    *,
    width: int,
    variant: Variant = Variant.LIGHT,
    said: DoseWords | None = None,
) -> Spec:
    """The figure, ``width`` px wide; ``smooth`` in order of dose, drawn only through 30 courses or more."""
    tokens, said = TOKENS[variant], said or DoseWords()
    if len(doses) < FEW:
        head, why = _why_not(len(doses))
        return empty(width=width, tokens=tokens, title=said.title, head=head, why=why)
    every = list({dose.series.key: dose.series for dose in doses}.values())
    lines = Lines(most((dose.series, 1) for dose in doses), every, width, tokens)
    keys, room = _keys(doses, lines)
    subtitle, description = _about(doses, smooth, scale, said)
    canvas = Canvas(
        width=width,
        tokens=tokens,
        title=said.title,
        subtitle=f"{subtitle}{only_most(lines.drawn, len(every))}",
        description=description,
        left=48,
        right=24,
        top=room + 12,
        bottom=52,
    )
    return frame(canvas, [*keys, *_layers(doses, smooth, scale, lines, said)], PLOT_HEIGHT)


def _why_not(n: int) -> tuple[str, str]:
    if not n:
        return "No doses yet", "No session in this selection has a recorded dose and a later score."
    return "Too few courses", f"{n} with a recorded dose and a later score; from {FEW} on they are drawn."


def _about(doses: Sequence[Dose], smooth: Sequence[Smooth], scale: Scale, said: DoseWords) -> tuple[str, str]:
    side = "above" if scale.is_higher_better else "below"
    band = " Band: 95 % CI of the mean." if _is_smoothed(doses, smooth) else ""
    dashed = f" Dashed: better by {points(scale)}." if scale.mcid is not None else ""
    subtitle = f"Change of {scale.label} after {said.when}; {side} 0 is better. {len(doses):,} courses.{band}{dashed} {_CHOSEN}"
    low, high = min(dose.dose for dose in doses), max(dose.dose for dose in doses)
    reach = f"from {low:,.1f} to {high:,.1f} ({said.dose})"
    return subtitle, f"{said.title}, {scale.label}: {len(doses):,} courses with doses {reach}. {_CHOSEN}"


def _is_smoothed(doses: Sequence[Dose], smooth: Sequence[Smooth]) -> bool:
    return len(doses) >= _LEAST_SMOOTH and bool(smooth)


def _keys(doses: Sequence[Dose], lines: Lines) -> tuple[list[Spec], int]:
    meanings: list[tuple[Spec, str]] = []
    for series in lines.drawn:
        style, n = lines.styles[series.key], sum(dose.series.key == series.key for dose in doses)
        meanings.append(({"shape": style.shape, "size": 60, "fill": style.colour}, f"{series.label} (n {n:,})"))
    return swatches(meanings, width=lines.width - 24, left=48, tokens=lines.tokens)


def _layers(doses: Sequence[Dose], smooth: Sequence[Smooth], scale: Scale, lines: Lines, said: DoseWords) -> list[Spec]:
    tokens, reach = lines.tokens, float(scale.maximum - scale.minimum)
    low, high = min(dose.dose for dose in doses), max(dose.dose for dose in doses)
    pad = (high - low or 1) * 0.04
    axis = {"tickCount": 6 if lines.width >= WIDE else 4, "title": said.dose}
    x = field("dose", scale={"domain": [low - pad, high + pad], "nice": False}, axis=axis)
    change = change_axis(reach)
    rows = [
        {"group": dose.series.key, "dose": dose.dose, "change": dose.change}
        for dose in doses
        if dose.series.key in lines.names
    ]
    single = {"type": "point", "size": 38, "opacity": 0.55, "strokeWidth": 0}
    zero = {"type": "rule", "stroke": tokens.axis, "strokeWidth": 0.8 * tokens.thin}
    better = float(scale.mcid or 0) * (1 if scale.is_higher_better else -1)
    return [
        *([reference_line(better, "y", change, tokens)] if scale.mcid is not None else []),
        layer([{"zero": 0}], zero, y=field("zero", **change)),
        layer(rows, single, x=x, y=field("change", **change), color=lines.colour, shape=lines.shape),
        *(_mean(smooth, x, change, lines) if _is_smoothed(doses, smooth) else []),
    ]


def _mean(smooth: Sequence[Smooth], x: Spec, change: Spec, lines: Lines) -> list[Spec]:
    tokens = lines.tokens
    rows = [{"dose": at.dose, "mean": at.mean, "low": at.interval[0], "high": at.interval[1]} for at in smooth]
    band = {"type": "area", "fill": tokens.edge, "opacity": 0.3}
    line = {"type": "line", "stroke": tokens.text, "strokeWidth": 2.5 * tokens.thin}
    return [
        layer(rows, band, x=x, y=field("low", **change), y2="high"),
        layer(rows, line, x=x, y=field("mean", **change)),
    ]
