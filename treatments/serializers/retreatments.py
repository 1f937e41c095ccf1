"""Re-treatments as the API shows and accepts them."""

from rest_framework import serializers

from clinic.serializers import Day, OneOf, RowField, RowSerializer, StrictSerializer, Text
from treatments.models import Course, Retreatment


class RetreatmentSerializer(RowSerializer):
    """The course's target was treated again on that day. ``next_course``: the course of a re-injection."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    course = RowField(read_only=True)
    next_course = RowField(read_only=True, allow_null=True)

    class Meta:
        model = Retreatment
        fields = (
            *("id", "clinic", "course", "kind", "happened_on", "next_course", "note", "recorded_at"),
            "entered_in_error_at",
        )
        read_only_fields = fields


class NewRetreatmentSerializer(StrictSerializer):
    """Surgery or a steroid injection. A re-injection follows from the sessions of a new course."""

    course = RowField(Course.objects.select_related("clinic"))
    kind = OneOf(Retreatment.Kind.choices)
    happened_on = Day(help_text="A day of the clinic's calendar.")
    note = Text(max_length=200, required=False, allow_blank=True)
