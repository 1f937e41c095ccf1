"""The preparation as one part of a session's page."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from treatments import soft_ranges
from treatments.forms.preparations import FORMS
from treatments.models import TreatmentSession


class PreparationDraft:
    """One form."""

    def __init__(
        self, modality: str, *, data: QueryDict | None, initial: Mapping[str, Any], planned: Collection[str] = ()
    ) -> None:
        self.form = FORMS[modality](data, initial=initial)
        self.parts: list[forms.BaseForm | forms.BaseFormSet] = [self.form]

    def is_valid(self) -> bool:
        return self.form.is_valid()

    @property
    def cleaned(self) -> dict[str, Any]:
        return self.form.cleaned_data

    def show(self, path: str, message: str) -> None:
        self.form.add_error(path if path in self.form.fields else None, message)

    def doubts(self) -> list[tuple[str, str]]:
        form = self.form
        return [
            (f"{form[name].label}: {form.cleaned_data[name]:,} is outside the usual {soft}.", form[name].auto_id)
            for name, soft in soft_ranges.outside(form.ranges, form.cleaned_data).items()
        ]


def repeated_from(session: TreatmentSession) -> dict[str, Any]:
    """The settings of this session's preparation."""
    form = FORMS[session.course.treatment_type.modality]
    return form.Meta.model.objects.filter(session=session).values(*form.repeated).first() or {}
