"""Where a course stands in its series of planned sessions."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from treatments.models import Course, TreatmentSession


@dataclass(frozen=True)
class CourseProgress:
    """``done`` counted sessions of ``planned``; ``next_on`` is a day, None before the first and after the last."""

    done: int
    planned: int
    next_on: dt.date | None

    @property
    def next_number(self) -> int:
        """The number that the session logged next gets, counting from 1."""
        return self.done + 1

    @property
    def is_complete(self) -> bool:
        return self.done >= self.planned

    @property
    def next_label(self) -> str:
        """The session logged next, like "session 2 of 3"; one beyond the plan is only "session 4"."""
        return self.label_of(self.next_number)

    def label_of(self, number: int) -> str:
        """One session of the course by its number, like "session 2 of 3"."""
        return f"session {number} of {self.planned}" if number <= self.planned else f"session {number}"


def progress(*, treated: Sequence[dt.date], planned: int, interval_days: int | None) -> CourseProgress:
    """The progress of a course that was treated on these days, in order."""
    is_under_way = 0 < len(treated) < planned
    next_on = treated[-1] + dt.timedelta(days=interval_days or 0) if is_under_way else None
    return CourseProgress(len(treated), planned, next_on)


def progress_of(course: Course, counted: Iterable[TreatmentSession]) -> CourseProgress:
    """The progress of a course with these counted sessions, by its clinic's calendar. Imported courses plan one."""
    zone = ZoneInfo(course.clinic.time_zone)
    protocol = course.protocol
    return progress(
        treated=sorted(session.performed_at.astimezone(zone).date() for session in counted),
        planned=protocol.series_length if protocol else 1,
        interval_days=protocol.series_interval_days if protocol else None,
    )


def course_progress(course: Course) -> CourseProgress:
    """The same, in one query."""
    return progress_of(course, course.sessions.counted())
