"""Adverse events and the reports they ask for."""

from rest_framework import serializers

from clinic.serializers import (
    Day,
    OneOf,
    RowField,
    RowSerializer,
    StrictFields,
    StrictSerializer,
    Text,
    YesNo,
    local_day,
)
from patients.models import Patient
from treatments import regulatory
from treatments.due_reports import shown
from treatments.models import AdverseEvent, Course, Lot, RegulatoryReport, Relatedness, TreatmentSession
from treatments.serializers.session_parts import ColleagueField

FACTS = (
    *("began_at", "description", "term", "icd10_code", "body_system", "grade", "seriousness", "is_communicable"),
    *("needed_intervention", "action_taken", "treatment", "outcome", "resolved_on", "reporter", "first_aware_at"),
)
SERIOUSNESS_HELP = "Criteria of 21 CFR 312.32(a); empty when it was not serious."


class ReportSerializer(RowSerializer):
    """A report that a regulation asks for. ``waits_for``: what nobody has judged yet, so that the clock runs in case."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    event = RowField(read_only=True)
    source = serializers.SerializerMethodField(help_text="The regulation it rests on.")
    days_left = serializers.SerializerMethodField(help_text="To the day it ends; below 0 when that is over.")
    waits_for = serializers.SerializerMethodField()
    sent_by = ColleagueField(read_only=True, allow_null=True)

    class Meta:
        model = RegulatoryReport
        fields = (
            *("id", "clinic", "event", "kind", "source", "due_on", "days_left", "waits_for", "is_needed"),
            *("sent_on", "sent_by", "reference"),
        )
        read_only_fields = fields

    def get_source(self, report: RegulatoryReport) -> str:
        return regulatory.clocks()[report.kind].source

    def get_days_left(self, report: RegulatoryReport) -> int:
        return regulatory.days_since(local_day(report.clinic, self.context["at"]), report.due_on)

    def get_waits_for(self, report: RegulatoryReport) -> list[str]:
        return list(shown(report, report.event, report.due_on).waits_for)


class EventReportSerializer(RowSerializer):
    """The same in short, inside its event."""

    id = serializers.UUIDField(source="public_id", read_only=True)

    class Meta:
        model = RegulatoryReport
        fields = ("id", "kind", "due_on", "is_needed", "sent_on", "reference")
        read_only_fields = fields


class EventSerializer(RowSerializer):
    """Something untoward after treatment. Grades: CTCAE version 5. Judged by a review, nobody's guess before."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    patient = RowField(read_only=True)
    course = RowField(read_only=True, allow_null=True)
    session = RowField(read_only=True, allow_null=True)
    lot = RowField(read_only=True, allow_null=True)
    days_since_session = serializers.SerializerMethodField()
    related_to_product = OneOf(Relatedness.choices, read_only=True, allow_blank=True, help_text="Empty until judged.")
    related_to_procedure = OneOf(Relatedness.choices, read_only=True, allow_blank=True, help_text="Empty until judged.")
    reports = EventReportSerializer(many=True, read_only=True)
    recorded_by = ColleagueField(read_only=True)
    reviewed_by = ColleagueField(read_only=True, allow_null=True)
    entered_in_error_by = ColleagueField(read_only=True, allow_null=True)

    class Meta:
        model = AdverseEvent
        fields = (
            *("id", "clinic", "patient", "course", "session", "lot", *FACTS, "days_since_session"),
            *("is_expected", "related_to_product", "related_to_procedure", "reviewed_at", "reviewed_by", "review_note"),
            *("reports", "recorded_at", "recorded_by", "version"),
            *("entered_in_error_at", "entered_in_error_by", "entered_in_error_reason"),
        )
        read_only_fields = fields

    def get_days_since_session(self, event: AdverseEvent) -> int | None:
        """Days in the clinic's calendar, null without a session."""
        if event.session is None:
            return None
        days = (local_day(event.clinic, at) for at in (event.session.performed_at, event.began_at))
        return regulatory.days_since(*days)


class FactsSerializer(StrictFields, RowSerializer):
    """What can be said of an event. How it is related is for its review."""

    course = RowField(Course.objects.all(), required=False, allow_null=True, help_text="That of the session, if given.")
    session = RowField(
        TreatmentSession.objects.select_related("course"), required=False, allow_null=True, help_text="Id of a session."
    )
    lot = RowField(Lot.objects.all(), required=False, allow_null=True, help_text="Id of the suspected lot.")
    icd10_code = Text(max_length=20, required=False, allow_blank=True)
    seriousness = serializers.ListField(
        child=OneOf(AdverseEvent.Seriousness.choices), required=False, max_length=6, help_text=SERIOUSNESS_HELP
    )

    class Meta:
        model = AdverseEvent
        fields = ("course", "session", "lot", *FACTS)


class NewEventSerializer(FactsSerializer):
    """What is needed to record an event. Instants carry their offset; clocks count from ``first_aware_at``."""

    patient = RowField(Patient.objects.select_related("clinic"))

    class Meta(FactsSerializer.Meta):
        fields = ("patient", *FactsSerializer.Meta.fields)


class ChangedEventSerializer(FactsSerializer):
    """What changes; members that are not given stay. ``reason`` is needed once 24 hours have passed."""

    reason = Text(max_length=300, required=False, allow_blank=True)

    class Meta(FactsSerializer.Meta):
        fields = (*FactsSerializer.Meta.fields, "reason")


class JudgementSerializer(StrictSerializer):
    """The causality review."""

    related_to_product = OneOf(Relatedness.choices)
    related_to_procedure = OneOf(Relatedness.choices)
    is_expected = YesNo(help_text="Listed for this product.")
    note = Text(max_length=1000, required=False, allow_blank=True, default="")


class EventInErrorSerializer(StrictSerializer):
    """Why the event is taken back."""

    reason = Text(max_length=300)


class SentSerializer(StrictSerializer):
    """A report went out; ``reference`` is the number the authority or the sponsor gave it."""

    sent_on = Day()
    reference = Text(max_length=80, required=False, allow_blank=True, default="")
