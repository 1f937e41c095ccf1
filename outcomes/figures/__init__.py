"""Figures of reports: pure functions from a report to a Vega-Lite specification, and their drawing."""

from collections.abc import Callable
from enum import StrEnum

from outcomes.figures.better_same_worse import better_same_worse
from outcomes.figures.mean_pain import mean_pain
from outcomes.figures.theme import Spec, Variant
from outcomes.reports import OutcomeReport


class Figure(StrEnum):
    """The figures that can be asked for."""

    MEAN_PAIN = "mean-pain"
    BETTER_SAME_WORSE = "better-same-worse"


_DRAWN: dict[Figure, Callable[..., Spec]] = {
    Figure.MEAN_PAIN: mean_pain,
    Figure.BETTER_SAME_WORSE: better_same_worse,
}


def figure_spec(report: OutcomeReport, figure: Figure, *, width: int, variant: Variant) -> Spec:
    """The specification of one figure of a report, ``width`` px wide."""
    return _DRAWN[figure](report, width=width, variant=variant)


def figure_size(report: OutcomeReport, figure: Figure, *, width: int) -> tuple[int, int]:
    """(width, height) in px of the drawn figure; the same in every variant."""
    spec = figure_spec(report, figure, width=width, variant=Variant.LIGHT)
    return width, spec["height"] + spec["padding"]["top"] + spec["padding"]["bottom"]


__all__ = ["Figure", "Spec", "Variant", "figure_size", "figure_spec"]
