"""The days that tests talk about."""

import datetime as dt
from zoneinfo import ZoneInfo

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("America/Chicago"))
PUBLISHED = NOON - dt.timedelta(days=365)


def today_there() -> dt.date:
    """Today in the calendar of Chicago, where Northside is: for some hours yesterday's in UTC."""
    return dt.datetime.now(NOON.tzinfo).date()
