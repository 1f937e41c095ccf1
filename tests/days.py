"""The days that tests talk about."""

import datetime as dt
from zoneinfo import ZoneInfo

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("America/Chicago"))
PUBLISHED = NOON - dt.timedelta(days=365)
