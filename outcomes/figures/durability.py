"""The three figures of one report: when a course first responds, how long that lasts, and who responds when."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.kaplan_meier import Survival, kaplan_meier
from outcomes.figures.state_occupancy import Occupancy, state_occupancy
from outcomes.figures.theme import Spec, Variant


@dataclass(frozen=True)
class Durability:
    """What the three are drawn from: curves by group, and states by group and timepoint."""

    first: Sequence[Survival] = ()
    lasting: Sequence[Survival] = ()
    states: Sequence[Occupancy] = ()


def first_response_curve(drawn: Durability, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """The share not yet improved by 30 %, by days since treatment."""
    return kaplan_meier(drawn.first, width=width, variant=variant)


def lasting_curve(drawn: Durability, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """The share of responders that is still in response, by days since the response was first seen."""
    title, what = "How long a response lasts", "Responders only: share still improved by 30 %"
    return kaplan_meier(drawn.lasting, width=width, variant=variant, title=title, what=what)


def states_in_time(drawn: Durability, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """Who is in response at each timepoint."""
    return state_occupancy(drawn.states, width=width, variant=variant)
