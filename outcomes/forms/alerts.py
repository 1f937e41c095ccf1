"""What staff say about an answer that needed them, and who is told of such answers."""

from django import forms

from clinic.forms import speak_plainly
from clinic.models import Clinic
from outcomes.actions.alerts import MOST_SAID
from outcomes.models import Alert

REACHED, OUTCOMES = Alert.Reached.choices, Alert.Outcome.choices


class AlertForm(forms.Form):
    """Who was spoken to, what was said, and what follows. ``others``: how many more are open from the same check-in."""

    reached = forms.ChoiceField(
        label="How was the patient reached?",
        choices=REACHED,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Say how the patient was reached.",
            "invalid_choice": "Say how the patient was reached: choose from the list.",
        },
    )
    said = forms.CharField(
        label="What was said",
        max_length=MOST_SAID,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off"}),
        error_messages={"required": "Write down what was said."},
    )
    outcome = forms.ChoiceField(
        label="What follows?",
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Say what follows.",
            "invalid_choice": "Say what follows: choose from the list.",
        },
    )
    with_others = forms.BooleanField(required=False)

    def __init__(self, *args: object, others: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        more = "other answer" if others == 1 else f"{others} other answers"
        self.fields["with_others"].label = f"This also closes the {more} of this check-in that need a person"
        if not others:
            del self.fields["with_others"]
        speak_plainly(self)


class AlertingForm(forms.ModelForm):
    """Who is told, and which numbers patients read. What is filled in, the action checks again."""

    confirms_queue = forms.BooleanField(
        required=False, label="Somebody here watches red flags during all office hours, every working day"
    )

    class Meta:
        model = Clinic
        fields = ("on_call_email", "second_on_call_email", "emergency_number", "crisis_line")
        labels = {
            "on_call_email": "On-call e-mail",
            "second_on_call_email": "Second on-call e-mail",
            "emergency_number": "Emergency number",
            "crisis_line": "Crisis line",
        }
        help_texts = {
            "on_call_email": "Told within a minute. Left empty, every clinician is.",
            "second_on_call_email": "Told after 4 working hours. Left empty, every clinician is.",
            "emergency_number": "As patients dial it, like 911.",
            "crisis_line": "For thoughts of suicide, like 988. Left empty, patients read the emergency number only.",
        }
