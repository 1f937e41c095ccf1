"""Patients as the API shows and accepts them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.models import Clinic
from clinic.serializers import Day, Email, OneOf, RowField, RowSerializer, StrictSerializer, Text, local_day
from patients.consents import states_by_kind
from patients.models import ConsentKind, Patient
from patients.rules import check_allergies, check_born_on, check_phone, check_time_zone

CONSENT_STATES = {
    "type": "object",
    "description": "What stands of each kind; sign_again: a newer version waits to be signed.",
    "required": ConsentKind.values,
    "properties": {
        kind: {"type": "string", "enum": ["signed", "sign_again", "withdrawn", "missing"]}
        for kind in ConsentKind.values
    },
    "additionalProperties": False,
}


class PatientSerializer(RowSerializer):
    """A patient with contact details. ``consented_at`` without ``withdrawn_at`` means: may be contacted."""

    id = serializers.UUIDField(source="public_id")
    clinic = RowField()
    email = Text(help_text="E-mail address; empty when none is known.")
    consents = serializers.SerializerMethodField()

    class Meta:
        model = Patient
        fields = (
            *("id", "clinic", "chart_number", "given_name", "family_name", "born_on", "sex", "email", "phone"),
            *(
                "allergy_status",
                "allergies",
                "language",
                "time_zone",
                "registered_at",
                "consented_at",
                "withdrawn_at",
                "is_imported",
            ),
            *(
                "preferred_channel",
                "email_stopped_at",
                "email_bounced_at",
                "sms_stopped_at",
                "sms_failed_at",
                "died_on",
            ),
            "consents",
        )
        read_only_fields = fields

    @extend_schema_field(CONSENT_STATES)
    def get_consents(self, patient: Patient) -> dict[str, str]:
        return states_by_kind(patient, patient.consents.all())


class NewPatientSerializer(StrictSerializer):
    """What is needed to register a patient; consent to contact is recorded by the clinic's staff, with the patient."""

    clinic = RowField(Clinic.objects.all())
    chart_number = Text(max_length=40)
    family_name = Text(max_length=80)
    given_name = Text(max_length=80, required=False, allow_blank=True)
    born_on = Day(required=False, allow_null=True)
    sex = OneOf(Patient.Sex.choices, required=False, help_text="Leave out when it is not recorded.")
    email = Email(max_length=254, required=False, allow_blank=True)
    phone = Text(max_length=30, required=False, allow_blank=True)
    language = OneOf(
        Patient.Language.choices, required=False, help_text="In which surveys are asked; English if not given."
    )

    preferred_channel = OneOf(
        Patient.Channel.choices, required=False, help_text="By which messages go first; e-mail if not given."
    )
    time_zone = Text(
        max_length=60, required=False, allow_blank=True, help_text="Like America/Denver; empty: the clinic's."
    )

    allergy_status = OneOf(Patient.AllergyStatus.choices, required=False, help_text="Leave out when nobody asked.")
    allergies = Text(
        max_length=300, required=False, allow_blank=True, help_text="To what, with the status known alone."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("born_on"):
            check_born_on(attrs["born_on"], local_day(attrs["clinic"], self.context["at"]))
        if attrs.get("phone"):
            check_phone(attrs["phone"])
        check_allergies(attrs.get("allergy_status", ""), attrs.get("allergies", ""))
        if attrs.get("time_zone"):
            check_time_zone(attrs["time_zone"])
        return attrs
