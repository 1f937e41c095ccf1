"""Keeping a report's numbers, or its question under a name."""

from typing import Any
from urllib.parse import parse_qs

from django import forms

from clinic.forms import speak_plainly
from clinic.models import Clinic
from outcomes.models import ReportSnapshot
from outcomes.report_kinds import EVERY_KIND, kind_named
from outcomes.reports import InvalidFilter, Scope, parse_filter


class QuestionForm(forms.Form):
    """A report and its filter, as the report's page sends them. When valid, ``kind`` and ``asked`` are in cleaned_data."""

    kind = forms.ChoiceField(label="Report", choices=lambda: [(kind.name, kind.title) for kind in EVERY_KIND])
    query = forms.CharField(label="Filter", required=False, max_length=4_000, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, scope: Scope, clinic: Clinic) -> None:
        super().__init__(data)
        self.scope, self.clinic = scope, clinic
        speak_plainly(self)

    def clean(self) -> dict[str, Any]:
        """The report itself in place of its name, and the filter as ``asked``: about this one clinic."""
        cleaned = self.cleaned_data
        query = parse_qs(cleaned.get("query", "")) or {}
        try:
            asked = parse_filter({"clinic": [str(self.clinic.public_id)], **query}, self.scope)
        except InvalidFilter as error:
            for name, rule in error.errors.items():
                self.add_error(None, f"{name}: {rule}")
            return cleaned
        if asked.clinic != (self.clinic.public_id,):
            self.add_error(None, f"Choose {self.clinic} alone: what is kept belongs to one clinic.")
        return {**cleaned, "kind": kind_named(cleaned.get("kind", "")), "asked": asked}


class SnapshotForm(QuestionForm):
    """For whom the numbers are kept."""

    audience = forms.ChoiceField(
        label="For whom", choices=ReportSnapshot.Audience.choices, initial="clinic", widget=forms.RadioSelect
    )


class ViewForm(QuestionForm):
    """A name for a question."""

    name = forms.CharField(label="Name", max_length=60)
    is_shared = forms.BooleanField(label="For everybody at this clinic", required=False)


class MonthlyForm(forms.Form):
    """Whether the monthly report comes."""

    sends = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])
