"""Cohorts are courses by the day they were opened. Whole calendar months have running sums; the days at the ends do not."""

import datetime as dt
from dataclasses import dataclass

Days = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Cohort:
    """Days of opening: whole months from ``since`` up to but not with ``until`` (None: no limit), and ``edges``.

    The edges are inclusive ranges of days inside months that are only partly asked for; no day is in two places.
    """

    since: dt.date | None
    until: dt.date | None
    edges: tuple[Days, ...]

    @property
    def has_whole_months(self) -> bool:
        return self.since is None or self.until is None or self.since < self.until


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def cohort(opened_from: dt.date | None, opened_to: dt.date | None) -> Cohort:
    """The courses opened from one day to another, both inclusive; None is no limit."""
    since, until, edges = opened_from, None, []
    if opened_from and opened_from.day > 1:
        since = _next_month(opened_from)
        last = since - dt.timedelta(days=1)
        edges.append((opened_from, min(last, opened_to) if opened_to else last))
    if opened_to:
        until = _next_month(opened_to)
        if opened_to != until - dt.timedelta(days=1):
            until = opened_to.replace(day=1)
            if since is None or since <= until:
                edges.append((until, opened_to))
    return Cohort(since, until, tuple(edges))
