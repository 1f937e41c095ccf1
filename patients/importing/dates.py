"""Days as files write them. Which of two numbers is the month is read from all of them together, never guessed. Pure."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MONTH_FIRST, DAY_FIRST = "mdy", "dmy"
ORDERS = {MONTH_FIRST: "month first: 04/03/1958 is April 3", DAY_FIRST: "day first: 04/03/1958 is March 4"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SPANISH = {"ene": 1, "abr": 4, "ago": 8, "set": 9, "dic": 12}
YEARS_OF_TWO_DIGITS = 100

TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){TIME}", re.ASCII | re.IGNORECASE)
COMPACT = re.compile(r"((?:18|19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
NUMBERS = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){TIME}", re.ASCII | re.IGNORECASE)
DAY_MONTH = re.compile(r"(\d{1,2})[-./ ]+(?:de )?([a-z]{3,10})[-./, ]+(?:de )?(\d{4}|\d{2})", re.ASCII)
MONTH_DAY = re.compile(r"([a-z]{3,10})[-./ ]+(\d{1,2})[-./, ]+(\d{4}|\d{2})", re.ASCII)


class DateUnreadable(ValueError):
    """``words``: what is wrong with it."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Order:
    """How the days of one column are written. ``order`` is "" where no number is in doubt; None where somebody has to say.

    ``why`` says on what it rests, with one of the values.
    """

    order: str | None
    why: str


def plain(text: str) -> str:
    """Full-width digits as usual ones, without blanks around."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def order_of(texts: Iterable[str]) -> Order:
    """In which order all of these are written."""
    found = [match for text in texts if (match := NUMBERS.fullmatch(plain(text)))]
    pairs = [(one[0], int(one[1]), int(one[3])) for one in found if min(int(one[1]), int(one[3])) <= 12]
    if not pairs:
        return Order("", "The year stands first, or the month is in letters.")
    days_first = next((text for text, first, second in pairs if first > 12 >= second), "")
    months_first = next((text for text, first, second in pairs if second > 12 >= first), "")
    if days_first and months_first:
        return Order(None, f"{days_first} has the day first and {months_first} the month. One of the two is wrong.")
    if days_first:
        return Order(DAY_FIRST, f"Day first in all {len(pairs):,}: {days_first} can be nothing else.")
    if months_first:
        return Order(MONTH_FIRST, f"Month first in all {len(pairs):,}: {months_first} can be nothing else.")
    return Order(None, f"Every one of the {len(pairs):,} can be read both ways, like {pairs[0][0]}.")


def read_day(text: str, order: str, today: dt.date) -> dt.date:
    """The day; two digits of a year are within the last hundred years. Raises DateUnreadable."""
    written = plain(text)
    if re.fullmatch(r"\d{5}(\.0+)?", written, re.ASCII):
        raise DateUnreadable(
            "This is a spreadsheet’s own number for a day. Format the column as a date and save again."
        )
    for year, month, day in _readings(written, order):
        try:
            return dt.date(_year(year, today), int(month), int(day))
        except ValueError:
            raise DateUnreadable("There is no such day in the calendar.") from None
    raise DateUnreadable("This is not a date like 1958-04-03 or 04/03/1958.")


def _readings(written: str, order: str) -> Iterable[tuple[str, int | str, str]]:
    if found := YEAR_FIRST.fullmatch(written):
        yield found[1], found[3], found[4]
    elif found := COMPACT.fullmatch(written):
        yield found[1], found[2], found[3]
    elif found := NUMBERS.fullmatch(written):
        first, second = found[1], found[3]
        yield (found[4], second, first) if order == DAY_FIRST else (found[4], first, second)
    elif (found := DAY_MONTH.fullmatch(written.lower())) and (month := _month(found[2])):
        yield found[3], month, found[1]
    elif (found := MONTH_DAY.fullmatch(written.lower())) and (month := _month(found[1])):
        yield found[3], month, found[2]


def _month(word: str) -> int:
    """1 to 12; 0 for any other word."""
    start = word[:3]
    return MONTHS.index(start) + 1 if start in MONTHS else SPANISH.get(start, 0)


def _year(text: str, today: dt.date) -> int:
    if len(text) == 4:
        return int(text)
    century = today.year - today.year % 100
    year = century + int(text)
    return year if year <= today.year else year - YEARS_OF_TWO_DIGITS
