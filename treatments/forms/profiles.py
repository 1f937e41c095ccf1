"""The clinical profile of a course, in the order in which it is asked."""

from typing import Any

from django import forms

from clinic.forms import speak_plainly
from treatments.forms.inputs import UnitInput, leave_to_the_action
from treatments.models import ClinicalProfile, Course
from treatments.profiles import SCALES, scales_for

# What a patient brings along to any course, and what belongs to the treated place.
BROUGHT = ("height_cm", "weight_kg", "tobacco", "diabetes", "conventional", "sport", "sport_level")
OF_THE_PLACE = (
    *("symptom_months", "prior_steroid_injections", "prior_hyaluronate_injections", "prior_biologic_injections"),
    "prior_surgery",
)


class ProfileForm(forms.ModelForm):
    """Everything may stay empty: unknown is not zero. The severity grade is never filled in from another course."""

    height_cm = forms.DecimalField(label="Height", required=False, widget=UnitInput("cm"))
    weight_kg = forms.DecimalField(label="Weight", required=False, widget=UnitInput("kg"))
    symptom_months = forms.IntegerField(label="Symptoms since", required=False, widget=UnitInput("months"))
    severity_grade = forms.IntegerField(label="Grade", required=False, widget=UnitInput(""))
    prior_steroid_injections = forms.IntegerField(
        label="Steroid injections", required=False, widget=UnitInput("so far")
    )
    prior_hyaluronate_injections = forms.IntegerField(
        label="Hyaluronic acid injections", required=False, widget=UnitInput("so far")
    )
    prior_biologic_injections = forms.IntegerField(
        label="PRP or cell injections", required=False, widget=UnitInput("so far")
    )
    conventional = forms.MultipleChoiceField(
        label="Tried before",
        choices=ClinicalProfile.Conventional.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ClinicalProfile
        fields = (
            *("height_cm", "weight_kg", "tobacco", "diabetes", "symptom_months", "severity_scale", "severity_grade"),
            *("prior_steroid_injections", "prior_hyaluronate_injections", "prior_biologic_injections"),
            *("prior_surgery", "conventional", "sport", "sport_level"),
        )
        labels = {"severity_scale": "Scale", "prior_surgery": "Surgery at this place", "sport_level": "Level"}
        help_texts = {"prior_surgery": "“None” is an answer; empty is not known."}

    def __init__(self, *args: object, course: Course, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.instance.validate_constraints = leave_to_the_action
        speak_plainly(self)
        fitting = scales_for(course.region)
        labels = dict(ClinicalProfile.SeverityScale.choices)
        kept = [code for code in SCALES if code in fitting or code == self.instance.severity_scale]
        self.fields["severity_scale"].choices = [("", "Not graded"), *[(code, labels[code]) for code in kept]]
        for name in ("tobacco", "diabetes", "sport_level"):
            field = self.fields[name]
            field.choices = [("", "Not known"), *[choice for choice in field.choices if choice[0]]]

    def _post_clean(self) -> None:
        """Nothing is written to the profile here: its action does that."""


def brought_along(course: Course) -> dict[str, Any]:
    """What the patient's latest profile of another course fills in. Two queries at most."""
    others = ClinicalProfile.objects.filter(course__patient_id=course.patient_id).exclude(course=course)
    last = others.order_by("-recorded_at").first()
    if last is None:
        return {}
    there = others.filter(course__target=course.target, course__side=course.side).order_by("-recorded_at").first()
    known = {name: getattr(last, name) for name in BROUGHT}
    return known | ({name: getattr(there, name) for name in OF_THE_PLACE} if there else {})
