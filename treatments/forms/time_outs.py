"""The time-out before an injection: five points that are looked at together, and whether a clinic asks for it."""

from django import forms

POINTS = {
    "patient": "The right patient: name and date of birth, asked aloud",
    "side": "The side is marked on the skin and is the planned one",
    "product": "Product and lot are at hand, in date",
    "consent": "Consent is signed",
    "thinners": "Blood thinners were asked about",
}


class TimeOutForm(forms.Form):
    """Five ticks; without all of them there is no session to log."""

    prefix = "ticked"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, label in POINTS.items():
            message = f"Confirm: {label[0].lower()}{label[1:]}."
            self.fields[name] = forms.BooleanField(label=label, error_messages={"required": message})


class TimeOutSetupForm(forms.Form):
    """Whether the clinic asks for it."""

    needs = forms.BooleanField(label="Ask for a time-out before a session is logged", required=False)
