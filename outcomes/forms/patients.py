"""The filter above the list of patients."""

from collections.abc import Iterable

from django import forms

from clinic.models import Clinic, User
from clinic.permissions import Permission, roles_with
from outcomes.patient_filters import Due, PatientFilter
from treatments.vocabulary import Modality, Region, Side


def _choose(label: str, everything: str, choices: Iterable[Modality | Region | Side | Due]) -> forms.ChoiceField:
    offered = [("", everything), *((one.value, one.label) for one in choices)]
    return forms.ChoiceField(label=label, required=False, choices=offered)


class PatientFilterForm(forms.Form):
    """Draws what ``asked`` asks for; reading the address is PatientFilter's work."""

    treated = _choose("Treated with", "Anything or nothing", Modality)
    region = _choose("Body region", "Any region", Region)
    side = _choose("Side", "Any side", Side)
    by = forms.ChoiceField(label="Treated by", required=False)
    due = _choose("Next check-in", "Any time", Due)

    def __init__(self, asked: PatientFilter, clinic: Clinic) -> None:
        super().__init__(initial=asked.parameters(), auto_id="%s")
        self.asked = asked
        self.fields["by"].choices = [("", "Anyone"), *_people(clinic)]

    def words(self) -> list[str]:
        """What is chosen, as the form says it."""
        chosen = self.asked.parameters()
        found = [dict(self.fields[name].choices).get(chosen[name]) for name in self.fields if name in chosen]
        return [str(one) for one in found if one]


def _people(clinic: Clinic) -> list[tuple[str, str]]:
    """Whoever may log sessions there."""
    staff = {"memberships__clinic": clinic, "memberships__role__in": roles_with(Permission.SESSION_LOG)}
    people = User.objects.filter(**staff).distinct().order_by("full_name").values_list("pk", "full_name")
    return [(str(key), name) for key, name in people]
