"""Groups of courses compared over time: who is in it, which timepoints count, and the model that they carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from outcomes.numerals import Scale
from outcomes.outcome_rules import Status
from outcomes.reports.course_rows import CourseRows, Point, by_group, timepoints_of
from outcomes.reports.filters import AfterRetreatment, ReportFilter
from outcomes.reports.results import Group
from outcomes.statistics import Proportion, proportion
from outcomes.statistics.estimates import Estimate
from outcomes.statistics.imputation import TippingPoint, tipping_point
from outcomes.statistics.linear_models import NotEstimableError
from outcomes.statistics.repeated_measures import (
    FEWEST_IN_GROUP,
    GroupComparison,
    PatientScores,
    Refusal,
    VisitComparison,
    compare_groups,
)

# Below this share of those due in any group, a timepoint is not compared (analytics 2.3).
SWITCHED_OFF = 0.4
SEED = 20_250_101
_STEPS = 8


class State(StrEnum):
    """What is known of one course at one timepoint whose window is over."""

    OBTAINED = "obtained"
    MISSING = "missing"
    NOT_DUE = "not_due"


@dataclass(frozen=True)
class Line:
    """One course as the model sees it: baseline, and state and score at each timepoint of the report."""

    patient_id: int
    baseline: float
    states: Mapping[str, State]
    scores: Mapping[str, float]

    def state(self, timepoint: str) -> State:
        """Its state there; a timepoint that was never asked of it is not due."""
        return self.states.get(timepoint, State.NOT_DUE)


@dataclass(frozen=True)
class Compared:
    """The comparison of ``groups``, the largest first, which is the reference.

    ``timepoints`` are those offered to the model, ``switched_off`` those with too few answers for one. ``lines`` also
    has groups that are too small to be compared. ``result`` is None where less than two groups are large enough.
    """

    lines: Mapping[Group, Sequence[Line]]
    days: Mapping[str, int]
    groups: tuple[Group, ...] = ()
    timepoints: tuple[str, ...] = ()
    switched_off: tuple[str, ...] = ()
    result: GroupComparison | None = None
    tipping: Mapping[Group, TippingPoint] = field(default_factory=dict)

    @property
    def visits(self) -> tuple[VisitComparison, ...]:
        return self.result.visits if self.result else ()

    @property
    def refusal(self) -> Refusal | None:
        """Why there is no comparison."""
        return Refusal.TOO_FEW if self.result is None else self.result.refusal

    @property
    def modelled(self) -> tuple[str, ...]:
        """The timepoints that the model has."""
        return tuple(self.timepoints[visit.visit] for visit in self.visits)

    def matched(self, group: Group) -> list[Line]:
        """Courses with a score at every timepoint that the model has."""
        return [line for line in self.lines[group] if all(name in line.scores for name in self.modelled)]

    def obtained(self, group: Group, timepoint: str) -> Proportion:
        """How many of those due have a score."""
        return obtained(self.lines[group], timepoint)


def compared(courses: Sequence[CourseRows], asked: ReportFilter, scale: Scale) -> Compared:
    """The comparison of these courses, of which those without a baseline are left out."""
    days = timepoints_of(courses)
    every = {
        group: [_line(course, asked) for course in own if course.baseline is not None]
        for group, own in by_group(courses).items()
    }
    lines = {group: own for group, own in every.items() if own}
    sizes = {group: sum(bool(line.scores) for line in own) for group, own in lines.items()}
    large = sorted((group for group, n in sizes.items() if n >= FEWEST_IN_GROUP), key=lambda group: -sizes[group])
    if len(large) < 2:
        return Compared(lines, days)
    few = [name for name in days if any(_is_low(obtained(lines[group], name)) for group in large)]
    offered = tuple(name for name in days if name not in few)
    result = compare_groups(_patients(lines, large, offered), [group.key for group in large])
    found = Compared(lines, days, tuple(large), offered, tuple(few), result)
    return Compared(lines, days, tuple(large), offered, tuple(few), result, _tipping(found, scale))


def obtained(lines: Sequence[Line], timepoint: str) -> Proportion:
    """How many of those due at this timepoint have a score."""
    states = [line.state(timepoint) for line in lines]
    k = states.count(State.OBTAINED)
    return proportion(k, k + states.count(State.MISSING))


def _is_low(share: Proportion) -> bool:
    return share.value is not None and share.value < SWITCHED_OFF


def _line(course: CourseRows, asked: ReportFilter) -> Line:
    keeps_later = asked.after_retreatment is AfterRetreatment.COUNT
    states = {point.timepoint: _state(point, keeps_later) for point in course.points}
    scores = {
        point.timepoint: float(point.value)
        for point in course.points
        if point.value is not None and states[point.timepoint] is State.OBTAINED
    }
    return Line(course.patient_id, float(course.baseline or 0), states, scores)


def _state(point: Point, keeps_later: bool) -> State:
    if not point.is_closed:
        return State.NOT_DUE
    if point.status == Status.OBTAINED or (keeps_later and point.value is not None):
        return State.OBTAINED
    return State.MISSING if point.status == Status.MISSING else State.NOT_DUE


def _patients(
    lines: Mapping[Group, Sequence[Line]], groups: Sequence[Group], timepoints: Sequence[str]
) -> list[PatientScores]:
    return [
        PatientScores(group.key, line.baseline, tuple(line.scores.get(name) for name in timepoints))
        for group in groups
        for line in lines[group]
        if any(name in line.scores for name in timepoints)
    ]


def _tipping(found: Compared, scale: Scale) -> dict[Group, TippingPoint]:
    """For every group but the reference whose interval at the last timepoint leaves out 0."""
    if not found.visits:
        return {}
    last = found.visits[-1]
    points = {
        group: _tipping_of(found, group, difference, scale)
        for group, difference in zip(found.groups[1:], last.differences, strict=True)
        if not holds_zero(difference)
    }
    return {group: point for group, point in points.items() if point is not None}


def holds_zero(difference: Estimate) -> bool:
    """Whether its interval contains 0."""
    return difference.ci[0] <= 0 <= difference.ci[1]


def _tipping_of(found: Compared, group: Group, difference: Estimate, scale: Scale) -> TippingPoint | None:
    """The missing of ``group`` are moved towards no difference, by up to four thresholds or a fifth of the scale."""
    reference, last = found.groups[0], found.modelled[-1]
    due = {one: [line for line in found.lines[one] if line.state(last) is not State.NOT_DUE] for one in found.groups}
    step = float(scale.mcid or (scale.maximum - scale.minimum) / 20) / 2
    towards = -1 if difference.value > 0 else 1
    try:
        return tipping_point(
            _patients_due(due, (reference, group), found.modelled),
            (reference.key, group.key),
            [towards * step * place for place in range(_STEPS + 1)],
            seed=SEED,
        )
    except NotEstimableError:
        return None


def _patients_due(
    due: Mapping[Group, Sequence[Line]], groups: tuple[Group, Group], timepoints: Sequence[str]
) -> list[PatientScores]:
    """Also those without any score: they are the ones to be imputed."""
    return [
        PatientScores(group.key, line.baseline, tuple(line.scores.get(name) for name in timepoints))
        for group in groups
        for line in due[group]
    ]
