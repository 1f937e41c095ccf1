"""What a timepoint's name says about its day."""

import re
from functools import cache

from outcomes.history.rows import BASELINE

_NAMED = re.compile(r"(day|week|month|year)s? (\d{1,4})", re.ASCII | re.IGNORECASE)
_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}


@cache
def stated_day(timepoint: str) -> int | None:
    """The day that "baseline", "week 6" or "month 3" names (0, 42, 91); None for other names."""
    if timepoint == BASELINE:
        return 0
    named = _NAMED.fullmatch(timepoint)
    return round(_DAYS[named[1].lower()] * int(named[2])) if named else None
