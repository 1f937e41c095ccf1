"""What staff say about messages and calls: why something is called off or paused, and how a call went."""

from django import forms
from django.db.models import QuerySet

from clinic.forms import speak_plainly
from outcomes.models import Call
from treatments.models import Protocol

OUTCOMES = [
    (outcome.value, outcome.label)
    for outcome in (
        Call.Outcome.ANSWERED,
        Call.Outcome.NO_ANSWER,
        Call.Outcome.WRONG_NUMBER,
        Call.Outcome.NO_MORE_CALLS,
    )
]


class ReasonForm(forms.Form):
    """Why a check-in is called off, or messages are paused."""

    reason = forms.CharField(label="Reason", max_length=200, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)


class PauseForm(ReasonForm):
    """What is paused, and why. ``protocols``: those that patients follow."""

    protocol = forms.ModelChoiceField(
        Protocol.objects.none(),
        label="What",
        required=False,
        empty_label="All messages of the clinic",
        to_field_name="public_id",
        error_messages={"invalid_choice": "Choose a protocol from the list."},
    )
    field_order = ("protocol", "reason")

    def __init__(self, *args: object, protocols: QuerySet[Protocol], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["protocol"].queryset = protocols


class CallForm(forms.Form):
    """How a call went."""

    outcome = forms.ChoiceField(
        label="How did it go?",
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Say how the call went.",
            "invalid_choice": "Say how the call went: choose from the list.",
        },
    )
    note = forms.CharField(
        label="Note", max_length=200, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
