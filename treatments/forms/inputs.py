"""Inputs that staff pages share: numbers with their unit, days, moments, yes and no that may be left unsaid."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import DecimalValidator, MinValueValidator
from django.forms.utils import ErrorDict

from clinic.forms import speak_plainly
from treatments.soft_ranges import SoftRange

MINUTE = "%Y-%m-%dT%H:%M"
# The buttons of a session's page that do not save.
REDRAWING = ("add", "remove", "redraw")
UNSAID = [("true", "Yes"), ("false", "No"), ("unknown", "Not recorded")]


class UnitInput(forms.TextInput):
    """A number typed as text, which no wheel or arrow key can change; ``unit`` is shown behind it."""

    def __init__(self, unit: str) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off"})
        self.unit = unit


class DayInput(forms.DateInput):
    """A day of the calendar, picked or typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and a time, to the minute."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=MINUTE)


class YesNo(forms.RadioSelect):
    """Yes, No or not recorded, as three buttons: leaving it alone says nothing."""

    def __init__(self) -> None:
        super().__init__(choices=UNSAID)

    def format_value(self, value: Any) -> str:
        return {True: "true", "true": "true", False: "false", "false": "false"}.get(value, "unknown")


class QuietForm(forms.Form):
    """A form that finds no fault while its page is only drawn anew: with one row more, or for another kind."""

    @property
    def errors(self) -> ErrorDict:
        is_drawn_anew = self.is_bound and any(self.data.get(button) for button in REDRAWING)
        return ErrorDict() if is_drawn_anew else super().errors


def add_units(form: forms.BaseForm, ranges: Mapping[str, SoftRange]) -> None:
    """Give each measured field of the form its unit and, as a hint, its usual range.

    How many digits it may have is left to ``treatments.hard_limits``, which knows what was probably meant.
    """
    for name, soft in ranges.items():
        field = form.fields.get(name)
        if field is None:
            continue
        field.widget = UnitInput(soft.unit)
        field.help_text = f"Usually {soft.low:,} to {soft.high:,}"
        if isinstance(field, forms.DecimalField) and field.max_digits:
            field.max_digits = None
            field.validators = [rule for rule in field.validators if not isinstance(rule, DecimalValidator)]
            field.validators.append(_places(field))
        if soft.low >= 0:
            field.validators = [rule for rule in field.validators if not isinstance(rule, MinValueValidator)]
            field.validators.append(MinValueValidator(0, f"{field.label} cannot be less than 0."))


def ask_plainly(form: forms.BaseForm) -> None:
    """Words for empty choices and for what can be left unanswered; days and moments are picked."""
    speak_plainly(form)
    for field in form.fields.values():
        if isinstance(field, forms.NullBooleanField):
            field.widget = YesNo()
        elif isinstance(field, forms.DateTimeField):
            field.widget, field.input_formats = MomentInput(), [MINUTE, f"{MINUTE}:%S"]
        elif isinstance(field, forms.DateField):
            field.widget = DayInput()
        elif isinstance(field, forms.TypedChoiceField) and not isinstance(field.widget, forms.RadioSelect):
            empty = "Choose" if field.required else "Not recorded"
            field.choices = [("", empty), *[choice for choice in field.choices if choice[0]]]


def leave_to_the_action(exclude: object = None) -> None:
    """Rules across fields are the action's, which says them in words and names the field."""


def _places(field: forms.DecimalField) -> DecimalValidator:
    rule = DecimalValidator(None, field.decimal_places)
    rule.messages = {
        "invalid": f"{field.label} must be a number, like 6 or 6.5.",
        "max_decimal_places": f"{field.label}: at most {field.decimal_places} digit{'s' if field.decimal_places != 1 else ''} "
        "after the point.",
    }
    return rule
