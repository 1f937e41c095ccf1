"""What links of check-ins ask whoever opens them."""

from django import forms

from clinic.forms import speak_plainly
from clinic.models import Clinic


class RecipientCheckForm(forms.Form):
    """Nothing, the year, or the date of birth."""

    kind = forms.ChoiceField(
        label="Before the first question, ask for",
        choices=Clinic.RecipientCheck.choices,
        widget=forms.RadioSelect,
        help_text="A message that reached somebody else then shows no name and no question.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
