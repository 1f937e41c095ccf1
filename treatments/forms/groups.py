"""Fields that are shown together, and what a page says about where their values came from."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django import forms
from django.forms import BoundField
from django.utils import timezone


@dataclass(frozen=True)
class FieldGroup:
    """A few fields behind one line, which says what is filled in while they are folded away."""

    title: str
    fields: Sequence[BoundField]

    @property
    def is_open(self) -> bool:
        """Whether something in it has to be put right."""
        return any(field.errors for field in self.fields)

    @property
    def words(self) -> list[str]:
        """The values filled in, in words."""
        return [f"{field.label}: {said(field)}" for field in self.fields if is_filled(field)]

    @property
    def is_planned(self) -> bool:
        """Whether anything in it was filled in from the plan."""
        return any(getattr(field.field, "is_planned", False) for field in self.fields)


def is_filled(field: BoundField) -> bool:
    """Whether the field says something. A "no" does only where it could also have been left open; 0 always does."""
    value = field.value()
    if value is False:
        return not isinstance(field.field.widget, forms.CheckboxInput)
    return value is not None and value not in ("", [], "unknown")


def said(field: BoundField) -> str:
    """The value of the field as people read it: the label of a choice, "Yes", a number with its unit; "" for none."""
    value = field.value()
    if not is_filled(field):
        return ""
    if isinstance(value, bool) or value == "on":
        return "Yes" if value else "No"
    if isinstance(field.field, forms.DateField | forms.DateTimeField):
        value = _day(field, value)
    if isinstance(field.field, forms.DecimalField):
        value = _number(field, value)
    values = value if isinstance(value, list | tuple) else [value]
    labels = dict(_choices(field))
    words = ", ".join(labels.get(str(one), str(one)) for one in values)
    unit = getattr(field.field.widget, "unit", "")
    return f"{words} {unit}" if unit and words else words


def _number(field: BoundField, value: object) -> object:
    """A number without trailing zeros; what is none as it was typed."""
    try:
        return f"{field.field.to_python(value).normalize():f}"
    except forms.ValidationError:
        return value


def _day(field: BoundField, value: object) -> object:
    """A day or an instant as pages write it; what is none as it was typed."""
    try:
        day = field.field.to_python(value)
    except forms.ValidationError:
        return value
    if isinstance(day, dt.datetime):
        return f"{timezone.localtime(day):%-d %b %Y, %H:%M}"
    return f"{day:%-d %b %Y}" if day else ""


def _choices(field: BoundField) -> list[tuple[str, str]]:
    return [
        (str(code), str(label))
        for value, written in getattr(field.field.widget, "choices", ())
        for code, label in (written if isinstance(written, list | tuple) else [(value, written)])
    ]


def mark_planned(form: forms.BaseForm, names: Collection[str]) -> None:
    """Let these fields say that they were filled in from the plan, until somebody changes them."""
    for name in set(names) & set(form.fields):
        form.fields[name].is_planned = not form.is_bound or not has_changed(form[name], form.initial.get(name))


def has_changed(field: BoundField, initial: object) -> bool:
    """Whether what was sent for the field means something else than ``initial``, which may be text: 6.0 is 6."""
    if isinstance(initial, str):
        try:
            initial = field.field.to_python(initial)
        except forms.ValidationError:
            return True
    return field.field.has_changed(initial, field.data)
