"""Courses and the follow-ups planned for them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.serializers import Day, OneOf, RowField, RowSerializer, StrictSerializer, Text, Whole, local_day
from patients.models import Patient
from treatments.icd10 import CodeRefused, checked
from treatments.models import Course, FollowUp, Protocol
from treatments.models.courses import SIDES, TARGET_CHOICES
from treatments.serializers.protocols import TreatmentTypeSerializer
from treatments.series import progress_of
from treatments.states import FOLLOW_UP_STATES


class SeriesSerializer(serializers.Serializer):
    """Where the course stands in its planned sessions; those entered in error do not count."""

    done = Whole()
    planned = Whole()
    next_on = Day(allow_null=True, help_text="Planned; null before the first and after the last.")


class CourseSerializer(RowSerializer):
    """One course of treatment. Imported courses have no protocol, target or side; ``external_ref`` names them."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    patient = RowField(read_only=True)
    protocol = RowField(read_only=True, allow_null=True)
    treatment_type = TreatmentTypeSerializer(read_only=True)
    follows = RowField(read_only=True, allow_null=True, help_text="The earlier course that this one treats again.")
    series = serializers.SerializerMethodField()

    class Meta:
        model = Course
        fields = (
            *("id", "clinic", "patient", "protocol", "treatment_type", "icd10_code", "complaint", "target", "side"),
            *("region", "opened_on", "baseline_missing_reason", "external_ref", "follows"),
            "series",
        )
        read_only_fields = fields

    @extend_schema_field(SeriesSerializer)
    def get_series(self, course: Course) -> dict[str, Any]:
        return SeriesSerializer(progress_of(course, course.counted_sessions)).data


class NewCourseSerializer(StrictSerializer):
    """What is needed to open a course."""

    patient = RowField(Patient.objects.select_related("clinic"))
    protocol = RowField(Protocol.objects.all())
    icd10_code = Text(max_length=10, help_text="ICD-10-CM, like M17.11; headings are refused.")
    complaint = Text(max_length=200)
    target = OneOf(TARGET_CHOICES)
    side = OneOf(SIDES, help_text="Paired targets: left or right. Others: midline.")
    opened_on = Day(required=False, help_text="A day of the clinic's calendar; today if not given.")

    def validate_icd10_code(self, value: str) -> str:
        try:
            return checked(value)
        except CodeRefused as refused:
            raise serializers.ValidationError(str(refused)) from None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs.setdefault("opened_on", local_day(attrs["patient"].clinic, self.context["at"]))
        return attrs


class FollowUpSerializer(RowSerializer):
    """The window of days in which one timepoint of a course is asked about."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    course = RowField(read_only=True)
    timepoint = Text(source="timepoint.name", read_only=True)
    target_day = Whole(source="timepoint.target_day", read_only=True)
    state = OneOf(FOLLOW_UP_STATES, read_only=True, help_text="As of now, in the clinic's calendar.")

    class Meta:
        model = FollowUp
        fields = (
            *("id", "clinic", "course", "timepoint", "target_day", "opens_on", "due_on", "closes_on", "state"),
            *("answered_at", "ended_on"),
        )
        read_only_fields = fields
