"""When a course first responds, how long that lasts, and how many respond at each timepoint (analytics 2.10)."""

import datetime as dt
from collections.abc import Mapping, Sequence

from outcomes.figures import kaplan_meier as curves
from outcomes.figures.durability import Durability
from outcomes.figures.state_occupancy import Occupancy
from outcomes.numerals import several
from outcomes.reports.caveats import NOT_COMPARED
from outcomes.reports.course_rows import CourseRows, by_group, course_rows, imported_caveats, timepoints_of
from outcomes.reports.durability_tables import durability_tables
from outcomes.reports.filters import ReportFilter
from outcomes.reports.results import Caveat
from outcomes.reports.rows import clinic_names, measure_of, outcomes_of
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Report
from outcomes.reports.spells import GroupSpells, retreated_on, spells_of
from outcomes.statistics.responses import CONFIRM
from outcomes.statistics.survival import Step
from treatments.models import Timepoint


def durability_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[Durability]:
    """Time to the first 30 % improvement, how long it lasts among responders, and the states. One query.

    Whatever is asked about scores after another treatment: courses are followed until then.
    """
    every = [course for course in course_rows(outcomes_of(asked, scope), asked) if course.points]
    courses = [course for course in every if course.baseline is not None and course.baseline > 0]
    timepoints = timepoints_of(courses)
    groups = [spells_of(group, own, list(timepoints)) for group, own in by_group(courses).items()]
    groups = [found for found in groups if found.first or found.first_strict]
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=measure_of(asked, scope),
        who=_who(every, groups),
        finding=_finding(groups),
        caveats=_caveats(every, groups),
        tables=durability_tables(groups),
        drawn=_drawn(groups, timepoints),
    )


def _who(every: Sequence[CourseRows], groups: Sequence[GroupSpells]) -> str:
    if not groups:
        return (
            f"No course has a score after treatment beside a baseline above 0 yet; {len(every):,} were to be followed."
        )
    n, without = sum(len(found.first) for found in groups), sum(course.baseline is None for course in every)
    return (
        f"{several(n, 'course')} with a baseline above 0 and a score after treatment, of {len(every):,} to be followed; "
        f"{without:,} of these have no baseline."
    )


def _finding(groups: Sequence[GroupSpells]) -> str:
    if not groups:
        return "There is nothing to show yet."
    n, lasting = sum(len(found.first) for found in groups), [spell for found in groups for spell in found.lasting]
    lost = sum(spell.is_event for spell in lasting)
    return (
        f"{len(lasting):,} of {n:,} improved by at least 30 % of their own baseline at some time. Of these, {lost:,} "
        f"were seen to lose it again at {CONFIRM} scores in a row; the others were still in response when last seen."
    )


def _caveats(every: Sequence[CourseRows], groups: Sequence[GroupSpells]) -> tuple[Caveat, ...]:
    if not groups:
        return ()
    zero = sum(course.baseline is not None and course.baseline <= 0 for course in every)
    again = sum(retreated_on(course) is not None for course in every)
    between = Caveat(
        "first_seen_by",
        f"The days are those on which {sum(len(found.lasting) for found in groups):,} responses were first seen. They "
        "began at some time since the check-in before, and who is asked more often is seen earlier.",
    )
    notes = [NOT_COMPARED, between]
    if again:
        said = f"{several(again, 'course was', 'courses were')} treated again: followed until then, and counted separately."
        notes.append(Caveat("retreated", said))
    if zero:
        notes.append(
            Caveat(
                "baseline_zero", f"{several(zero, 'course')} started at 0, of which there is no percentage: left out."
            )
        )
    return (*notes, *imported_caveats(every))


def _drawn(groups: Sequence[GroupSpells], timepoints: Mapping[str, int]) -> Durability:
    return Durability(
        [_curve(found, found.first_curve, {Timepoint.BASELINE: 0, **timepoints}) for found in groups if found.first],
        [_curve(found, found.lasting_curve, {"day 0": 0, **timepoints}) for found in groups if found.lasting],
        [
            Occupancy(name, state.responding, state.missing, state.not_responding, _name(found, groups))
            for found in groups
            for name, state in found.states.items()
        ],
    )


def _name(found: GroupSpells, groups: Sequence[GroupSpells]) -> str:
    return found.group.label if len(groups) > 1 else ""


def _curve(found: GroupSpells, steps: Sequence[Step], timepoints: Mapping[str, int]) -> curves.Survival:
    n = steps[0].at_risk
    return curves.Survival(
        found.group,
        n,
        [
            curves.Step(0, 1.0, None, n),
            *(curves.Step(int(s.time), s.survival, s.ci, s.at_risk, s.censored > 0) for s in steps),
        ],
        [curves.AtRisk(name, day, at_risk(steps, day)) for name, day in timepoints.items()],
    )


def at_risk(steps: Sequence[Step], day: int) -> int:
    """How many are still followed on this day, and not there yet."""
    return next((step.at_risk for step in steps if step.time >= day), 0)
