"""Recalls of lots and the work with every exposed patient."""

from rest_framework import serializers

from clinic.serializers import Day, Email, OneOf, RowField, RowSerializer, StrictSerializer, Text, Whole
from patients.models import Patient
from treatments.models import Recall, RecallCase, RecallStep


class RecallSerializer(RowSerializer):
    """Why and when a lot was called back; the lot is blocked from ``started_at`` on."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    lot = RowField(read_only=True)
    started_by = Email(source="started_by.email", read_only=True)
    n_cases = Whole(read_only=True, help_text="Exposed patients.")
    n_closed = Whole(read_only=True)

    class Meta:
        model = Recall
        fields = (
            *("id", "clinic", "lot", "severity", "reason", "announced_on", "started_at", "started_by"),
            *("n_cases", "n_closed"),
        )
        read_only_fields = fields


class NewRecallSerializer(StrictSerializer):
    """Calling a lot back blocks it and opens one case for each patient who received it."""

    severity = OneOf(Recall.Severity.choices)
    reason = Text(max_length=500)
    announced_on = Day()


class StepSerializer(RowSerializer):
    """What was done about one case."""

    taken_by = Email(source="taken_by.email", read_only=True)

    class Meta:
        model = RecallStep
        fields = ("state", "note", "taken_at", "taken_by")
        read_only_fields = fields


class RecallCaseSerializer(RowSerializer):
    """One exposed patient, from not yet contacted to closed."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    recall = RowField(read_only=True)
    patient = RowField(read_only=True)
    steps = StepSerializer(many=True, read_only=True)

    class Meta:
        model = RecallCase
        fields = ("id", "clinic", "recall", "patient", "state", "opened_at", "steps")
        read_only_fields = fields


class MoveSerializer(StrictSerializer):
    """The next step; a note is needed to close, to leave out a step and to go back."""

    state = OneOf(RecallCase.State.choices)
    note = Text(max_length=1000, required=False, allow_blank=True)


class ExposedPatientSerializer(StrictSerializer):
    """A patient who received the lot without its being logged."""

    patient = RowField(Patient.objects.all())
    note = Text(max_length=1000, help_text="When, where and how much, and how you know.")
