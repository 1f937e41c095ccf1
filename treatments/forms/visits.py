"""The visit itself, and what came before and after it."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth import get_user_model

from clinic.forms import speak_plainly
from clinic.models import Clinic
from clinic.permissions import Permission, roles_with
from treatments import session_words
from treatments.forms.groups import FieldGroup, is_filled
from treatments.forms.preparations import UnitInput, leave_to_the_action
from treatments.models import Aftercare, Holds, TreatmentSession

MINUTE = "%Y-%m-%dT%H:%M"


class DayInput(forms.DateInput):
    """A day of the calendar, picked or typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def ask_plainly(form: forms.BaseForm) -> None:
    """Words for empty choices and for what can be left unanswered."""
    speak_plainly(form)
    for field in form.fields.values():
        if isinstance(field, forms.NullBooleanField):
            field.widget.choices = [("unknown", "Not recorded"), ("true", "Yes"), ("false", "No")]
        elif isinstance(field, forms.TypedChoiceField) and not isinstance(field.widget, forms.RadioSelect):
            empty = "Choose" if field.required else "Not recorded"
            field.choices = [("", empty), *[choice for choice in field.choices if choice[0]]]


class VisitForm(forms.ModelForm):
    """When, by whom, and what else is worth a note. ``idempotency_key`` makes sending the page twice harmless."""

    performed_at = forms.DateTimeField(
        label="Date and time",
        input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MINUTE),
    )
    performed_by = forms.ModelChoiceField(get_user_model().objects.none(), label="Done by", empty_label="Choose")
    reaction = forms.ChoiceField(
        label="Reaction during the procedure",
        choices=TreatmentSession.Reaction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether there was a reaction. “None” is an answer."},
    )
    note = forms.CharField(
        label="Worth remembering", max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )
    baseline_missing_reason = forms.CharField(
        label="Why is there no baseline?",
        max_length=200,
        error_messages={"required": "Say why no baseline was answered before this session, so reports can tell."},
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    more = (
        *("assistant", "room", "skin_prep", "anaesthetic_route", "anaesthetic_agent", "anaesthetic_percent"),
        *("anaesthetic_ml", "sedation"),
    )

    class Meta:
        model = TreatmentSession
        fields = (
            *("performed_at", "performed_by", "assistant", "room", "skin_prep", "anaesthetic_route"),
            *("anaesthetic_agent", "anaesthetic_percent", "anaesthetic_ml", "sedation", "reaction", "note"),
        )
        labels = session_words.VISIT
        widgets = {"anaesthetic_percent": UnitInput("%"), "anaesthetic_ml": UnitInput("mL")}
        help_texts = {"anaesthetic_percent": "", "anaesthetic_ml": ""}

    def __init__(
        self,
        *args: Any,
        clinic: Clinic,
        now: dt.datetime,
        needs_reason: bool,
        stored_at: dt.datetime | None = None,
        **kwargs: Any,
    ) -> None:
        """``stored_at``: when this very session took place, where it is stored already."""
        super().__init__(*args, **kwargs)
        self.now, self.stored_at = now, stored_at
        self.instance.validate_constraints = leave_to_the_action
        self.fields["performed_at"].widget.attrs["max"] = now.strftime(MINUTE)
        ask_plainly(self)
        staff = {"memberships__clinic": clinic, "memberships__role__in": roles_with(Permission.SESSION_LOG)}
        treating = get_user_model().objects.filter(**staff)
        kept = self.initial.get("performed_by")
        treating = treating | get_user_model().objects.filter(pk=kept) if kept else treating
        self.fields["performed_by"].queryset = treating.distinct().order_by("full_name")
        self.fields["baseline_missing_reason"].required = needs_reason

    def clean_performed_at(self) -> dt.datetime:
        # Minutes are typed without seconds. What was answered earlier in the same minute came before the visit.
        typed = self.cleaned_data["performed_at"]
        if self.stored_at and self.stored_at.replace(second=0, microsecond=0) == typed:
            return self.stored_at
        return typed if typed > self.now else min(typed + dt.timedelta(seconds=59), self.now)

    def surroundings(self) -> FieldGroup:
        """What is rarely typed anew."""
        return FieldGroup("Assistant, room, skin, anaesthetic, sedation", [self[name] for name in self.more])

    def visit(self) -> dict[str, Any]:
        """The ``visit`` of the action."""
        return {name: self.cleaned_data[name] for name in (*self.more, "reaction")}


class HoldsForm(forms.ModelForm):
    """What was stopped or looked for before the session."""

    class Meta:
        model = Holds
        fields = (
            *("takes_no_nsaid", "nsaid_stopped_on", "last_steroid_on", "anticoagulant", "antiplatelet"),
            *("is_free_of_infection", "pregnancy"),
        )
        labels = session_words.HOLDS
        help_texts = {"nsaid_stopped_on": "", "last_steroid_on": "", "is_free_of_infection": ""}
        widgets = {"nsaid_stopped_on": DayInput, "last_steroid_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="holds", **kwargs)
        ask_plainly(self)

    def group(self) -> FieldGroup:
        """All of it."""
        return FieldGroup("Before: medicines held, infection, pregnancy", list(self))

    def recorded(self) -> dict[str, Any]:
        """What the action takes; {} when nothing was asked."""
        return _recorded(self)


class AftercareForm(forms.ModelForm):
    """What the patient was told to do after the session."""

    class Meta:
        model = Aftercare
        fields = (
            *("rest_days", "brace", "therapy_starts_on", "may_use_ice", "avoid_nsaid_until", "back_to_activity_on"),
            "analgesic_plan",
        )
        labels = session_words.AFTERCARE
        help_texts = {"rest_days": ""}
        widgets = {
            "rest_days": UnitInput("days"),
            "therapy_starts_on": DayInput,
            "avoid_nsaid_until": DayInput,
            "back_to_activity_on": DayInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="aftercare", **kwargs)
        ask_plainly(self)

    def group(self) -> FieldGroup:
        """All of it."""
        return FieldGroup("After: rest, brace, therapy, medicines", list(self))

    def recorded(self) -> dict[str, Any]:
        """What the action takes; {} when nothing was said."""
        return _recorded(self)


def _recorded(form: forms.ModelForm) -> dict[str, Any]:
    told = any(is_filled(field) for field in form)
    return dict(form.cleaned_data) if told else {}
