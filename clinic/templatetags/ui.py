"""Template words shared by all pages. No queries here."""

import datetime as dt
from typing import NamedTuple

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clinic import names

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "i") -> SafeString:
    """A symbol of the sprite; always decoration beside a word."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("clinic/sprite.svg"), name
    )


class Problem(NamedTuple):
    """One line of an error summary; ``target`` is the id to jump to, "" for the whole form."""

    message: str
    target: str


@register.simple_tag
def problems(*items: forms.BaseForm | forms.BaseFormSet | list | None) -> list[Problem]:
    """Every error of these forms and formsets (or lists of them), in the order of the page. A formset says its
    ``row_name``.
    """
    found: list[Problem] = []
    for item in items:
        if isinstance(item, list):
            found += problems(*item)
        elif isinstance(item, forms.BaseFormSet):
            found += [Problem(message, "") for message in item.non_form_errors()]
            for number, form in enumerate(item.forms, 1):
                found += [Problem(f"{item.row_name} {number}: {message}", at) for message, at in problems(form)]
        elif item is not None:
            found += [Problem(message, "") for message in item.non_field_errors()]
            found += [Problem(message, first_input(field)) for field in item for message in field.errors]
    return found


@register.filter
def first_input(field: BoundField) -> str:
    """The id of what takes the focus: of radio buttons, the first."""
    is_group = isinstance(field.field.widget, forms.RadioSelect)
    return f"{field.auto_id}_0" if is_group else field.auto_id


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the field is a set of radio buttons."""
    return isinstance(field.field.widget, forms.RadioSelect)


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether the field is a single check box."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def age_on(born_on: dt.date, day: dt.date) -> int:
    """Whole years between a birth date and a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


@register.filter
def telling(text: str) -> str:
    """What says who a patient is beside their name, like an address: hidden where names are."""
    return names.HIDDEN if text and names.are_hidden() else text


@register.filter
def initials(name: str) -> str:
    """At most two capitals of a name, without its title."""
    words = [word for word in name.split() if not word.endswith(".")]
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
