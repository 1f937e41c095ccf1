"""Cohorts are courses by the day they were opened. Whole calendar months have running sums; single days do not."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Edge:
    """Days, both inclusive, to add to the whole months (``sign`` 1) or to take away from them (-1)."""

    first: dt.date
    last: dt.date
    sign: int


@dataclass(frozen=True)
class Cohort:
    """Whole months from ``since`` up to but not with ``until`` (None: no limit), and what to add or take away."""

    since: dt.date | None
    until: dt.date | None
    edges: tuple[Edge, ...]

    @property
    def has_whole_months(self) -> bool:
        return self.since is None or self.until is None or self.since < self.until


_DAY = dt.timedelta(days=1)


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def cohort(opened_from: dt.date | None, opened_to: dt.date | None) -> Cohort:
    """The courses opened from one day to another, both inclusive; None is no limit.

    Of a month that is cut, the shorter part is looked up day by day: at most 16 days at either end.
    """
    if opened_from and opened_to and _next_month(opened_from) == _next_month(opened_to):
        return _within_a_month(opened_from, opened_to)
    since, opening = _start(opened_from) if opened_from else (None, None)
    until, closing = _end(opened_to) if opened_to else (None, None)
    return Cohort(since, until, tuple(edge for edge in (opening, closing) if edge))


def _within_a_month(first: dt.date, last: dt.date) -> Cohort:
    month, after = first.replace(day=1), _next_month(first)
    if (first, last) == (month, after - _DAY):
        return Cohort(month, after, ())
    return Cohort(month, month, (Edge(first, last, 1),))


def _start(day: dt.date) -> tuple[dt.date, Edge | None]:
    month, after = day.replace(day=1), _next_month(day)
    if day == month:
        return month, None
    if day - month <= after - day:
        return month, Edge(month, day - _DAY, -1)
    return after, Edge(day, after - _DAY, 1)


def _end(day: dt.date) -> tuple[dt.date, Edge | None]:
    month, after = day.replace(day=1), _next_month(day)
    if day == after - _DAY:
        return after, None
    if day - month < after - day:
        return month, Edge(month, day, 1)
    return after, Edge(day + _DAY, after - _DAY, -1)
