"""The plans a clinic follows."""

from rest_framework import serializers

from clinic.serializers import RowField, RowSerializer
from treatments.models import Protocol, Timepoint, TreatmentType


class TreatmentTypeSerializer(RowSerializer):
    """A kind of treatment; ``modality`` decides which preparation record a session has."""

    class Meta:
        model = TreatmentType
        fields = ("code", "label", "modality", "is_imported")
        read_only_fields = fields


class TimepointSerializer(RowSerializer):
    """A planned moment to measure, in days from the course's opening (baseline) or its last session."""

    class Meta:
        model = Timepoint
        fields = ("name", "target_day", "opens_day", "closes_day")
        read_only_fields = fields


class ProtocolSerializer(RowSerializer):
    """One version of a clinic's plan for a treatment. A version never changes."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    treatment_type = TreatmentTypeSerializer(read_only=True)
    timepoints = TimepointSerializer(many=True, read_only=True)

    class Meta:
        model = Protocol
        fields = ("id", "clinic", "name", "version", "treatment_type", "timepoints")
        read_only_fields = fields
