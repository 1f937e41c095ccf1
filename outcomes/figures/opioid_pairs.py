"""Figure 15: the daily opioid dose of each patient before treatment and after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from outcomes.figures.parts import Canvas, empty, field, frame, layer, named, reference_line, words
from outcomes.figures.text import px
from outcomes.figures.theme import TOKENS, Spec, Tokens, Variant
from outcomes.numerals import FEW

PLOT_HEIGHT = 290
_KINDS = ("less", "same", "more")
_SUBTITLE = (
    "MME per day, one line per patient ({n:,}). Dashed: {caution} MME/day, the point of caution. "
    "A lower dose is not a goal in itself."
)


@dataclass(frozen=True)
class OpioidPair:
    """One patient's oral morphine equivalents (mg) a day before and after; never both 0."""

    before: float
    after: float

    @property
    def kind(self) -> str:
        if self.before == self.after:
            return "same"
        return "less" if self.after < self.before else "more"


def opioid_pairs(
    pairs: Sequence[OpioidPair],
    *,
    width: int,
    variant: Variant = Variant.LIGHT,
    title: str = "Opioids before and after",
    caution: float = 50,
    moments: tuple[str, str] = ("Before", "6 months"),
) -> Spec:
    """The figure, ``width`` px wide. ``caution`` in mg a day (CDC 2022: 50)."""
    tokens, n = TOKENS[variant], len(pairs)
    if n < FEW:
        head, why = _why_not(n)
        return empty(width=width, tokens=tokens, title=title, head=head, why=why)
    notes = _notes(pairs)
    canvas = Canvas(
        width=width,
        tokens=tokens,
        title=title,
        subtitle=_SUBTITLE.format(n=n, caution=f"{caution:g}"),
        description=f"{title}, MME per day, {n:,} patients. {', '.join(note.strip() for note in notes)}.",
        left=48,
        right=round(36 + max(px(note) for note in notes)),
        top=26,
        bottom=34,
    )
    top = max(caution * 1.2, *(max(pair.before, pair.after) for pair in pairs)) * 1.05
    layers = [
        *_lines(pairs, tokens, top, moments, caution),
        *_median(pairs, tokens, top, moments),
        *_beside(canvas, notes),
    ]
    return frame(canvas, layers, PLOT_HEIGHT)


def _why_not(n: int) -> tuple[str, str]:
    if not n:
        return "No opioids", "Nobody in this selection took opioids before or after treatment."
    return "Too few patients", f"{n} took opioids before or after treatment; from {FEW} on they are drawn."


def _notes(pairs: Sequence[OpioidPair]) -> list[str]:
    count = {kind: sum(pair.kind == kind for pair in pairs) for kind in _KINDS}
    stopped = sum(pair.before > 0 and pair.after == 0 for pair in pairs)
    before, after = median(pair.before for pair in pairs), median(pair.after for pair in pairs)
    return [
        f"{count['less']:,} lower",
        f"  {stopped:,} of them to 0",
        f"{count['same']:,} the same",
        f"{count['more']:,} higher (dashed)",
        f"median {before:g} to {after:g}",
    ]


def _axes(top: float, moments: tuple[str, str]) -> tuple[Spec, Spec]:
    axis = {"values": [0, 1], "title": None, "labelExpr": named(dict(enumerate(moments)))}
    x = field("moment", scale={"domain": [0, 1], "nice": False}, axis=axis)
    return x, {"scale": {"domain": [0, top], "nice": False}, "axis": {"tickCount": 5, "title": None}}


def _lines(
    pairs: Sequence[OpioidPair], tokens: Tokens, top: float, moments: tuple[str, str], caution: float
) -> list[Spec]:
    looks: dict[str, Spec] = {
        "less": {"stroke": tokens.mark, "strokeDash": [1, 0]},
        "same": {"stroke": tokens.few, "strokeDash": [2, 2]},
        "more": {"stroke": tokens.alert, "strokeDash": [6, 3]},
    }
    few, some = 20, 80
    fade = 1 if len(pairs) < few else 0.6 if len(pairs) < some else 0.25
    x, y = _axes(top, moments)
    rows = [
        {"patient": i, "kind": pair.kind, "moment": moment, "dose": dose}
        for i, pair in enumerate(pairs)
        for moment, dose in enumerate((pair.before, pair.after))
    ]
    each = {"field": "patient"}
    line = {"type": "line", "strokeWidth": 1.3, "opacity": fade}
    return [
        reference_line(caution, "y", y, tokens),
        *[
            layer(
                [row for row in rows if row["kind"] == kind], {**line, **look}, x=x, y=field("dose", **y), detail=each
            )
            for kind, look in looks.items()
        ],
    ]


def _median(pairs: Sequence[OpioidPair], tokens: Tokens, top: float, moments: tuple[str, str]) -> list[Spec]:
    x, axis = _axes(top, moments)
    before, after = median(pair.before for pair in pairs), median(pair.after for pair in pairs)
    rows, y = [{"moment": 0, "median": before}, {"moment": 1, "median": after}], field("median", **axis)
    ring = {"type": "point", "fill": tokens.background, "stroke": tokens.text, "strokeWidth": 2, "size": 90}
    return [
        layer(rows, {"type": "line", "stroke": tokens.background, "strokeWidth": 8}, x=x, y=y),
        layer(rows, {"type": "line", "stroke": tokens.text, "strokeWidth": 4}, x=x, y=y),
        layer(rows, ring, x=x, y=y),
    ]


def _beside(canvas: Canvas, notes: Sequence[str]) -> list[Spec]:
    """How many lines of each kind, right of the plot."""
    tokens = canvas.tokens
    beside = [
        words([note.strip()], canvas.plot_width + 18 + (10 if note.startswith(" ") else 0), 12 + 22 * i, tokens.axis)
        for i, note in enumerate(notes[:-1])
    ]
    middle = words([notes[-1]], canvas.plot_width + 18, 12 + 22 * len(beside), tokens.text, fontWeight=600)
    return [*beside, middle, words(["MME/day"], 8 - canvas.left, -16, tokens.muted)]
