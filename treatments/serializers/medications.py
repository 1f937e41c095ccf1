"""Pain medicines and clinical profiles."""

from typing import Any

from rest_framework import serializers

from clinic.serializers import OneOf, Quantity, RowField, RowSerializer, StrictFields, Whole, exact
from patients.models import Patient
from treatments import mme
from treatments.models import ClinicalProfile, Course, FollowUp, MedicationReview, OpioidUse, TreatmentSession
from treatments.profiles import bmi
from treatments.serializers.session_parts import ColleagueField

DRUGS = list(mme.drugs().items())
OTHERS = (
    *("nsaid_days", "acetaminophen_mg", "takes_gabapentinoid", "takes_muscle_relaxant", "uses_cannabis"),
    *("uses_topical", "took_rescue_today"),
)


class OpioidSerializer(StrictFields, RowSerializer):
    """One opioid, average of the last seven days. Patches: mcg an hour, and how many are worn at once."""

    drug = OneOf(DRUGS)
    strength = Quantity(max_digits=8, decimal_places=3, min_value=None, help_text="mg a unit; patches mcg an hour")
    units_per_day = Quantity(max_digits=6, decimal_places=2, min_value=None)

    class Meta:
        model = OpioidUse
        fields = ("drug", "strength", "units_per_day", "is_as_needed", "prescriber")


class MedicationSerializer(RowSerializer):
    """What a patient took on average in the seven days up to ``asked_on``. ``mme_per_day`` null: not known."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    patient = RowField(read_only=True)
    course = RowField(read_only=True, allow_null=True)
    session = RowField(read_only=True, allow_null=True)
    follow_up = RowField(read_only=True, allow_null=True)
    opioids = OpioidSerializer(many=True, read_only=True)
    recorded_by = ColleagueField(read_only=True, allow_null=True)

    class Meta:
        model = MedicationReview
        fields = (
            *("id", "clinic", "patient", "course", "session", "follow_up", "source", "asked_on", "takes_opioids"),
            *("opioids", "mme_per_day", "factor_version", *OTHERS, "recorded_at", "recorded_by"),
        )
        read_only_fields = fields


class NewMedicationSerializer(StrictFields, RowSerializer):
    """One asking. No opioid is an answer: ``takes_opioids`` false, which is 0 MME a day. MME is worked out here."""

    patient = RowField(Patient.objects.select_related("clinic"))
    course = RowField(Course.objects.all(), required=False, allow_null=True)
    session = RowField(TreatmentSession.objects.select_related("course"), required=False, allow_null=True)
    follow_up = RowField(FollowUp.objects.select_related("course"), required=False, allow_null=True)
    opioids = OpioidSerializer(many=True, required=False, max_length=20)
    nsaid_days = Whole(required=False, allow_null=True, help_text="days of the last 7")
    acetaminophen_mg = Whole(required=False, allow_null=True, help_text="mg a day")

    class Meta:
        model = MedicationReview
        fields = (
            *("patient", "course", "session", "follow_up", "source", "asked_on", "takes_opioids", "opioids"),
            *OTHERS,
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs["others"] = {name: attrs.pop(name) for name in OTHERS if name in attrs}
        return attrs


DETAILS = (
    *("height_cm", "weight_kg", "tobacco", "diabetes", "symptom_months", "severity_scale", "severity_grade"),
    *("prior_steroid_injections", "prior_hyaluronate_injections", "prior_biologic_injections", "prior_surgery"),
    *("conventional", "sport", "sport_level"),
)


class ProfileSerializer(RowSerializer):
    """What a course begins with, for case mix; its id is that of the course. Null and "" mean not known."""

    id = serializers.UUIDField(source="course.public_id", read_only=True, help_text="Id of the course.")
    clinic = RowField(read_only=True)
    patient = RowField(source="course.patient", read_only=True)
    tobacco = OneOf(ClinicalProfile.Tobacco.choices, read_only=True, allow_blank=True)
    diabetes = OneOf(ClinicalProfile.Diabetes.choices, read_only=True, allow_blank=True)
    severity_scale = OneOf(ClinicalProfile.SeverityScale.choices, read_only=True, allow_blank=True)
    sport_level = OneOf(ClinicalProfile.SportLevel.choices, read_only=True, allow_blank=True)
    bmi = serializers.SerializerMethodField(help_text="kg/m²")
    recorded_by = ColleagueField(read_only=True)

    class Meta:
        model = ClinicalProfile
        fields = ("id", "clinic", "patient", *DETAILS, "bmi", "version", "recorded_at", "recorded_by")
        read_only_fields = fields

    def get_bmi(self, profile: ClinicalProfile) -> str | None:
        """Body-mass index, null where height or weight is not known."""
        index = bmi(profile.height_cm, profile.weight_kg)
        return None if index is None else exact(index)


class NewProfileSerializer(StrictFields, RowSerializer):
    """A course's profile: members that are given are recorded, the others stay as they were."""

    course = RowField(Course.objects.select_related("clinic"))
    height_cm = Quantity(
        max_digits=8, decimal_places=2, min_value=None, required=False, allow_null=True, help_text="cm"
    )
    weight_kg = Quantity(
        max_digits=8, decimal_places=1, min_value=None, required=False, allow_null=True, help_text="kg"
    )
    symptom_months = Whole(required=False, allow_null=True)
    severity_grade = Whole(required=False, allow_null=True)
    prior_steroid_injections = Whole(required=False, allow_null=True)
    prior_hyaluronate_injections = Whole(required=False, allow_null=True)
    prior_biologic_injections = Whole(required=False, allow_null=True)
    conventional = serializers.ListField(
        child=OneOf(ClinicalProfile.Conventional.choices), required=False, max_length=len(ClinicalProfile.Conventional)
    )

    class Meta:
        model = ClinicalProfile
        fields = ("course", *DETAILS)
