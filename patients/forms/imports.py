"""Bringing patients from a file: the file, what its columns hold, what their values mean, and what is to be done."""

import datetime as dt
from collections import Counter
from typing import Any

from django import forms

from clinic.forms import speak_plainly
from patients.importing.cells import tidy
from patients.importing.codes import MOST_VALUES, NOT_SAID, proposed_meanings
from patients.importing.dates import DAY_FIRST, MONTH_FIRST, DateUnreadable, Order, order_of, read_day
from patients.importing.fields import BY_NAME, CHART, CODED, DATES, FAMILY, FIELDS, FULL, LANGUAGE, SEX
from patients.importing.plan import shown
from patients.importing.sheets import MOST_BYTES, Sheet
from patients.models import Patient, PatientImport

LEAVE, TAKE = "leave", "take"
WORDS = {
    SEX: [("F", "Female"), ("M", "Male"), ("O", "Other"), (NOT_SAID, "Not recorded")],
    LANGUAGE: list(Patient.Language.choices),
}
FIRST = {MONTH_FIRST: "Month first", DAY_FIRST: "Day first"}


class UploadForm(forms.Form):
    """A CSV file, and how to read it where that is not to be found out."""

    file = forms.FileField(
        label="CSV file",
        help_text="At most 5 MB, 20,000 rows and 200 columns. The first row has the names of the columns.",
        widget=forms.ClearableFileInput({"accept": ".csv,.txt,text/csv"}),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )
    encoding = forms.ChoiceField(
        label="Letters", choices=[("", "Find out"), *PatientImport.Encoding.choices], required=False
    )
    delimiter = forms.ChoiceField(
        label="Between columns",
        choices=[
            ("", "Find out"),
            *((("tab" if one == "\t" else one), label) for one, label in PatientImport.Delimiter.choices),
        ],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)

    def clean_file(self) -> Any:
        """The size first, so that nothing large is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 5 MB. Bring the patients in two files.")
        return file

    def clean_delimiter(self) -> str:
        """The tab goes by its name, because browsers strip it."""
        said: str = self.cleaned_data["delimiter"]
        return "\t" if said == "tab" else said


class ColumnsForm(forms.Form):
    """For each of our fields the column that holds it. ``chosen``: field to number of the column, as proposed."""

    def __init__(self, *args: Any, sheet: Sheet, chosen: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        columns = [("", "Not in the file"), *((str(place), header) for place, header in enumerate(sheet.headers))]
        for one in FIELDS:
            place = chosen.get(one.name)
            said = [one.hint] if one.hint else []
            if place is not None:
                said.append("Like " + ", ".join(sample[:40] for sample in sheet.samples(place)) + ".")
            self.fields[one.name] = forms.ChoiceField(
                label=one.label,
                choices=columns,
                required=one.name == CHART,
                initial="" if place is None else str(place),
                help_text=" ".join(said),
            )
        speak_plainly(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        taken: dict[str, str] = {}
        for name, place in list(data.items()):
            if place and place in taken:
                other = BY_NAME[taken[place]].label
                self.add_error(
                    name, f"{BY_NAME[name].label} is the same column as {other}. Choose another for one of them."
                )
            elif place:
                taken[place] = name
        if not data.get(FAMILY) and not data.get(FULL):
            self.add_error(FAMILY, "Family name is missing. Choose its column, or the one with the whole name.")
        for name in CODED:
            self._check_few(name, data.get(name))
        return data

    def _check_few(self, name: str, place: str | None) -> None:
        found = len(set(self.sheet.column(int(place)))) if place else 0
        if found > MOST_VALUES:
            words = f"This column has {found:,} different values, so it cannot be the {BY_NAME[name].label.lower()}."
            self.add_error(name, words)

    def columns(self) -> dict[str, int]:
        """Field to number of its column."""
        return {name: int(place) for name, place in self.cleaned_data.items() if place}


class ValuesForm(forms.Form):
    """What coded values mean, and which number of a date is the month. Nothing to ask: no fields."""

    def __init__(
        self, *args: Any, sheet: Sheet, columns: dict[str, int], choices: dict[str, Any], today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.said: list[tuple[str, str]] = []
        self._values: dict[str, tuple[str, str]] = {}
        for name in DATES:
            if name in columns:
                self._ask_order(name, self._texts(sheet, columns, name), choices.get(name), today)
        for name in CODED:
            if name in columns:
                self._ask_meanings(name, self._texts(sheet, columns, name), choices.get(name) or {})
        speak_plainly(self)

    @staticmethod
    def _texts(sheet: Sheet, columns: dict[str, int], name: str) -> list[str]:
        return [tidy(name, cell) for cell in sheet.column(columns[name])]

    def _ask_order(self, name: str, texts: list[str], earlier: str | None, today: dt.date) -> None:
        order = order_of(texts)
        if order.order is not None:
            self.said.append((BY_NAME[name].label, f"{order.why} {self._example(texts, order, today)}".strip()))
            self._values[name] = (name, order.order)
            return
        both = (text for text in texts if all(self._reads(text, key, today) for key in FIRST))
        sample = next(both, "")
        choices = [
            (key, f"{words}: {sample} is {self._reads(sample, key, today)}" if sample else words)
            for key, words in FIRST.items()
        ]
        self.fields[name] = forms.ChoiceField(
            label=f"{BY_NAME[name].label}: which number is the month?",
            choices=choices,
            widget=forms.RadioSelect,
            initial=earlier,
            help_text=order.why,
            error_messages={"required": f"{BY_NAME[name].label}: say which number is the month."},
        )

    def _example(self, texts: list[str], order: Order, today: dt.date) -> str:
        """How the first value is read, where two digits of a year leave a doubt."""
        short = next((text for text in texts if len(text.split()[0]) < len("1/1/1958")), "")
        day = self._reads(short, order.order or "", today) if short else ""
        return f"Two digits of a year are within the last hundred years: {short} is {day}." if day else ""

    @staticmethod
    def _reads(text: str, order: str, today: dt.date) -> str:
        try:
            return shown(read_day(text, order, today))
        except DateUnreadable:
            return ""

    def _ask_meanings(self, name: str, texts: list[str], earlier: dict[str, str]) -> None:
        counted = Counter(texts).most_common()
        proposed = proposed_meanings(name, [value for value, _n in counted])
        for place, (value, n) in enumerate(counted):
            key = f"{name}-{place}"
            self._values[key] = (name, value)
            self.fields[key] = forms.ChoiceField(
                label=f"{BY_NAME[name].label} “{value[:40]}”",
                choices=[("", "Choose"), *WORDS[name]],
                initial=earlier.get(value) or proposed[value],
                help_text=f"In {n:,} row{'' if n == 1 else 's'}.",
            )

    def dates_asked(self) -> list[forms.BoundField]:
        """The questions about dates."""
        return [self[name] for name in self.fields if name in DATES]

    def values_asked(self) -> list[forms.BoundField]:
        """The questions about coded values."""
        return [self[name] for name in self.fields if name not in DATES]

    def choices(self) -> dict[str, Any]:
        """What was said and found, as an import keeps it."""
        found: dict[str, Any] = {}
        for key, (name, value) in self._values.items():
            if name in DATES:
                found[name] = value
            else:
                found.setdefault(name, {})[value] = self.cleaned_data[key]
        return found | {name: self.cleaned_data[name] for name in DATES if name in self.cleaned_data}


class ImportForm(forms.Form):
    """What is done with whom a check found: patients who are there and differ, and who looks like somebody else."""

    changes = forms.ChoiceField(
        label="Patients who are here with other details",
        choices=[(LEAVE, "Leave them as they are"), (TAKE, "Take what the file says")],
        widget=forms.RadioSelect,
        initial=LEAVE,
    )
    alike = forms.ChoiceField(
        label="New chart numbers that look like somebody who is here",
        choices=[(LEAVE, "Leave them out"), (TAKE, "They are other people: register them")],
        widget=forms.RadioSelect,
        initial=LEAVE,
    )

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, count in (("changes", counts["changed"]), ("alike", counts["alike"])):
            if not count:
                del self.fields[name]
        speak_plainly(self)

    def takes(self, name: str) -> bool:
        """Whether the file's word counts here."""
        return self.cleaned_data.get(name) == TAKE
