"""What a code on a box says: GS1 element strings as scanners type them. Other codes are kept as they are."""

import datetime as dt
import re
from dataclasses import dataclass

from biip import EncodeError, ParseError, gs1_messages
from biip.gtin import Gtin

GROUP_SEPARATOR = "\x1d"
# What scanners type where they cannot type the separator. None of these occurs in a GS1 value.
SPOKEN_SEPARATORS = ("␝", "<GS>", "{GS}", "^]", "|", "~")
MAX_LENGTH = 200
_SYMBOLOGY = re.compile(r"\](?:C1|d2|e0|Q3|J1)")
_PRINTED = re.compile(r"\(\d{2,4}\)")


@dataclass(frozen=True, slots=True)
class Scanned:
    """A code that was read. ``gtin`` has 14 digits; what the code does not say is "" or None.

    ``problem``: why a code that looks like GS1 cannot be trusted, in words for the person at the scanner.
    """

    text: str
    is_gs1: bool = False
    gtin: str = ""
    lot_number: str = ""
    expires_on: dt.date | None = None
    serial: str = ""
    problem: str = ""


def read_code(text: str) -> Scanned:
    """What this code says. Never raises: a code that is not GS1 comes back as typed, with ``is_gs1`` False.

    GS1: with a symbology identifier ("]d2"), as printed ("(01)…(17)…(10)…"), or any message that begins with a GTIN;
    without one of these a lot number like "10A77" would be taken apart. A day 00 is the last of its month.
    """
    text = text.strip()[:MAX_LENGTH]
    message = text
    for separator in SPOKEN_SEPARATORS:
        message = message.replace(separator, GROUP_SEPARATOR)
    message, identifiers = _SYMBOLOGY.subn("", message, count=1) if message.startswith("]") else (message, 0)
    message = message.strip(GROUP_SEPARATOR)
    if _PRINTED.match(message):
        return _read_message(text, message, is_printed=True)
    if identifiers or (message.startswith("01") and len(message) >= 16):
        return _read_message(text, message, is_printed=False)
    if message.isascii() and message.isdecimal() and len(message) in (12, 13, 14):
        return _read_number(text, message)
    return Scanned(text)


def gtin_of(text: str) -> str:
    """The 14 digits of a GTIN-8, -12, -13 or -14. Raises ValueError, in words, for anything else."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) in (8, 12, 13, 14)):
        raise ValueError("A GTIN has 8, 12, 13 or 14 digits and nothing else.")
    try:
        return Gtin.parse(digits).as_gtin_14()
    except (EncodeError, ParseError):
        raise ValueError("The last digit of this GTIN does not fit the others: check it for a typing error.") from None


def _read_message(text: str, message: str, *, is_printed: bool) -> Scanned:
    parse = gs1_messages.GS1Message.parse_hri if is_printed else gs1_messages.GS1Message.parse
    try:
        elements = parse(message).element_strings
    except ParseError:
        return Scanned(text, problem="This looks like a GS1 code, but it cannot be read. Scan it again or type it.")
    values = {element.ai.ai: element for element in elements}
    try:
        gtin = gtin_of(values["01"].value) if "01" in values else ""
    except ValueError:
        return Scanned(text, problem="The GTIN in this code has a wrong check digit. Scan it again or type it.")
    expiry = values.get("17") or values.get("7003")
    return Scanned(
        text,
        is_gs1=True,
        gtin=gtin,
        lot_number=values["10"].value if "10" in values else "",
        expires_on=_day(expiry.date, expiry.datetime) if expiry else None,
        serial=values["21"].value if "21" in values else "",
    )


def _day(date: dt.date | None, moment: dt.datetime | None) -> dt.date | None:
    return date or (moment.date() if moment else None)


def _read_number(text: str, digits: str) -> Scanned:
    try:
        return Scanned(text, is_gs1=True, gtin=gtin_of(digits))
    except ValueError:
        return Scanned(text)
