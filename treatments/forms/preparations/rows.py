"""Rows of a preparation: spins, places of harvest, release tests."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.forms import BoundField
from django.forms.models import fields_for_model
from django.http import QueryDict

from clinic.models import Clinic, StoredFile
from treatments import field_labels, soft_ranges
from treatments.forms.groups import FieldGroup
from treatments.forms.inputs import QuietForm, add_units, ask_plainly
from treatments.forms.rows import MAX_ROWS, NumberedFormSet
from treatments.hard_limits import MAX_SPINS
from treatments.models import Harvest, ReleaseTest, Spin

EMPTY = (None, "", [])


class RowForm(QuietForm):
    """One row. A row in which nothing was filled in is left out. ``rare``: the fields behind "More"."""

    kind: ClassVar[str]
    model: ClassVar[type[models.Model]]
    rare: ClassVar[tuple[str, ...]] = ()
    rare_title: ClassVar[str] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = field_labels.ROWS[self.kind]
        names = [name for name in labels if name not in self.fields]
        no_help = dict.fromkeys(names, "")
        self.fields |= fields_for_model(self.model, fields=names, labels=labels, help_texts=no_help)
        self.order_fields(list(labels))
        ask_plainly(self)
        for field in self.fields.values():
            if isinstance(field, forms.NullBooleanField):
                # Three buttons are too wide for a row.
                field.widget = forms.Select(choices=[("", "Not recorded"), ("true", "Yes"), ("false", "No")])
        add_units(self, soft_ranges.ROWS.get(self.kind, {}))

    def usual(self) -> list[BoundField]:
        """The fields that are always seen."""
        return [self[name] for name in self.fields if name not in self.rare]

    def more(self) -> FieldGroup | None:
        """The fields behind "More", if any."""
        return FieldGroup(self.rare_title, [self[name] for name in self.rare]) if self.rare else None

    @property
    def is_filled(self) -> bool:
        """Whether anything was written in it."""
        return any(value not in EMPTY for value in self.cleaned_data.values())


class SpinForm(RowForm):
    """One run of the centrifuge: its force, or speed and radius."""

    kind, model = "spins", Spin
    rare, rare_title = ("rpm", "rotor_radius_cm", "temperature_c", "is_braked"), "Speed, radius, temperature, brake"


class HarvestForm(RowForm):
    """One place from which marrow or fat was taken; only sites that the kind of product is taken from."""

    kind, model = "harvests", Harvest

    def __init__(self, *args: Any, sites: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = self.fields["site"]
        site.choices = [choice for choice in site.choices if not choice[0] or choice[0] in sites]


class ReleaseTestForm(RowForm):
    """One safety test with its result. A certificate that is on file already stays."""

    kind, model = "release_tests", ReleaseTest

    certificate = forms.ModelChoiceField(
        StoredFile.objects.none(), to_field_name="public_id", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, clinic: Clinic | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["certificate"].queryset = StoredFile.objects.filter(clinic=clinic)


class Rows(NumberedFormSet):
    """Rows of one kind, added and removed by the buttons of the page."""

    most: ClassVar[int] = MAX_ROWS
    hint: ClassVar[str] = ""
    add_words: ClassVar[str]

    @property
    def can_grow(self) -> bool:
        return self.total_form_count() < self.most

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        # Any row may be left empty, also one that was filled in when the page was opened.
        return {**super().get_form_kwargs(index), "empty_permitted": True}

    def record(self) -> list[dict[str, Any]]:
        """The rows as the action takes them."""
        return [dict(form.cleaned_data) for form in self.filled()]

    def filled(self) -> Sequence[RowForm]:
        """The rows in which something was written, in order."""
        return [form for form in self.forms if form.is_filled]


class SpinRows(Rows):
    row_name, add_words = "Spin", "Add a spin"
    hint = "Give the force, or the speed and the rotor's radius."
    most = MAX_SPINS


class HarvestRows(Rows):
    row_name, add_words = "Harvest", "Add a place of harvest"
    hint = "One row for each site and side."


class ReleaseTestRows(Rows):
    row_name, add_words = "Release test", "Add a release test"
    hint = "As the certificate says."


_ROWS: dict[str, tuple[type[RowForm], type[Rows]]] = {
    "spins": (SpinForm, SpinRows),
    "harvests": (HarvestForm, HarvestRows),
    "release_tests": (ReleaseTestForm, ReleaseTestRows),
}
# Rows that stand open from the beginning; the others are rare.
_OPEN = {"spins", "harvests"}


def row_set(
    kind: str, data: QueryDict | None, *, initial: Sequence[Mapping[str, Any]], form_kwargs: Mapping[str, Any]
) -> Rows:
    """The rows of one kind: as they were sent, or filled in from ``initial``."""
    form, formset = _ROWS[kind]
    extra = int(kind in _OPEN and not initial)
    made = forms.formset_factory(form, formset, extra=extra, max_num=MAX_ROWS, absolute_max=MAX_ROWS)
    options = {"prefix": kind, "form_kwargs": dict(form_kwargs)}
    # A page drawn for another kind of product did not have these rows.
    if data is not None and f"{kind}-TOTAL_FORMS" in data:
        return made(data, **options)
    if data is not None:
        return made(_none_sent(kind, extra), **options)
    return made(initial=[dict(row) for row in initial], **options)


def _none_sent(kind: str, extra: int) -> QueryDict:
    sent = QueryDict(mutable=True)
    sent.update({f"{kind}-TOTAL_FORMS": str(extra), f"{kind}-INITIAL_FORMS": "0"})
    return sent
