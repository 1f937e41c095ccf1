"""The words of one message, as they are typed."""

from django import forms

from clinic.forms import speak_plainly
from outcomes.text_rules import MOST_BODY, MOST_SUBJECT
from outcomes.texts import NAMES, Channel, Words

HELP = "You can use " + ", ".join(f"{{{name}}}" for name in sorted(NAMES)) + "."


class TextForm(forms.Form):
    """``channel`` decides what there is to type: a text message has no subject."""

    subject = forms.CharField(label="Subject", max_length=MOST_SUBJECT)
    body = forms.CharField(label="Text", max_length=MOST_BODY, widget=forms.Textarea({"rows": 16}), help_text=HELP)

    def __init__(self, *args: object, channel: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if channel == Channel.SMS:
            del self.fields["subject"]
            self.fields["body"].widget.attrs["rows"] = 5
        speak_plainly(self)

    def typed(self) -> Words:
        """What stands in the fields now, right or wrong."""
        return Words(*(self[name].value() or "" if name in self.fields else "" for name in ("subject", "body")))
