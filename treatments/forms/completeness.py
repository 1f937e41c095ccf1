"""Over which days completeness is shown, and which item's sessions are listed."""

from typing import Any

from django import forms

from clinic.forms import speak_plainly
from treatments.completeness import BY_CODE, Checklist, Item
from treatments.forms.inputs import DayInput


class CompletenessForm(forms.Form):
    """Days are those of the clinic's calendar; both are included, and either may be left open."""

    performed_from = forms.DateField(label="From", required=False, widget=DayInput)
    performed_to = forms.DateField(label="To", required=False, widget=DayInput)
    lacking = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("performed_from"), self.cleaned_data.get("performed_to")
        if first and last and first > last:
            self.add_error("performed_to", "The last day must not lie before the first.")
        return self.cleaned_data

    def item(self) -> tuple[Checklist, Item] | None:
        """The item whose sessions are asked for, like "mibo-1.spins"; None for none or for one there is not."""
        code, _, name = (self.cleaned_data.get("lacking") or "").partition(".")
        checklist = BY_CODE.get(code)
        item = checklist.item(name) if checklist else None
        return (checklist, item) if checklist and item else None
