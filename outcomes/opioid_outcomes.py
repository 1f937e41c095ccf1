"""What became of one patient's pain medicines after treatment: which answers count, and the outcomes of them. No Django.

No single standard was found (content reference, section E); these are its definitions. A lower dose is not a goal in
itself, and never a reason to taper.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from outcomes.outcome_rules import BASELINE_DAYS

RAISED = Decimal("1.2")  # More than this times the amount before is a rise.
PAIN_WORSE = -1  # Improvement, in points, at or below which pain is worse.


@dataclass(frozen=True)
class Asked:
    """The medicines as asked on one day; ``mme`` in mg a day, None where a drug has no factor."""

    asked_on: dt.date
    number: int
    mme: Decimal | None
    nsaid_days: int | None = None


@dataclass(frozen=True)
class Course:
    """One patient's answers before treatment, at a timepoint and, after treatment, next before that; None: not asked.

    ``pain_improvement`` is in points of average pain at the same timepoint, None where not known.
    """

    before: Asked | None
    at: Asked | None
    previous: Asked | None
    pain_improvement: Decimal | None = None


@dataclass(frozen=True)
class Judged:
    """Each outcome, None where it is undefined for this patient; the definitions stand with ``judged``."""

    reduced_30: bool | None
    reduced_50: bool | None
    stopped: bool | None
    started: bool | None
    raised: bool | None
    nsaid_free: bool | None


def answers_of(
    asked: Sequence[Asked], *, treated_on: dt.date, window: tuple[int, int, int], pain_improvement: Decimal | None
) -> Course:
    """Which of a patient's answers count. ``window``: target, first and last day after ``treated_on``.

    Before: the latest of the 30 days up to the day of the first session, that day included (medicines are those of the
    last seven days). At the timepoint: the nearest to its target day, at equal distance the later. Of several on one
    day the one recorded last.
    """
    target, first, last = window
    latest = {one.asked_on: one for one in sorted(asked, key=lambda one: one.number)}
    by_day = {(day - treated_on).days: one for day, one in latest.items()}
    before = [day for day in by_day if -BASELINE_DAYS <= day <= 0]
    inside = sorted((day for day in by_day if first <= day <= last), key=lambda day: (abs(day - target), -day))
    earlier = [day for day in by_day if inside and 0 < day < inside[0]]
    return Course(
        before=by_day[max(before)] if before else None,
        at=by_day[inside[0]] if inside else None,
        previous=by_day[max(earlier)] if earlier else None,
        pain_improvement=pain_improvement,
    )


def amounts(course: Course) -> tuple[Decimal, Decimal] | None:
    """MME a day before and at the timepoint, where both are known."""
    before, at = (one.mme if one else None for one in (course.before, course.at))
    return None if before is None or at is None else (before, at)


def judged(course: Course) -> Judged:
    """Reduced: by at least 30 or 50 % of an amount above 0, with average pain not worse by a point or more.

    Stopped: 0 at the timepoint and at the answer before it, after an amount above 0. Started: above 0 after 0. Raised:
    by more than 20 %. NSAID-free: on no day of seven, after some days before. All inclusive unless said.
    """
    pair = amounts(course)
    before, at = pair or (None, None)
    return Judged(
        reduced_30=_reduced(course, 30),
        reduced_50=_reduced(course, 50),
        stopped=_stopped(course),
        started=at > 0 if at is not None and before == 0 else None,
        raised=at > RAISED * before if at is not None and before else None,
        nsaid_free=_nsaid_free(course),
    )


def _reduced(course: Course, percent: int) -> bool | None:
    pair = amounts(course)
    if pair is None or not pair[0] or course.pain_improvement is None:
        return None
    before, at = pair
    return 100 * (before - at) >= percent * before and course.pain_improvement > PAIN_WORSE


def _stopped(course: Course) -> bool | None:
    pair = amounts(course)
    if pair is None or not pair[0] or course.previous is None or course.previous.mme is None:
        return None
    return pair[1] == 0 and course.previous.mme == 0


def _nsaid_free(course: Course) -> bool | None:
    before, at = (one.nsaid_days if one else None for one in (course.before, course.at))
    return None if not before or at is None else at == 0
