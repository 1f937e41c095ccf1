"""When a protocol would ask, for given days of treatment: windows, and the instants of messages. No database, no clock."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from outcomes.delivery_rules import SendingHours


@dataclass(frozen=True)
class PlannedMoment:
    """A timepoint in days from the anchor session, and the codes of the instruments it asks, in order."""

    name: str
    opens_day: int
    target_day: int
    closes_day: int
    asks: tuple[str, ...]


@dataclass(frozen=True)
class Scheduled:
    """One check-in. The days are the clinic's calendar; the instants are shown in the time zone that was asked for.

    ``closes_at`` is the first instant at which the link no longer works.
    """

    name: str
    asks: tuple[str, ...]
    opens_on: dt.date
    due_on: dt.date
    closes_on: dt.date
    message_at: dt.datetime
    closes_at: dt.datetime


def series(treated_on: Iterable[dt.date], *, length: int, interval_days: int | None) -> tuple[dt.date, ...]:
    """The days of a whole series: those given, in order, and what is still planned after them."""
    days = sorted(treated_on)
    while days and len(days) < length:
        days.append(days[-1] + dt.timedelta(days=interval_days or 0))
    return tuple(days)


def schedule(
    moments: Iterable[PlannedMoment],
    *,
    sessions: Sequence[dt.date],
    counts_from_last: bool,
    hours: SendingHours,
    zone: str,
) -> tuple[Scheduled, ...]:
    """Every check-in after a series of sessions on these days, in order; ``hours`` says by which clock messages go.

    A check-in is announced at the first allowed instant of the day on which it opens.
    """
    anchor = sessions[-1] if counts_from_last else sessions[0]
    ordered = sorted(moments, key=lambda moment: moment.opens_day)
    return tuple(_scheduled(moment, anchor, hours, ZoneInfo(zone)) for moment in ordered)


def _scheduled(moment: PlannedMoment, anchor: dt.date, hours: SendingHours, zone: ZoneInfo) -> Scheduled:
    opens_on, due_on, closes_on = (
        anchor + dt.timedelta(days=days) for days in (moment.opens_day, moment.target_day, moment.closes_day)
    )
    return Scheduled(
        name=moment.name,
        asks=moment.asks,
        opens_on=opens_on,
        due_on=due_on,
        closes_on=closes_on,
        message_at=hours.next_allowed(_midnight(opens_on, hours)).astimezone(zone),
        closes_at=_midnight(closes_on + dt.timedelta(days=1), hours).astimezone(zone),
    )


def _midnight(day: dt.date, hours: SendingHours) -> dt.datetime:
    """The first instant of a day in the clinic's calendar."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(hours.time_zone)).astimezone(dt.UTC)
