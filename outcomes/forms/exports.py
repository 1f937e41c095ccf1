"""What is to be exported."""

from urllib.parse import urlencode

from django import forms

from clinic.forms import speak_plainly
from outcomes.exports import DATASETS
from treatments.vocabulary import Modality, Region

ALL = ("", "All")


class ExportForm(forms.Form):
    """``question()`` is what ``outcomes.export_jobs`` understands."""

    dataset = forms.ChoiceField(
        label="What", choices=[(one.name, one.title) for one in DATASETS.values()], widget=forms.RadioSelect
    )
    modality = forms.ChoiceField(
        label="Modality", required=False, choices=[ALL, *((one.value, one.label) for one in Modality)]
    )
    region = forms.ChoiceField(
        label="Region", required=False, choices=[ALL, *((one.value, one.label) for one in Region)]
    )
    instrument = forms.CharField(
        label="Instrument", required=False, max_length=40, help_text="Its code, like peg. All when empty."
    )
    timepoint = forms.CharField(
        label="Timepoint", required=False, max_length=40, help_text="Like month 3. All when empty."
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)

    def question(self) -> str:
        """What was chosen, as a query."""
        return urlencode({name: value for name, value in self.cleaned_data.items() if value})
