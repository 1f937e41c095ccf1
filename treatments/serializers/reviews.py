"""Review items: what was done against a rule, why, and what came of looking at it."""

from rest_framework import serializers

from clinic.serializers import RowField, RowSerializer, StrictSerializer, Text
from treatments.models import ReviewItem
from treatments.serializers.session_parts import ColleagueField


class ReviewItemSerializer(RowSerializer):
    """One exception taken in a session, open until somebody has settled it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    session = RowField(read_only=True)
    raised_by = ColleagueField(read_only=True)
    settled_by = ColleagueField(read_only=True, allow_null=True)

    class Meta:
        model = ReviewItem
        fields = (
            *("id", "clinic", "session", "kind", "finding", "reason", "raised_at", "raised_by", "settled_at"),
            *("settled_by", "settlement"),
        )
        read_only_fields = fields


class SettlementSerializer(StrictSerializer):
    """What came of looking at it."""

    settlement = Text(max_length=500)
