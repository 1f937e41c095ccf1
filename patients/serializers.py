"""Patients as the API shows and accepts them."""

from rest_framework import serializers

from clinic.models import Clinic
from clinic.serializers import OneOf, RowField, RowSerializer, StrictSerializer
from patients.models import Patient


class PatientSerializer(RowSerializer):
    """A patient with contact details. ``consented_at`` without ``withdrawn_at`` means: may be contacted."""

    id = serializers.UUIDField(source="public_id")
    clinic = RowField()

    class Meta:
        model = Patient
        fields = (
            *("id", "clinic", "chart_number", "given_name", "family_name", "born_on", "sex", "email", "phone"),
            *("language", "registered_at", "consented_at", "withdrawn_at", "is_imported"),
        )
        read_only_fields = fields


class NewPatientSerializer(StrictSerializer):
    """What is needed to register a patient; consent to contact is recorded by the clinic's staff, with the patient."""

    clinic = RowField(Clinic.objects.all())
    chart_number = serializers.CharField(max_length=40)
    family_name = serializers.CharField(max_length=80)
    given_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    born_on = serializers.DateField(required=False, allow_null=True)
    sex = OneOf(Patient.Sex.choices, required=False, help_text="Leave out when it is not recorded.")
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    language = OneOf(
        Patient.Language.choices, required=False, help_text="In which surveys are asked; English if not given."
    )
