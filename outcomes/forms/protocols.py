"""The protocol editor: one version as a form, with a row for each timepoint."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from clinic.forms import speak_plainly
from clinic.models import Clinic
from outcomes.actions import Asked, Moment
from outcomes.instruments import Instrument
from patients.models import ConsentKind
from treatments.actions import SessionsPlan, TimepointPlan
from treatments.forms.rows import MAX_ROWS, NumberedFormSet
from treatments.models import Protocol, PrpPreparation, TreatmentSession, TreatmentType
from treatments.vocabulary import Guidance, Modality, Region, Structure

NOT_PLANNED = [("", "Not planned")]
YES_NO = [("", "Not planned"), ("true", "Yes"), ("false", "No")]
# Field of the form, and its place in the technique.
TECHNIQUE: dict[str, tuple[str, str]] = {
    "skin_prep": ("session", "skin_prep"),
    "anaesthetic_route": ("session", "anaesthetic_route"),
    "guidance": ("injection", "guidance"),
    "structure": ("injection", "structure"),
    "approach": ("injection", "approach"),
    "volume_ml": ("injection", "volume_ml"),
    "needle_gauge": ("injection", "needle_gauge"),
    "needle_length_mm": ("injection", "needle_length_mm"),
    "device": ("preparation", "device"),
    "blood_volume_ml": ("preparation", "blood_volume_ml"),
    "anticoagulant": ("preparation", "anticoagulant"),
    "nsaid_days": ("holds", "nsaid_days"),
    "steroid_days": ("holds", "steroid_days"),
    "anticoagulant_days": ("holds", "anticoagulant_days"),
    "rest_days": ("aftercare", "rest_days"),
    "brace": ("aftercare", "brace"),
    "may_use_ice": ("aftercare", "may_use_ice"),
    "avoid_nsaid_days": ("aftercare", "avoid_nsaid_days"),
    "therapy_after_days": ("aftercare", "therapy_after_days"),
    "activity_after_days": ("aftercare", "activity_after_days"),
    "analgesic_plan": ("aftercare", "analgesic_plan"),
}

GROUPS = {
    "session": "Visit",
    "injection": "Injection",
    "preparation": "Preparation",
    "holds": "Before",
    "aftercare": "After",
}


def own_types(clinic: Clinic) -> QuerySet[TreatmentType]:
    """What the clinic gives itself: kinds that sessions can be logged of."""
    return TreatmentType.objects.filter(clinic=clinic).exclude(modality=Modality.OTHER.value)


def _choice(label: str, choices: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[*NOT_PLANNED, *choices], required=False)


def _days(label: str, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=365, help_text=help_text)


class ProtocolForm(forms.Form):
    """What is done, and what a session's form is filled in with. The rules are the action's."""

    treatment_type = forms.ModelChoiceField(TreatmentType.objects.none(), empty_label="Choose a treatment")
    name = forms.CharField(max_length=120, help_text="The same name again makes the next version.")
    region = forms.ChoiceField(choices=[("", "Every region"), *((r.value, r.label) for r in Region)], required=False)
    series_length = forms.IntegerField(label="Sessions in the series", min_value=1, max_value=20, initial=1)
    series_interval_days = forms.IntegerField(
        label="Days between sessions", required=False, min_value=1, max_value=365, help_text="Empty for one session."
    )
    anchor = forms.ChoiceField(
        label="Check-ins count from", choices=Protocol.Anchor.choices, initial="last", widget=forms.RadioSelect
    )
    needs_ind = forms.BooleanField(label="Research under an IND: each session needs its number", required=False)
    required_consents = forms.MultipleChoiceField(
        label="Consents that must be signed", choices=ConsentKind.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    skin_prep = _choice("Skin preparation", TreatmentSession.SkinPrep.choices)
    anaesthetic_route = _choice("Local anaesthetic", TreatmentSession.AnaestheticRoute.choices)
    guidance = _choice("Guidance", [(one.value, one.label) for one in Guidance])
    structure = _choice("Structure", [(one.value, one.label) for one in Structure])
    approach = forms.CharField(max_length=80, required=False)
    volume_ml = forms.DecimalField(label="Volume (mL)", required=False, max_digits=6, decimal_places=2)
    needle_gauge = forms.IntegerField(label="Needle (gauge)", required=False)
    needle_length_mm = forms.IntegerField(label="Needle length (mm)", required=False)
    device = forms.CharField(label="Device or kit", max_length=120, required=False, help_text="Not for exosomes.")
    blood_volume_ml = forms.DecimalField(
        label="Blood drawn (mL)", required=False, max_digits=5, decimal_places=1, help_text="PRP only."
    )
    anticoagulant = forms.ChoiceField(
        choices=[*NOT_PLANNED, *PrpPreparation.Anticoagulant.choices], required=False, help_text="PRP only."
    )
    nsaid_days = _days("No NSAID before (days)")
    steroid_days = _days("No steroid before (days)")
    anticoagulant_days = _days("No anticoagulant before (days)")
    rest_days = _days("Rest (days)")
    brace = forms.CharField(label="Brace, boot or sling", max_length=80, required=False)
    may_use_ice = forms.ChoiceField(label="May use ice", choices=YES_NO, required=False)
    avoid_nsaid_days = _days("No NSAID after (days)")
    therapy_after_days = _days("Physical therapy from day")
    activity_after_days = _days("Back to activity on day")
    analgesic_plan = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["treatment_type"].queryset = own_types(clinic)

    @property
    def what(self) -> list[forms.BoundField]:
        """The inputs at the top of the page."""
        return [self[name] for name in ("treatment_type", "name", "region", "series_length", "series_interval_days")]

    @property
    def technique_groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The planned parts of a session, in the order of a visit."""
        return [
            (title, [self[name] for name, (part, _) in TECHNIQUE.items() if part == wanted])
            for wanted, title in GROUPS.items()
        ]

    def plan(self, kept: Mapping[str, Mapping[str, Any]]) -> SessionsPlan:
        """What was written, over the parts of ``kept`` that this form does not show."""
        data = self.cleaned_data
        names = ("region", "series_length", "series_interval_days", "anchor", "needs_ind", "required_consents")
        return SessionsPlan(technique=self._technique(kept), **{name: data[name] for name in names})

    def _technique(self, kept: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        technique = {part: dict(fields) for part, fields in kept.items()}
        for name, (part, field) in TECHNIQUE.items():
            technique.setdefault(part, {}).pop(field, None)
            value = self.cleaned_data[name]
            if value not in ("", None):
                technique[part][field] = value == "true" if name == "may_use_ice" else value
        return technique

    def field_of(self, path: str) -> str | None:
        """The input that a rule's field like "technique.injection.needle_gauge" is about; None when it has none."""
        places = {f"technique.{part}.{field}": name for name, (part, field) in TECHNIQUE.items()}
        name = places.get(path, path)
        return name if name in self.fields else None


class TimepointForm(forms.Form):
    """One moment to measure, in days."""

    name = forms.CharField(max_length=40, help_text='"baseline", or like "day 3", "week 6", "month 12".')
    target_day = forms.IntegerField(label="Target day", min_value=0)
    opens_day = forms.IntegerField(label="Opens on day", min_value=0)
    closes_day = forms.IntegerField(label="Closes on day", min_value=0)
    instruments = forms.MultipleChoiceField(label="Asks", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, asks: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["instruments"].choices = asks

    def moment(self) -> Moment:
        data = self.cleaned_data
        timepoint = TimepointPlan(data["name"], data["target_day"], data["opens_day"], data["closes_day"])
        return Moment(timepoint, [Asked(*code.split("@")) for code in data["instruments"]])


class BaseTimepointFormSet(NumberedFormSet):
    row_name = "Timepoint"


TimepointFormSet = forms.formset_factory(
    TimepointForm, formset=BaseTimepointFormSet, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS
)


def ask_choices(
    known: Mapping[str, Instrument], regional: Sequence[Asked] = (), why_not: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Every instrument by its name, and those that an earlier version asked of one region only.

    ``why_not``: why some are not asked now, by code.
    """
    names = {code: _name_of(one, (why_not or {}).get(code, "")) for code, one in known.items()}
    everywhere = list(names.items())
    only = sorted({asked for asked in regional if asked.region and asked.instrument in known})
    return everywhere + [
        (written(asked), f"{names[asked.instrument]}, {Region(asked.region).label.lower()} only") for asked in only
    ]


def _name_of(instrument: Instrument, why_not: str) -> str:
    if not instrument.is_ready:
        return f"{instrument.name} (not asked until its official words are here)"
    return f"{instrument.name} ({why_not[0].lower()}{why_not[1:]})" if why_not else instrument.name


def written(asked: Asked) -> str:
    """An instrument as its check box names it."""
    return f"{asked.instrument}@{asked.region}" if asked.region else asked.instrument


def initial_of(protocol: Protocol) -> dict[str, Any]:
    """The form of a protocol's next version, filled in as this one is."""
    plain = ("name", "region", "series_length", "series_interval_days", "anchor", "needs_ind", "required_consents")
    technique = {name: protocol.technique.get(part, {}).get(field) for name, (part, field) in TECHNIQUE.items()}
    if technique["may_use_ice"] is not None:
        technique["may_use_ice"] = "true" if technique["may_use_ice"] else "false"
    shown = {name: value for name, value in technique.items() if value is not None}
    return {"treatment_type": protocol.treatment_type_id, **{name: getattr(protocol, name) for name in plain}, **shown}
