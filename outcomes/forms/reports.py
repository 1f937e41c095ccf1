"""The filter above a report."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.widgets import ChoiceWidget
from django.http import QueryDict

from outcomes.reports import AfterRetreatment, By, GroupBy, InvalidFilter, ReportFilter, Scope, parse_filter
from outcomes.reports.filters import Context
from treatments.timepoints import STANDARD, in_words
from treatments.vocabulary import Modality, Region

ANY = [("", "Any")]


def _choose(label: str, choices: Iterable[tuple[str, str]], widget: type[ChoiceWidget]) -> forms.Field:
    return forms.Field(label=label, required=False, widget=widget(choices=list(choices)))


def _day(label: str) -> forms.Field:
    return forms.Field(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class ReportForm(forms.Form):
    """Draws the filter and says beside each field what is wrong. The rules themselves are those of the API.

    When valid, ``asked`` is the filter. Without a clinic in the query it is about ``clinic``.
    """

    instrument = _choose("Measure", (), forms.Select)
    modality = _choose(
        "Treatment", ((modality.value, modality.label) for modality in Modality), forms.CheckboxSelectMultiple
    )
    region = _choose("Region", ((region.value, region.label) for region in Region), forms.CheckboxSelectMultiple)
    clinic = _choose("Clinic", (), forms.CheckboxSelectMultiple)
    first_timepoint = _choose("From timepoint", (), forms.Select)
    last_timepoint = _choose("To timepoint", (), forms.Select)
    opened_from = _day("Opened from")
    opened_to = _day("Opened to")
    group_by = _choose(
        "One line for each",
        [(GroupBy.MODALITY, "Kind of product"), (GroupBy.TREATMENT, "Treatment")],
        forms.RadioSelect,
    )
    after_retreatment = _choose(
        "After re-treatment",
        [(AfterRetreatment.COUNT, "Count all answers"), (AfterRetreatment.LEAVE_OUT, "Leave out answers after it")],
        forms.RadioSelect,
    )

    start = forms.CharField(
        label="Score before treatment", required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    by = _choose(
        "One panel for each",
        [
            (By.REGION, "Region"),
            (By.TREATMENT, "Treatment"),
            (By.SIDE, "Side"),
            (By.DOSE, "Dose of platelets"),
            (By.LEUKOCYTES, "Leukocyte class"),
        ],
        forms.RadioSelect,
    )

    context = _choose("Beside it", [(Context.SHOWN, "What others have published")], forms.CheckboxSelectMultiple)

    asked: ReportFilter

    def __init__(self, query: QueryDict, scope: Scope, clinic: str) -> None:
        data = query.copy()
        if not any(data.getlist("clinic")):
            data["clinic"] = clinic
        if not data.get("group_by"):
            data["group_by"] = GroupBy.MODALITY
        if not data.get("after_retreatment"):
            data["after_retreatment"] = AfterRetreatment.COUNT
        if not data.get("by"):
            data["by"] = By.REGION
        super().__init__(data)
        self.scope = scope
        times = [(name, in_words(name)) for name in STANDARD]
        choices: dict[str, list[Any]] = {
            "instrument": [(code, next(iter(found)).label) for code, found in self._measures().items()],
            "clinic": [(str(clinic), scope.clinics[clinic].name) for clinic in scope.clinics],
            "first_timepoint": ANY + self._with_own(times, "first_timepoint"),
            "last_timepoint": ANY + self._with_own(times, "last_timepoint"),
        }
        for name, offered in choices.items():
            self.fields[name].widget.choices = offered

    def leave_out(self, names: Iterable[str]) -> None:
        """Not to be offered. Where the query has them all the same they are read like any other."""
        for name in names:
            del self.fields[name]

    def _measures(self) -> dict[str, Any]:
        return self.scope.measures(self.scope.clinics)

    def _with_own(self, times: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
        """The usual timepoints, and the one that the address names if it is another."""
        own = self.data.get(name, "")
        return times if not own or own in STANDARD else [*times, (own, in_words(own))]

    def clean(self) -> None:
        """Reads the whole query at once, so that also what the form does not offer is refused."""
        try:
            self.asked = parse_filter(dict(self.data.lists()), self.scope)
        except InvalidFilter as error:
            for name, rule in error.errors.items():
                if name in self.fields:
                    self.add_error(name, f"{self.fields[name].label}: {rule}")
                else:
                    self.add_error(None, f"{name}: {rule}")
