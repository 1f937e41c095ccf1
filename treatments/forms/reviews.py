"""Settling a review item."""

from typing import Any

from django import forms

from clinic.forms import speak_plainly


class SettleForm(forms.Form):
    """What came of looking at it."""

    settlement = forms.CharField(
        label="What came of it", max_length=500, widget=forms.Textarea({"rows": 3}), help_text="In a sentence or two."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
