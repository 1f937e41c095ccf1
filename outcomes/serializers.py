"""Surveys and scores as the API shows them."""

from rest_framework import serializers

from clinic.serializers import OneOf, Quantity, RowField, RowSerializer, Text
from outcomes.models import Delivery, Score, Survey
from outcomes.states import SURVEY_STATES
from treatments.models.courses import REGIONS
from treatments.models.protocols import MODALITIES


class DeliverySerializer(RowSerializer):
    """A message that announces a survey, and what became of it. Never its link or its address."""

    class Meta:
        model = Delivery
        fields = (
            *("kind", "channel", "sequence", "status", "not_before", "accepted_at", "delivered_at"),
            *("reason_code", "reason"),
        )
        read_only_fields = fields


class SurveySerializer(RowSerializer):
    """One set of questions for one follow-up; answers leave as scores only."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    course = RowField(source="follow_up.course", read_only=True)
    follow_up = RowField(read_only=True)
    timepoint = Text(source="follow_up.timepoint.name", read_only=True)
    instruments = serializers.ListField(child=Text(), read_only=True)
    state = OneOf(SURVEY_STATES, read_only=True, help_text="As of now, in the clinic's calendar.")
    asked_with = RowField(read_only=True, allow_null=True, help_text="The survey whose link leads to this one, too.")
    deliveries = DeliverySerializer(many=True, read_only=True)

    class Meta:
        model = Survey
        fields = (
            *("id", "clinic", "course", "follow_up", "timepoint", "instruments", "state"),
            *("opened_at", "started_at", "completed_at", "asked_with", "deliveries"),
        )
        read_only_fields = fields


class ScoreSerializer(RowSerializer):
    """One instrument's score at one timepoint of one course, without names and without calendar dates.

    ``value`` is null when too few items were answered. ``baseline`` and what follows from it are null at baseline and
    where there is none. ``band``: 1 better, 0 about the same, -1 worse. ``excluded``: why reports leave the row out.
    ``is_after_retreatment``: the same target had been treated again by then.
    """

    clinic = RowField(read_only=True)
    course = RowField(read_only=True)
    modality = OneOf(MODALITIES, source="course.treatment_type.modality", read_only=True)
    treatment = Text(source="course.treatment_type.code", read_only=True)
    region = OneOf(REGIONS, source="course.region", read_only=True)
    value = Quantity(max_digits=29, decimal_places=20, min_value=None, allow_null=True, read_only=True)
    baseline = Quantity(max_digits=29, decimal_places=20, min_value=None, allow_null=True, read_only=True)

    class Meta:
        model = Score
        fields = (
            *("clinic", "course", "modality", "treatment", "region", "instrument", "timepoint", "day"),
            *("value", "baseline", "is_responder_30", "is_responder_50", "band", "excluded", "scoring_version"),
            "is_after_retreatment",
        )
        read_only_fields = fields
