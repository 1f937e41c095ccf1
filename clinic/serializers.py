"""Shapes of the API: fields that are strict about what comes in and exact about what goes out."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from clinic.models import Clinic

# Longer lists of choices would bury the message.
LISTED = 20


class StrictFields:
    """Refuses a field that is not known instead of dropping it."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {field.field_name for field in self._writable_fields}
            for name in data:
                if name not in writable:
                    raise ValidationError({name: [ErrorDetail("This field is not known here.", "unknown_field")]})
        return super().to_internal_value(data)


class StrictSerializer(StrictFields, serializers.Serializer):
    """A request body."""


class Quantity(serializers.DecimalField):
    """A decimal, zero or more when it comes in, as a string without trailing zeros when it goes out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", Decimal(0))
        super().__init__(*args, **kwargs)

    def to_representation(self, value: Decimal) -> str:
        return exact(value)


def exact(value: Decimal) -> str:
    """Every digit that is there, none that is not: ``Decimal("6.500")`` is "6.5", ``Decimal("1E+2")`` is "100"."""
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def local_day(clinic: Clinic, at: dt.datetime) -> dt.date:
    """The day that this instant belongs to in the clinic's calendar."""
    return at.astimezone(ZoneInfo(clinic.time_zone)).date()


class Instant(serializers.DateTimeField):
    """A moment with its offset from UTC; a time without one is refused, because nobody can say when that was."""

    default_error_messages = {"naive": "Give the offset too, like 2026-03-31T10:15:00-05:00."}

    def enforce_timezone(self, value: dt.datetime) -> dt.datetime:
        if value.tzinfo is None:
            self.fail("naive")
        return super().enforce_timezone(value)


class OneOf(serializers.ChoiceField):
    """One of the values listed; the refusal lists them."""

    def __init__(self, choices: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        words = [str(value) for value in self.choices if value != ""]
        choice = f"Choose one of: {', '.join(words)}." if len(words) <= LISTED else "Choose one the schema lists."
        self.error_messages["invalid_choice"] = choice


class RowField(serializers.UUIDField):
    """Another row, by its public id. Somebody else's row and no row at all get the same answer."""

    default_error_messages = {"unknown": "There is no {what} with this id that you may see."}

    def __init__(self, queryset: models.QuerySet | None = None, **kwargs: Any) -> None:
        self.queryset = queryset
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> models.Model:
        public_id = super().to_internal_value(data)
        row = self.queryset.visible_to(self.context["request"].user).filter(public_id=public_id).first()
        if row is None:
            self.fail("unknown", what=self.queryset.model._meta.verbose_name)
        return row

    def to_representation(self, row: models.Model) -> str:
        return str(row.public_id)


class RowSerializer(serializers.ModelSerializer):
    """A row as the API shows it: public ids, exact decimals, instants in UTC."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: Quantity,
        models.DateTimeField: Instant,
    }
    serializer_choice_field = OneOf
