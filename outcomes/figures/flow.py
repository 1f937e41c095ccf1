"""Figure 6: from all courses to those with a score in the window, and why the others are not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from outcomes.figures.parts import WIDE, Canvas, at_px, empty, frame, layer, texts
from outcomes.figures.text import cut, px
from outcomes.figures.theme import TOKENS, Spec, Tokens, Variant
from outcomes.numerals import percent

_STEP, _NARROW_STEP, _THICK = 44, 58, 20  # px from bar to bar, beside words and below them, and of a bar


@dataclass(frozen=True)
class Stage:
    """One step: ``n`` courses are still there; ``lost`` says why those before are not, in a few words."""

    label: str
    n: int
    lost: str = ""


def flow(
    stages: Sequence[Stage], *, width: int, variant: Variant = Variant.LIGHT, title: str = "Who is in this report"
) -> Spec:
    """The figure, ``width`` px wide. Stages come from first to last; none may be larger than the first."""
    tokens = TOKENS[variant]
    if not stages or not stages[0].n:
        why = "No treatment course matches this selection."
        return empty(width=width, tokens=tokens, title=title, head="Nothing selected", why=why)
    canvas, step = _canvas(stages, width, tokens, title), _STEP if width >= WIDE else _NARROW_STEP
    return frame(canvas, [*_bars(canvas, stages, step), *_words(canvas, stages, step)], step * len(stages))


def _canvas(stages: Sequence[Stage], width: int, tokens: Tokens, title: str) -> Canvas:
    left = min(190, round(max(px(stage.label) for stage in stages)) + 24) if width >= WIDE else 8
    said = [f"{stage.label}: {stage.n:,} ({percent(stage.n / stages[0].n)})." for stage in stages]
    return Canvas(
        width=width,
        tokens=tokens,
        title=title,
        subtitle=f"Treatment courses; % of the {stages[0].n:,} in the first line.",
        description=f"{title}. {' '.join(said)}",
        left=left,
        right=round(20 + px(_count(stages[0], stages[0].n))),
        top=4,
        bottom=8,
    )


def _count(stage: Stage, first: int) -> str:
    share = stage.n / first
    return f"{stage.n:,} · {'< 1 %' if 0 < share < 0.01 else percent(share)}"


def _top(canvas: Canvas, i: int, step: int) -> int:
    """The top of a bar; on a narrow page its name stands above it."""
    return i * step + (0 if canvas.width >= WIDE else 22)


def _bars(canvas: Canvas, stages: Sequence[Stage], step: int) -> list[Spec]:
    rows = [
        {
            "stage": stage.label,
            "n": stage.n,
            "from": 0,
            "to": canvas.plot_width * stage.n / stages[0].n,
            "full": canvas.plot_width,
            "y": _top(canvas, i, step),
            "y2": _top(canvas, i, step) + _THICK,
        }
        for i, stage in enumerate(stages)
    ]
    place: dict[str, Spec | str] = {"x": at_px("from"), "y": at_px("y"), "y2": "y2"}
    return [
        layer(rows, {"type": "rect", "fill": canvas.tokens.surface}, x2="full", **place),
        layer(rows, {"type": "rect", "fill": canvas.tokens.mark}, x2="to", **place),
    ]


def _words(canvas: Canvas, stages: Sequence[Stage], step: int) -> list[Spec]:
    """Name and number of each stage, and what was lost on the way to it."""
    tokens, wide, first = canvas.tokens, canvas.width >= WIDE, stages[0].n
    names, counts, lost = [], [], []
    for i, stage in enumerate(stages):
        top = _top(canvas, i, step)
        middle = top + _THICK / 2
        name = cut(stage.label, canvas.left - 20 if wide else canvas.width * 0.5)
        names.append({"x": -10 if wide else 0, "y": middle if wide else top - 11, "words": name})
        counts.append({"x": canvas.plot_width + 10, "y": middle, "words": _count(stage, first)})
    for i, (before, stage) in enumerate(pairwise(stages), start=1):
        top, room = _top(canvas, i, step), canvas.plot_width if wide else canvas.width * 0.5 - 20
        less = f"−{before.n - stage.n:,} {stage.lost}".strip() if before.n > stage.n else ""
        place = {"x": 0, "y": top + _THICK + 11} if wide else {"x": canvas.width - 16, "y": top - 11}
        lost.append({**place, "words": cut(less, room)})
    return [
        texts(counts, tokens.text, fontWeight=600),
        texts(names, tokens.text, align="right" if wide else "left"),
        texts(lost, tokens.muted, align="left" if wide else "right"),
    ]
