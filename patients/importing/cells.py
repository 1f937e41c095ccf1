"""The cells of one row as a patient's details, by the same rules as the form, or what is wrong with them."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from clinic.csv_files import FORMULA
from clinic.rules import RuleBroken
from patients.importing.codes import NOT_SAID
from patients.importing.dates import DateUnreadable, read_day
from patients.importing.fields import BORN, BY_NAME, CHART, CODED, CONSENTED, DATES, FAMILY, FULL, GIVEN
from patients.models import Patient
from patients.rules import check_born_on, check_name, check_phone

NAMES = {CHART, FAMILY, GIVEN, FULL}
# What stands in Excel's way of keeping leading zeros: ="00417".
QUOTED = re.compile(r'="([^"]*)"')
SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
LOST = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Wrong:
    """One cell that cannot be taken as it is."""

    field: str
    problem: str
    value: str


@dataclass
class Person:
    """What a row says. ``details`` has only what it says: an empty cell says nothing."""

    details: dict[str, Any] = field(default_factory=dict)
    consented_on: dt.date | None = None
    wrong: list[Wrong] = field(default_factory=list)

    def refuse(self, name: str, problem: str, value: str) -> None:
        """One more thing that is wrong."""
        self.wrong.append(Wrong(name, problem, value))


@dataclass(frozen=True)
class Reading:
    """How the columns of one file are read. ``choices``: meanings of coded values, and orders of dates."""

    columns: Mapping[str, int]
    choices: Mapping[str, Any]
    today: dt.date


def read_person(cells: list[str], reading: Reading) -> Person:
    """The details in one row, and everything that is wrong with it."""
    person = Person()
    for name, place in reading.columns.items():
        value = tidy(name, cells[place])
        if not value:
            continue
        try:
            _take(person, name, value, reading)
        except RuleBroken as broken:
            person.refuse(name, broken.message, value)
    for name in (CHART, FAMILY):
        said = person.details.get(name) or any(wrong.field in (name, FULL) for wrong in person.wrong)
        if not said:
            person.refuse(name, f"{BY_NAME[name].label} is missing.", "")
    return person


def tidy(name: str, cell: str) -> str:
    """Without blanks around and line breaks inside; signs of full width are usual ones where they are no name."""
    is_name = name in NAMES - {CHART}
    text = " ".join(unicodedata.normalize("NFC" if is_name else "NFKC", cell).split())
    found = QUOTED.fullmatch(text)
    return found[1].strip() if found else text


def _take(person: Person, name: str, value: str, reading: Reading) -> None:
    """Add what one cell says. Raises RuleBroken."""
    _check_signs(name, value)
    if name in DATES:
        day = _day(name, value, reading)
        if name == CONSENTED:
            person.consented_on = day
        else:
            person.details[name] = day
    elif name in CODED:
        meaning = reading.choices.get(name, {}).get(value)
        if meaning is None:
            raise RuleBroken("Nobody said what this value means. Go back to the values and say it.", name)
        if meaning != NOT_SAID:
            person.details[name] = meaning
    elif name == FULL:
        for part, words in _parted(value).items():
            person.details[part] = _fitting(part, words)
    else:
        person.details[name] = _fitting(name, value)


def _check_signs(name: str, value: str) -> None:
    if LOST in value:
        raise RuleBroken("A letter was lost when the file was saved. Export it again as “CSV UTF-8”.", name)
    if name in NAMES:
        if FORMULA.match(value):
            raise RuleBroken("This begins like a formula of a spreadsheet. Write the value itself.", name)
        if any(unicodedata.category(sign) == "Cc" for sign in value):
            raise RuleBroken("This holds a sign that nobody can see. Type it again.", name)
        check_name(name, value)
    if name == CHART and SHORTENED.fullmatch(value):
        raise RuleBroken("A spreadsheet has shortened this number. Format the column as text and save again.", name)


def _parted(value: str) -> dict[str, str]:
    family, comma, given = (part.strip() for part in value.partition(","))
    if not comma or not family:
        raise RuleBroken("There is no comma between the family name and the given name.", FULL)
    return {FAMILY: family, **({GIVEN: given} if given else {})}


def _day(name: str, value: str, reading: Reading) -> dt.date:
    try:
        day = read_day(value, reading.choices.get(name, ""), reading.today)
    except DateUnreadable as unreadable:
        raise RuleBroken(unreadable.words, name) from None
    if name == BORN:
        check_born_on(day, reading.today)
    elif day > reading.today:
        raise RuleBroken("The day of the consent cannot be in the future.", name)
    return day


def _fitting(name: str, value: str) -> str:
    """The value, if the patient's row can hold it. Raises RuleBroken."""
    if name == "phone":
        check_phone(value)
    column: Any = Patient._meta.get_field(name)
    if len(value) > column.max_length:
        raise RuleBroken(f"{BY_NAME[name].label} is longer than {column.max_length} signs.", name)
    try:
        return str(column.clean(value, None))
    except ValidationError:
        raise RuleBroken("This is no e-mail address like ruth@example.org.", name) from None
