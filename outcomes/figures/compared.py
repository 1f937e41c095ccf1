"""The figure of groups compared over time, from what its report hands over."""

from dataclasses import dataclass

from outcomes.figures.group_comparison import Comparison, group_comparison
from outcomes.figures.theme import Spec, Variant
from outcomes.numerals import Scale


@dataclass(frozen=True)
class Compared:
    """A comparison on its scale; without means it says why there is none."""

    comparison: Comparison
    scale: Scale


def compared_over_time(drawn: Compared, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """Estimated means by group and timepoint, and the difference of two groups below."""
    title = "Estimated means over time"
    return group_comparison(drawn.comparison, drawn.scale, width=width, variant=variant, title=title)
