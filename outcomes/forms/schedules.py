"""For which days of treatment, and in whose time zone, a schedule is shown."""

import datetime as dt
import re

from django import forms

from clinic.forms import speak_plainly
from clinic.time_zones import time_zone_choices

MOST_DAYS = 20


class ScheduleForm(forms.Form):
    """``treated_on`` cleans to days in order."""

    treated_on = forms.CharField(
        label="Treated on",
        max_length=300,
        help_text="A day like 2026-03-02. For a series one or several, with blanks between; the rest is planned.",
    )
    time_zone = forms.ChoiceField(label="Patient's time zone", choices=time_zone_choices)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)

    def clean_treated_on(self) -> list[dt.date]:
        written = re.split(r"[\s,;]+", self.cleaned_data["treated_on"].strip())
        if len(written) > MOST_DAYS:
            raise forms.ValidationError(f"Give at most {MOST_DAYS} days.")
        return sorted({_day(word) for word in written if word})


def _day(word: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(word)
    except ValueError:
        raise forms.ValidationError(f"{word} is not a day: write it like 2026-03-02.") from None
    if not 1990 <= day.year <= 2100:
        raise forms.ValidationError(f"{word} is too far away: give a day from 1990 to 2100.")
    return day
