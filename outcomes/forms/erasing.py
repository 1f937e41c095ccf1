"""What somebody fills in before a patient's identity is erased, and how long a clinic keeps it."""

from django import forms

from clinic.forms import speak_plainly


class EraseForm(forms.Form):
    """The chart number shows that the right patient is meant; ``despite`` is asked only where a duty is open."""

    chart_number = forms.CharField(
        max_length=40,
        help_text="Type it as the record shows it.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    reason = forms.CharField(
        max_length=500,
        label="Reason",
        help_text="It is kept, so leave the patient's name out. Like “Asked for it by letter of 3 March”.",
        widget=forms.Textarea({"rows": 2}),
    )
    despite = forms.CharField(
        max_length=500,
        label="Why it is erased all the same",
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: object, has_duties: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not has_duties:
            del self.fields["despite"]
        speak_plainly(self)


class RetentionForm(forms.Form):
    """Years after the last contact; empty: for good."""

    years = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=100,
        label="Years after the last contact",
        help_text="Leave it empty to keep identities for good. Ask what the law where you work requires.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
