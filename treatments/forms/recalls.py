"""Calling a lot back, and each step with a patient who received it."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from clinic.forms import speak_plainly
from patients.models import Patient
from treatments.forms.stock import day_input
from treatments.models import Lot, Recall, RecallCase


class RecallForm(forms.Form):
    """Why and how severely; the lot number is typed to confirm."""

    severity = forms.ChoiceField(label="Class", choices=Recall.Severity.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        max_length=500, help_text="As in the maker’s or the agency’s notice.", widget=forms.Textarea({"rows": 2})
    )
    announced_on = forms.DateField(label="Announced on", widget=day_input())
    typed_number = forms.CharField(
        label="Type the lot number to confirm",
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Type the lot number, so that no other lot is recalled."},
    )

    def __init__(self, *args: Any, lot: Lot, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lot = lot
        speak_plainly(self)
        self.fields["announced_on"].widget.attrs["max"] = today.isoformat()

    def clean_typed_number(self) -> str:
        typed = self.cleaned_data["typed_number"].strip()
        if typed != self.lot.lot_number:
            raise forms.ValidationError(f"This is not the number of the lot: it is {self.lot.lot_number}.")
        return typed


class StepForm(forms.Form):
    """Where a case stands now, and what was said or found."""

    state = forms.ChoiceField(label="Now", choices=RecallCase.State.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Needed to close, to leave out a step and to go back.",
    )

    def __init__(self, *args: Any, case: RecallCase, **kwargs: Any) -> None:
        states = [state.value for state in RecallCase.State]
        here = states.index(case.state)
        kwargs.setdefault("initial", {"state": states[min(here + 1, len(states) - 1)]})
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["state"].choices = [choice for choice in RecallCase.State.choices if choice[0] != case.state]


class ExposedForm(forms.Form):
    """A patient who received the lot without its being logged then."""

    chart_number = forms.CharField(label="Chart number", max_length=40, widget=forms.TextInput({"autocomplete": "off"}))
    note = forms.CharField(
        max_length=1000, help_text="When, where and how much, and how you know.", widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, patients: QuerySet[Patient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patients = patients
        speak_plainly(self)

    def clean_chart_number(self) -> Patient:
        patient = self.patients.filter(chart_number=self.cleaned_data["chart_number"].strip()).first()
        if patient is None:
            raise forms.ValidationError("No patient of this clinic has this chart number.")
        return patient
