"""The courses of one group as spells: until a first response, and from there until it is lost (analytics 2.10)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from outcomes.reports.course_rows import CourseRows
from outcomes.reports.results import Group
from outcomes.statistics.responses import Occupancy, Seen, State, durability, first_response, occupancy
from outcomes.statistics.survival import Spell, Step, kaplan_meier

# Restricted means and shares "by 12 months".
HORIZON = 365
# Half a year after a response was first seen.
HALF_YEAR = 182
_STATES = {"missing": State.MISSING, "retreated": State.RETREATED}


@dataclass
class GroupSpells:
    """One group. ``first`` until the first response, ``lasting`` of responders from there on; both in days.

    Both are censored where the target was treated again. In ``first_strict`` such a course never responds, in
    ``lasting_strict`` its response is lost when the retreatment is first seen.
    """

    group: Group
    states: dict[str, Occupancy]
    first: list[Spell] = field(default_factory=list)
    lasting: list[Spell] = field(default_factory=list)
    first_strict: list[Spell] = field(default_factory=list)
    lasting_strict: list[Spell] = field(default_factory=list)

    @property
    def first_curve(self) -> tuple[Step, ...]:
        return kaplan_meier(self.first)

    @property
    def lasting_curve(self) -> tuple[Step, ...]:
        return kaplan_meier(self.lasting)


def spells_of(group: Group, courses: Sequence[CourseRows], timepoints: Sequence[str]) -> GroupSpells:
    """The spells of courses with a baseline above 0, and their states at each of ``timepoints``."""
    found = GroupSpells(group, {name: occupancy(_states(courses, name)) for name in timepoints})
    for course in courses:
        _add(found, seen_of(course), retreated_on(course))
    return found


def seen_of(course: CourseRows) -> list[Seen]:
    """Its scores before the target was treated again, in order of days."""
    before = [point for point in course.points if not point.is_retreated]
    return sorted(
        (
            Seen(point.day, point.is_responder_30)
            for point in before
            if point.day is not None and point.is_responder_30 is not None
        ),
        key=lambda score: score.day,
    )


def retreated_on(course: CourseRows) -> int | None:
    """The day on which a retreatment was first seen: of the score that came after it, else the timepoint's own."""
    days = [point.target_day if point.day is None else point.day for point in course.points if point.is_retreated]
    return min((day for day in days if day is not None), default=None)


def _add(found: GroupSpells, seen: Sequence[Seen], again_on: int | None) -> None:
    first, lasting = first_response(seen), durability(seen)
    if first is not None:
        found.first.append(first)
    # Treated again before any response: never a response of this treatment.
    failed = again_on is not None and (first is None or not first.is_event)
    strict = Spell(max(HORIZON, again_on or 0), is_event=False) if failed else first
    if strict is not None:
        found.first_strict.append(strict)
    if first is None or lasting is None:
        return
    found.lasting.append(lasting)
    is_cut = again_on is not None and not lasting.is_event
    found.lasting_strict.append(Spell(max(again_on - first.time, 0), is_event=True) if is_cut and again_on else lasting)


def _states(courses: Sequence[CourseRows], timepoint: str) -> list[State]:
    points = (point for course in courses for point in course.points if point.timepoint == timepoint)
    found = []
    for point in points:
        state = State.RETREATED if point.is_retreated else _STATES.get(point.status)
        if state is None and point.is_responder_30 is not None:
            state = State.RESPONDING if point.is_responder_30 else State.NOT_RESPONDING
        if state is not None and point.is_closed:
            found.append(state)
    return found
