"""Whether NSAIDs and steroids were kept away from around a PRP session."""

from rest_framework import serializers

from clinic.serializers import OneOf
from treatments.washouts import WASHOUTS


class WashoutSerializer(serializers.Serializer):
    """From holds, aftercare and what the patient said of NSAID days; null where the session is not PRP."""

    nsaid_before = OneOf(WASHOUTS, read_only=True, allow_null=True)
    nsaid_after = OneOf(WASHOUTS, read_only=True, allow_null=True)
    steroid_before = OneOf(WASHOUTS, read_only=True, allow_null=True)
    overall = OneOf(WASHOUTS, source="washout", read_only=True, allow_null=True)
