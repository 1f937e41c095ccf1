"""The visit itself, and one form for each injection of it."""

import datetime as dt

from django import forms
from django.contrib.auth import get_user_model

from clinic.forms import speak_plainly
from clinic.models import Clinic
from clinic.permissions import Permission, roles_with
from treatments import soft_ranges
from treatments.forms.courses import targets_by_region
from treatments.forms.preparations import add_units
from treatments.models import Injection, TreatmentSession
from treatments.vocabulary import Side

MINUTE = "%Y-%m-%dT%H:%M"
MAX_INJECTIONS = 20


class SessionForm(forms.ModelForm):
    """When, by whom, and what else is worth a note. ``idempotency_key`` makes sending the page twice harmless."""

    performed_at = forms.DateTimeField(
        label="Date and time",
        input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MINUTE),
    )
    performed_by = forms.ModelChoiceField(get_user_model().objects.none(), label="Done by", empty_label="Choose")
    note = forms.CharField(
        label="Worth remembering", max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )
    baseline_missing_reason = forms.CharField(
        label="Why is there no baseline?",
        max_length=200,
        error_messages={"required": "Say why no baseline was answered before this session, so reports can tell."},
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = TreatmentSession
        fields = ("performed_at", "performed_by", "note", "idempotency_key")

    def __init__(self, *args: object, clinic: Clinic, now: dt.datetime, needs_reason: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["performed_at"].widget.attrs["max"] = now.strftime(MINUTE)
        speak_plainly(self)
        staff = {"memberships__clinic": clinic, "memberships__role__in": roles_with(Permission.SESSION_LOG)}
        self.fields["performed_by"].queryset = get_user_model().objects.filter(**staff).order_by("full_name")
        self.fields["baseline_missing_reason"].required = needs_reason

    def clean_performed_at(self) -> dt.datetime:
        # Minutes are typed without seconds. What was answered earlier in the same minute came before the visit.
        typed = self.cleaned_data["performed_at"]
        return typed if typed > self.now else min(typed + dt.timedelta(seconds=59), self.now)


class InjectionForm(forms.ModelForm):
    """What went where. The side is never filled in: copied sides are how the wrong one is treated."""

    target = forms.ChoiceField(choices=lambda: [("", "Choose a target"), *targets_by_region()])
    side = forms.ChoiceField(choices=[(side.value, side.label) for side in Side], widget=forms.RadioSelect)

    class Meta:
        model = Injection
        fields = ("target", "side", "structure", "guidance", "volume_ml", "needle_gauge")
        labels = {"volume_ml": "Volume", "needle_gauge": "Needle"}

    def __init__(self, *args: object, planned_side: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        add_units(self, soft_ranges.INJECTION)
        self.fields["side"].help_text = f"Plan: {planned_side}. Choose it yourself."
        for name, empty in (("structure", "Not recorded"), ("guidance", "Choose")):
            field = self.fields[name]
            field.choices = [("", empty), *[choice for choice in field.choices if choice[0]]]

    def clean_volume_ml(self) -> object:
        volume = self.cleaned_data["volume_ml"]
        if not 0 < volume <= 200:
            raise forms.ValidationError("The volume must be more than 0 and at most 200 mL.")
        return volume


class NumberedFormSet(forms.BaseFormSet):
    """Rows that are called by their number in the list of errors."""

    row_name = "Injection"


InjectionFormSet = forms.formset_factory(
    InjectionForm,
    NumberedFormSet,
    extra=0,
    min_num=1,
    max_num=MAX_INJECTIONS,
    absolute_max=MAX_INJECTIONS,
    validate_min=True,
)
