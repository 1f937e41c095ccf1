"""Fields of request bodies: each takes the JSON type that the schema says, in one way of writing, within what is stored.

What REST framework would take beside it ("yes" for true, "１２" for 12, 20260302 for a day) is refused here, once.
"""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from clinic.filters import FIRST_DAY, LAST_DAY

# Longer lists of choices would bury the message.
LISTED = 20
# What a whole number in PostgreSQL holds.
MOST_WHOLE = 2**31 - 1
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


class Text(serializers.CharField):
    """A JSON string; a number or a word like true is none."""

    default_error_messages = {"invalid": "Give a string."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Email(serializers.EmailField):
    """One e-mail address."""

    default_error_messages = {"invalid": "Give an e-mail address like ruth@example.org."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number that a column holds: 3, not "3", 3.5, true or 2⁶³."""

    default_error_messages = {"invalid": "Give a whole number, without quotes."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": -MOST_WHOLE, "max_value": MOST_WHOLE, **kwargs})

    def to_internal_value(self, data: Any) -> int:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        if not is_number or data != int(data):
            self.fail("invalid")
        return int(data)


class YesNo(serializers.BooleanField):
    """``true`` or ``false``, and no other word for it."""

    default_error_messages = {"invalid": "Give true or false, without quotes."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Quantity(serializers.DecimalField):
    """A decimal, zero or more when it comes in, as a string without trailing zeros when it goes out."""

    default_error_messages = {"invalid": 'Give a decimal number, like "6.5".'}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", Decimal(0))
        super().__init__(*args, **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        if not is_number and not (isinstance(data, str) and _NUMBER.fullmatch(data)):
            self.fail("invalid")
        return super().to_internal_value(data)

    def to_representation(self, value: Decimal) -> str:
        return exact(value)


def exact(value: Decimal) -> str:
    """Every digit that is there, none that is not: ``Decimal("6.500")`` is "6.5", ``Decimal("1E+2")`` is "100"."""
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


class Day(serializers.DateField):
    """A day of the calendar, written 2026-03-31 and in no other way, of this or a neighbouring century."""

    default_error_messages = {
        "invalid": "Give a day like 2026-03-31.",
        "out_of_range": f"Give a day from {FIRST_DAY} to {LAST_DAY}.",
    }

    def to_internal_value(self, data: Any) -> dt.date:
        if not isinstance(data, str) or not _DAY.fullmatch(data):
            self.fail("invalid")
        day = super().to_internal_value(data)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail("out_of_range")
        return day


class Instant(serializers.DateTimeField):
    """A moment with its offset from UTC; a time without one is refused, because nobody can say when that was."""

    default_error_messages = {
        "naive": "Give the offset too, like 2026-03-31T10:15:00-05:00.",
        "out_of_range": f"Give a time from {FIRST_DAY} to {LAST_DAY}.",
    }

    def to_internal_value(self, data: Any) -> dt.datetime:
        if (
            not isinstance(data, str)
            or not data.isascii()
            or not _DAY.match(data)
            or data[10:11] not in {"T", "t", " "}
        ):
            self.fail("invalid", format="2026-03-31T10:15:00-05:00")
        instant = super().to_internal_value(data)
        if not FIRST_DAY < instant.date() < LAST_DAY:
            self.fail("out_of_range")
        return instant

    def enforce_timezone(self, value: dt.datetime) -> dt.datetime:
        if value.tzinfo is None:
            self.fail("naive")
        return super().enforce_timezone(value)


class OneOf(serializers.ChoiceField):
    """One of the values listed, in its own JSON type; the refusal lists them."""

    def __init__(self, choices: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        words = [str(value) for value in self.choices if value != ""]
        choice = f"Choose one of: {', '.join(words)}." if len(words) <= LISTED else "Choose one the schema lists."
        self.error_messages["invalid_choice"] = choice

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if value != data or isinstance(data, bool):
            self.fail("invalid_choice", input=data)
        return value
