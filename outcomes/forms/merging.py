"""What somebody chooses and types before two records are merged."""

from typing import Any

from django import forms

from clinic.forms import speak_plainly
from outcomes.merging import Plan

KEPT, GONE = "kept", "gone"


class MergeForm(forms.Form):
    """A choice for every field in which the two differ, none of them made; and the chart number of the one that goes."""

    chart_number = forms.CharField(
        max_length=40,
        label="Chart number of the record that goes",
        help_text="Type it as the record shows it.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, initial={"seen": plan.seen}, **kwargs)
        self.plan = plan
        for one in plan.differences:
            self.fields[self.name_of(one.name)] = forms.ChoiceField(
                label=one.label,
                choices=[(KEPT, one.kept), (GONE, one.gone)],
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose for: {one.label}."},
            )
        speak_plainly(self)

    @staticmethod
    def name_of(field: str) -> str:
        """The name of the choice for one field of the record."""
        return f"take-{field}"

    @property
    def choices(self) -> list[tuple[Any, forms.BoundField]]:
        """Every difference with its input."""
        return [(one, self[self.name_of(one.name)]) for one in self.plan.differences]

    @property
    def take(self) -> list[str]:
        """The fields whose value is that of the record that goes."""
        chosen = self.cleaned_data
        return [one.name for one in self.plan.differences if chosen[self.name_of(one.name)] == GONE]
