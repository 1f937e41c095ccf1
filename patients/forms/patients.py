"""Registering and changing patients."""

import datetime as dt
from collections.abc import Callable

from django import forms
from django.db.models import QuerySet

from clinic.forms import speak_plainly
from clinic.rules import RuleBroken
from clinic.time_zones import time_zone_choices
from patients import search
from patients.models import Patient
from patients.rules import check_allergies, check_born_on, check_phone


def _keep(check: Callable[..., None], *values: object) -> None:
    try:
        check(*values)
    except RuleBroken as broken:
        raise forms.ValidationError(broken.message) from None


class PatientForm(forms.ModelForm):
    """Who somebody is and how to reach them. ``today``: the clinic's calendar day, after which nobody is born."""

    family_name = forms.CharField(label="Family name", max_length=80)
    born_on = forms.DateField(
        label="Date of birth", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [("", "The clinic's"), *time_zone_choices()],
        required=False,
        help_text="Where the patient lives, if that is not the clinic's.",
    )

    class Meta:
        model = Patient
        fields = (
            *("family_name", "given_name", "born_on", "sex", "chart_number", "email", "phone", "language"),
            *("preferred_channel", "time_zone", "allergy_status", "allergies"),
        )
        labels = {
            "given_name": "Given name",
            "chart_number": "Chart number",
            "email": "E-mail",
            "phone": "Phone",
            "preferred_channel": "Messages go by",
            "allergy_status": "Allergies",
            "allergies": "To what",
        }
        help_texts = {
            "chart_number": "As in your practice software.",
            "email": "Check-ins are sent here.",
            "allergies": "And how it showed, like: latex, hives.",
            "preferred_channel": "First; the other way is for reminders, and for when messages do not arrive.",
        }
        widgets = dict.fromkeys(("sex", "language", "preferred_channel", "allergy_status"), forms.RadioSelect)

    def __init__(self, *args: object, today: dt.date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        speak_plainly(self)
        for name in ("family_name", "given_name", "chart_number", "email", "phone"):
            # The computer is the clinic's: it must not offer one patient's details for the next.
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["sex"].choices = Patient.Sex.choices
        self.fields["allergy_status"].choices = Patient.AllergyStatus.choices
        self.fields["preferred_channel"].choices = Patient.Channel.choices
        self.fields["preferred_channel"].required = False

    def clean_born_on(self) -> dt.date | None:
        born_on = self.cleaned_data["born_on"]
        if born_on:
            _keep(check_born_on, born_on, self.today)
        return born_on

    def clean_preferred_channel(self) -> str:
        """Nothing chosen: as it was, by e-mail at first."""
        return self.cleaned_data["preferred_channel"] or self.instance.preferred_channel

    def clean_allergies(self) -> str:
        allergies = self.cleaned_data["allergies"].strip()
        _keep(check_allergies, self.cleaned_data.get("allergy_status", ""), allergies)
        return allergies

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"].strip()
        if phone:
            _keep(check_phone, phone)
        return phone


class RegistrationForm(PatientForm):
    """A new patient among ``others``: somebody who may already be there is asked about once."""

    consents = forms.BooleanField(
        label="The patient agreed to be contacted for check-ins",
        required=False,
        help_text="Without it nothing is ever sent. It can also be recorded later.",
    )
    is_another = forms.BooleanField(label="This is somebody else: register anyway", required=False)

    def __init__(self, *args: object, others: QuerySet[Patient], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.others = others
        self.namesakes: list[Patient] = []

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if not self.errors:
            who = {name: data[name] for name in ("family_name", "given_name", "born_on")}
            self.namesakes = list(search.namesakes(self.others, **who)[:5])
        if self.namesakes and not data["is_another"]:
            self.add_error("is_another", "Somebody with this name is already registered. Is it the same person?")
        return data


class DeathForm(forms.Form):
    """The day on which a patient died."""

    died_on = forms.DateField(label="Died on", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
