"""Surveys, what becomes of their messages, and scores as the API shows them."""

from rest_framework import serializers

from clinic.serializers import OneOf, Quantity, RowField, RowSerializer, Text
from outcomes.models import ContactDecision, Delivery, Score, Survey
from outcomes.models.surveys import LANGUAGE_CHOICES
from outcomes.outgoing import known
from outcomes.reasons import Why
from outcomes.states import SURVEY_STATES
from treatments.models.courses import REGIONS
from treatments.models.protocols import MODALITIES


class DecisionSerializer(RowSerializer):
    """What was last decided about asking for a due check-in, and what happens next by itself."""

    code = OneOf([(why.value, why.words) for why in Why], read_only=True)
    words = serializers.SerializerMethodField(help_text="For people.")
    then = serializers.SerializerMethodField(help_text="What happens next by itself, for people.")

    class Meta:
        model = ContactDecision
        fields = ("code", "words", "then", "decided_at", "looks_again_at")
        read_only_fields = fields

    def get_words(self, decision: ContactDecision) -> str:
        why = known(decision.code)
        return why.words if why else ""

    def get_then(self, decision: ContactDecision) -> str:
        why = known(decision.code)
        return why.then if why else ""


class DeliverySerializer(RowSerializer):
    """A message that announces a survey, and what became of it. Never its link or its address."""

    then = serializers.SerializerMethodField(help_text="What follows from reason_code by itself, for people.")

    class Meta:
        model = Delivery
        fields = (
            *("kind", "channel", "sequence", "status", "not_before", "accepted_at", "delivered_at"),
            *("reason_code", "reason", "then"),
        )
        read_only_fields = fields

    def get_then(self, delivery: Delivery) -> str:
        why = known(delivery.reason_code)
        return why.then if why else ""


class SurveySerializer(RowSerializer):
    """One set of questions for one follow-up; answers leave as scores only."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    course = RowField(source="follow_up.course", read_only=True)
    follow_up = RowField(read_only=True)
    timepoint = Text(source="follow_up.timepoint.name", read_only=True)
    instruments = serializers.ListField(child=Text(), read_only=True)
    state = OneOf(SURVEY_STATES, read_only=True, help_text="As of now, in the clinic's calendar.")
    mode = OneOf(Survey.Mode.choices, read_only=True, allow_blank=True, help_text="Empty until it was begun.")
    language = OneOf(LANGUAGE_CHOICES, read_only=True, allow_blank=True, help_text="Empty until one was chosen.")
    device = OneOf(Survey.Device.choices, read_only=True, allow_blank=True)
    answered_by = OneOf(
        Survey.AnsweredBy.choices, read_only=True, allow_blank=True, help_text="Empty until it was sent."
    )
    asked_with = RowField(read_only=True, allow_null=True, help_text="The survey whose link leads to this one, too.")
    decision = DecisionSerializer(
        source="follow_up.contact_decision", read_only=True, allow_null=True, help_text="Null before the first look."
    )
    deliveries = DeliverySerializer(many=True, read_only=True)

    class Meta:
        model = Survey
        fields = (
            *("id", "clinic", "course", "follow_up", "timepoint", "instruments", "state"),
            *("opened_at", "started_at", "completed_at", "cancelled_at", "mode", "language", "device", "answered_by"),
            *("answered_on", "asked_with", "decision", "deliveries"),
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
