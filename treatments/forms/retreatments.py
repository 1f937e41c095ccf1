"""Saying that a course's target was treated in another way."""

from django import forms

from clinic.forms import speak_plainly
from treatments.models import Retreatment

KINDS = [choice for choice in Retreatment.Kind.choices if choice[0] != Retreatment.Kind.REINJECTION]


class RetreatmentForm(forms.Form):
    """A steroid injection or surgery, with its day. A re-injection is a course of its own."""

    kind = forms.ChoiceField(label="What was done", choices=KINDS, widget=forms.RadioSelect)
    happened_on = forms.DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(max_length=200, required=False, help_text="Where and by whom, if known.")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
