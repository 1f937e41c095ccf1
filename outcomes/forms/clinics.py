"""What a clinic is called, when it sends, and where a test text message goes."""

from django import forms

from clinic.forms import speak_plainly
from clinic.time_zones import time_zone_choices
from outcomes.actions.clinics import LONGEST_NAME, MOST_A_DAY, MOST_A_WEEK
from outcomes.text_rules import MOST_SENDER


class _OfOneVersion(forms.Form):
    """``version``: of the clinic as it was shown; the page fills it in anew each time."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)


class DetailsForm(_OfOneVersion):
    """The action checks all of it again, and more."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME, help_text="What staff see, and consents name.")
    sender_name = forms.CharField(
        label="Sender name",
        max_length=MOST_SENDER,
        help_text="Whom patients see messages from, like “Dr. Lee's office”. Never a specialty or treatment: others see "
        "it on their phones, too.",
    )
    phone = forms.CharField(label="Phone", max_length=30, help_text="The number that patients call with questions.")
    time_zone = forms.ChoiceField(
        label="Time zone", choices=time_zone_choices, help_text="Days, hours and due dates of the clinic follow it."
    )


HOURS = [(hour, f"{hour}:00") for hour in range(25)]


class HoursForm(_OfOneVersion):
    """From when until when, on which days, and how much to one patient."""

    send_from_hour = forms.TypedChoiceField(label="Send from", choices=HOURS[:-1], coerce=int)
    send_until_hour = forms.TypedChoiceField(label="Send until", choices=HOURS[1:], coerce=int)
    sends_on_weekends = forms.BooleanField(label="Send on Saturdays and Sundays, too", required=False)
    messages_a_day = forms.IntegerField(
        label="Messages a day", help_text=f"To one patient at most, whatever they are about: 1 to {MOST_A_DAY}."
    )
    messages_a_week = forms.IntegerField(
        label="Messages a week", help_text=f"To one patient at most in any seven days: 1 to {MOST_A_WEEK}."
    )


class TrialTextForm(forms.Form):
    """To which phone a test text message goes."""

    number = forms.CharField(
        label="Mobile number", max_length=30, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
