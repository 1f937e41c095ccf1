"""Kinds of treatment."""

from clinic.serializers import RowSerializer
from treatments.models import TreatmentType


class TreatmentTypeSerializer(RowSerializer):
    """A kind of treatment; ``modality`` decides which preparation record a session has."""

    class Meta:
        model = TreatmentType
        fields = ("code", "label", "modality", "is_imported")
        read_only_fields = fields
