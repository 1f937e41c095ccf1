"""Shapes of the API: fields that are strict about what comes in and exact about what goes out."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from clinic.api_fields import Day, Email, Instant, OneOf, Quantity, Text, Whole, YesNo, exact
from clinic.models import Clinic

__all__ = [
    "Day",
    "Email",
    "Instant",
    "NothingSerializer",
    "OneOf",
    "Quantity",
    "RowField",
    "RowSerializer",
    "StrictFields",
    "StrictSerializer",
    "Text",
    "Whole",
    "YesNo",
    "exact",
    "local_day",
]
NIL = uuid.UUID(int=0)
WHOLE = (models.IntegerField, models.SmallIntegerField, models.PositiveIntegerField, models.PositiveSmallIntegerField)


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


class NothingSerializer(StrictSerializer):
    """The body of a request that needs none: empty, or an object without members."""


def local_day(clinic: Clinic, at: dt.datetime) -> dt.date:
    """The day that this instant belongs to in the clinic's calendar."""
    return at.astimezone(ZoneInfo(clinic.time_zone)).date()


class RowField(serializers.UUIDField):
    """Another row, by its public id. Somebody else's row and no row at all get the same answer."""

    default_error_messages = {"unknown": "There is no {what} with this id that you may see."}

    def __init__(self, queryset: models.QuerySet | None = None, **kwargs: Any) -> None:
        self.queryset = queryset
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> models.Model:
        if not isinstance(data, str) or len(data) != len(str(NIL)):
            self.fail("invalid")
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
        models.BooleanField: YesNo,
        models.CharField: Text,
        models.DateField: Day,
        models.DateTimeField: Instant,
        models.DecimalField: Quantity,
        models.EmailField: Email,
        models.TextField: Text,
        **dict.fromkeys(WHOLE, Whole),
    }
    serializer_choice_field = OneOf
