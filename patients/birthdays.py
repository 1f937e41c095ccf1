"""Reading when somebody says they were born. No Django, no database."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import NamedTuple

NUMBER = re.compile("[0-9]{1,2}")
YEAR = re.compile("(?:18|19|20)[0-9]{2}")
# The fields of the form, by what is asked.
FIELDS = {"year": ("year",), "date": ("month", "day", "year")}


class Birthday(NamedTuple):
    """A year, or with ``month`` and ``day`` a whole date."""

    year: int
    month: int = 0
    day: int = 0

    def is_of(self, born_on: dt.date) -> bool:
        """Whether somebody born on that day could say this."""
        return self in (Birthday(born_on.year), Birthday(*born_on.timetuple()[:3]))


def read(kind: str, typed: Mapping[str, str]) -> Birthday | None:
    """The birthday in the fields of a form, "year" or "date"; None for what is no year or no day of the calendar."""
    texts = [typed.get(name, "").strip() for name in FIELDS[kind]]
    if not YEAR.fullmatch(texts[-1]) or not all(NUMBER.fullmatch(text) for text in texts[:-1]):
        return None
    *rest, year = map(int, texts)
    try:
        dt.date(year, *(rest or (1, 1)))
    except ValueError:
        return None
    return Birthday(year, *rest)
