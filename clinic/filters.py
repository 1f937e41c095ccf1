"""Filters of the API: only those that a list names, each given once and well formed."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django_filters import rest_framework as filters

from clinic.api_errors import refuse

FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


class DayFilter(filters.DateFilter):
    """A day, written 2026-03-31 and in no other way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args,
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": "Give a day like 2026-03-31."},
            validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
            **kwargs,
        )


class OneOfFilter(filters.ChoiceFilter):
    """One of the values listed; the refusal lists them."""

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        choices = list(choices)
        words = ", ".join(value for value, _ in choices)
        message = {"invalid_choice": f"Choose one of: {words}."}
        super().__init__(*args, choices=choices, null_label=None, error_messages=message, **kwargs)


class YesNoFilter(filters.TypedChoiceFilter):
    """``true`` or ``false``; other words are refused, not ignored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        message = {"invalid_choice": "Choose one of: true, false."}
        choices = [("true", "true"), ("false", "false")]
        super().__init__(*args, choices=choices, coerce=lambda v: v == "true", error_messages=message, **kwargs)


class ClinicFilterSet(filters.FilterSet):
    """What every list can be narrowed by: one of the clinics where one works."""

    clinic = filters.UUIDFilter(field_name="clinic__public_id", label="Id of a clinic")


def refuse_unknown_parameters(given: QueryDict, known: Iterable[str]) -> None:
    """400 for a query parameter that is not offered here, or that is given twice or empty."""
    offered = sorted(known)
    for name, values in given.lists():
        if name not in offered:
            choice = f"Offered here: {', '.join(offered)}." if offered else "There are none here."
            raise refuse(name, f"This query parameter is not known. {choice}", "unknown_parameter")
        if len(values) > 1:
            raise refuse(name, "Give this query parameter once.", "given_twice")
        if not values[0]:
            raise refuse(name, "Give this query parameter a value, or leave it out.", "blank")
