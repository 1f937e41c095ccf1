"""What a patient's details must be like, whichever door they come through. No Django, no database."""

import datetime as dt
import re

from clinic.rules import RuleBroken
from clinic.time_zones import time_zone_names

OLDEST = 125
# Signs that nobody sees and that turn the direction of the line, or the list, that a name stands in.
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


class BirthDateRefused(RuleBroken):
    code = "birth_date_refused"


class PhoneRefused(RuleBroken):
    code = "phone_refused"


class AllergiesRefused(RuleBroken):
    code = "allergies_refused"


class NameRefused(RuleBroken):
    code = "name_refused"


class TimeZoneUnknown(RuleBroken):
    code = "unknown_time_zone"


def check_born_on(born_on: dt.date, today: dt.date) -> None:
    """Raises BirthDateRefused for a day after ``today`` or more than 125 years before."""
    if born_on > today:
        raise BirthDateRefused("The date of birth cannot be in the future.", "born_on")
    if born_on.year < today.year - OLDEST:
        raise BirthDateRefused(f"The date of birth cannot be more than {OLDEST} years ago. Check the year.", "born_on")


def check_name(field: str, name: str) -> None:
    """Raises NameRefused for a name or chart number that would turn the direction of what stands around it."""
    if TURNS.search(name):
        message = "This holds a hidden sign that turns the direction of writing. Type it again instead of pasting it."
        raise NameRefused(message, field)


def check_phone(phone: str) -> None:
    """Raises PhoneRefused for anything but 7 to 15 digits with the usual signs between them."""
    digits = re.sub(r"\D", "", phone)
    if not (7 <= len(digits) <= 15 and re.fullmatch(r"\+?[\d\s().\-/]+", phone)):
        raise PhoneRefused("Type a phone number with 7 to 15 digits, like 512-555-0134.", "phone")


def check_allergies(status: str, allergies: str) -> None:
    """Raises AllergiesRefused unless allergies are named where there are some, and nowhere else."""
    if status == "known" and not allergies:
        raise AllergiesRefused("Allergies: say to what, or choose that none is known.", "allergies")
    if status != "known" and allergies:
        raise AllergiesRefused('Allergies: choose "Has allergies" for those that are named here.', "allergy_status")


def check_time_zone(time_zone: str) -> None:
    """Raises TimeZoneUnknown unless it is a name like "America/Chicago"."""
    if time_zone not in time_zone_names():
        raise TimeZoneUnknown("Choose a time zone like America/Chicago.", "time_zone")
