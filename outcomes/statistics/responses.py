"""When a course first responds, how long that lasts, and how many respond at each timepoint (analytics 2.10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from outcomes.statistics.proportions import Proportion, proportion
from outcomes.statistics.survival import Spell

CONFIRM = 2


@dataclass(frozen=True)
class Seen:
    """One score in a window: the day since the clock started, and whether it meets the rule for a response."""

    day: int
    is_response: bool


class State(StrEnum):
    """What is known of a course at one timepoint."""

    RESPONDING = "responding"
    NOT_RESPONDING = "not_responding"
    MISSING = "missing"
    RETREATED = "retreated"


@dataclass(frozen=True)
class Occupancy:
    """Courses by state at one timepoint. ``share`` is those responding of those seen, neither missing nor retreated."""

    responding: int
    not_responding: int
    missing: int
    retreated: int
    share: Proportion


def first_response(seen: Sequence[Seen], *, retreated_on: int | None = None) -> Spell | None:
    """The spell until the first score that is a response, in days; "first seen by", for it began between visits.

    Without one the course is censored at its last score; scores from the day of a retreatment on do not count. None
    for a course without a score. ``seen`` is in order of days.
    """
    kept = _before(seen, retreated_on)
    response = next((score for score in kept if score.is_response), None)
    if response is not None:
        return Spell(response.day, is_event=True)
    return Spell(kept[-1].day, is_event=False) if kept else None


def durability(seen: Sequence[Seen], *, confirm: int = CONFIRM, retreated_on: int | None = None) -> Spell | None:
    """The spell from first response until it is lost, in days; None for a course that never responded.

    Lost is the first of ``confirm`` scores in a row below a response (1 or 2; at 1 a single bad day ends it). A loss
    that is not confirmed yet does not count; then the spell is censored at the last score. Responders only: say so beside the curve.
    """
    kept = _before(seen, retreated_on)
    first = next((place for place, score in enumerate(kept) if score.is_response), None)
    if first is None:
        return None
    start, after = kept[first].day, kept[first + 1 :]
    for place in range(len(after) - confirm + 1):
        if not any(score.is_response for score in after[place : place + confirm]):
            return Spell(after[place].day - start, is_event=True)
    return Spell(kept[-1].day - start, is_event=False)


def occupancy(states: Sequence[State]) -> Occupancy:
    """The states of all due courses at one timepoint, counted: it goes down as well as up, unlike "ever responded"."""
    counts = {state: sum(one is state for one in states) for state in State}
    responding, not_responding = counts[State.RESPONDING], counts[State.NOT_RESPONDING]
    return Occupancy(
        responding=responding,
        not_responding=not_responding,
        missing=counts[State.MISSING],
        retreated=counts[State.RETREATED],
        share=proportion(responding, responding + not_responding),
    )


def _before(seen: Sequence[Seen], retreated_on: int | None) -> list[Seen]:
    return [score for score in seen if retreated_on is None or score.day < retreated_on]
