"""Adverse events and the reports they ask for. The pages call the same actions."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, DayFilter, OneOfFilter, YesNoFilter
from clinic.if_match import IF_MATCH_HEADER, changed_meanwhile, if_match
from clinic.viewsets import RowViewSet
from treatments import actions
from treatments.actions.events import EventChanged
from treatments.models import AdverseEvent, RegulatoryReport
from treatments.serializers.events import (
    ChangedEventSerializer,
    EventInErrorSerializer,
    EventSerializer,
    JudgementSerializer,
    NewEventSerializer,
    ReportSerializer,
    SentSerializer,
)

EVENT = {
    "patient": "0f6f2c1e-6b0a-4b57-9a53-1f2d3c4b5a69",
    "session": "7d0a3c52-90f1-4d0e-8a51-2b6f0c1d9e38",
    "began_at": "2026-03-07T08:00:00-06:00",
    "description": "My knee is hot and thick since Saturday.",
    "term": "Septic arthritis",
    "icd10_code": "M00.9",
    "body_system": "infection",
    "grade": 3,
    "seriousness": ["hospitalisation"],
    "is_communicable": True,
    "needed_intervention": True,
    "outcome": "recovering",
    "reporter": "the patient",
    "first_aware_at": "2026-03-09T09:30:00-05:00",
}
CHANGE = {"outcome": "recovered", "resolved_on": "2026-03-21", "reason": "Letter of the hospital"}
JUDGEMENT = {"related_to_product": "possible", "related_to_procedure": "probable", "is_expected": False}
SENT = {"sent_on": "2026-03-12", "reference": "S-77"}


def example(name: str, value: Any) -> list[OpenApiExample]:
    """The one example of a request body."""
    return [OpenApiExample(name, value=value, request_only=True)]


class EventFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="patient__public_id", label="Id of a patient")
    course = filters.UUIDFilter(field_name="course__public_id", label="Id of a course")
    session = filters.UUIDFilter(field_name="session__public_id", label="Id of a session")
    lot = filters.UUIDFilter(field_name="lot__public_id", label="Id of a lot")
    serious = YesNoFilter(method="by_seriousness", label="By its criteria, or of grade 4 or 5")
    reviewed = YesNoFilter(field_name="reviewed_at", lookup_expr="isnull", exclude=True, label="Both, if not given")
    outcome = OneOfFilter(choices=AdverseEvent.Outcome.choices)
    entered_in_error = YesNoFilter(
        field_name="entered_in_error_at", lookup_expr="isnull", exclude=True, label="Both, if not given"
    )

    def by_seriousness(self, events: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        serious = ~Q(seriousness=[]) | Q(grade__gte=AdverseEvent.Grade.LIFE_THREATENING)
        return events.filter(serious) if value else events.exclude(serious)


@extend_schema_view(
    list=extend_schema(summary="List adverse events"),
    retrieve=extend_schema(summary="Read an adverse event"),
)
class EventViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Adverse events with their causality review and the reports they ask for."""

    queryset = AdverseEvent.objects.select_related(
        *("clinic", "patient", "course", "session", "lot", "recorded_by", "reviewed_by", "entered_in_error_by")
    ).prefetch_related(Prefetch("reports", RegulatoryReport.objects.order_by("due_on", "id")))
    serializer_class = EventSerializer
    filterset_class = EventFilters
    orderings = ("-began_at", "recorded_at")

    @extend_schema(
        summary="Record an adverse event",
        request=NewEventSerializer,
        responses={201: EventSerializer},
        examples=example("An admission", EVENT),
    )
    def create(self, request: Request) -> Response:
        """The reports it asks for are there at once; what is not judged yet counts as possible."""
        details = self.body(NewEventSerializer)
        patient = details.pop("patient")
        return self.made(actions.record_event(patient=patient, details=details, at=self.at, by=request.user))

    @extend_schema(
        summary="Correct an adverse event",
        request=ChangedEventSerializer,
        responses={200: EventSerializer},
        examples=example("Recovered", CHANGE),
        parameters=[IF_MATCH_HEADER],
    )
    def partial_update(self, request: Request, id: uuid.UUID) -> Response:
        """Members that are not given stay. The version before is kept; reports not yet sent follow."""
        version, event = if_match(request), self.get_object()
        serializer = ChangedEventSerializer(data=request.data, partial=True, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        details = dict(serializer.validated_data)
        reason = details.pop("reason", "")
        return self._changed(actions.amend_event, event, version, details=details, reason=reason)

    @extend_schema(
        summary="Take back an adverse event entered in error",
        request=EventInErrorSerializer,
        responses={200: EventSerializer},
        examples=example("Another patient", {"reason": "It was another patient's event"}),
        parameters=[IF_MATCH_HEADER],
    )
    @action(detail=True, methods=["post"])
    def void(self, request: Request, id: uuid.UUID) -> Response:
        """Keeps everything; reports not yet sent are not asked for any more."""
        version, event = if_match(request), self.get_object()
        return self._changed(actions.void_event, event, version, **self.body(EventInErrorSerializer))

    @extend_schema(
        summary="Review an adverse event",
        request=JudgementSerializer,
        responses={200: EventSerializer},
        examples=example("Possibly the product", JUDGEMENT),
        parameters=[IF_MATCH_HEADER],
    )
    @action(detail=True, methods=["post"])
    def review(self, request: Request, id: uuid.UUID) -> Response:
        """The causality review; reports that rest on it come or go. A later one replaces it."""
        version, event = if_match(request), self.get_object()
        return self._changed(actions.review_event, event, version, **self.body(JudgementSerializer))

    def _changed(self, act: Callable[..., AdverseEvent], event: AdverseEvent, version: int, **change: Any) -> Response:
        """The event after the change; 412 with the event as it stands when somebody else was faster."""
        try:
            act(event=event, version=version, at=self.at, by=self.request.user, **change)
        except EventChanged as broken:
            return changed_meanwhile(broken, self._shown(event))
        return Response(self._shown(event))

    def _shown(self, event: AdverseEvent) -> dict[str, Any]:
        return self.get_serializer(self.get_queryset().get(pk=event.pk)).data


class ReportFilters(ClinicFilterSet):
    event = filters.UUIDFilter(field_name="event__public_id", label="Id of an adverse event")
    kind = OneOfFilter(choices=RegulatoryReport.Kind.choices)
    needed = YesNoFilter(field_name="is_needed", label="Both, if not given")
    sent = YesNoFilter(field_name="sent_on", lookup_expr="isnull", exclude=True, label="Both, if not given")
    due_to = DayFilter(field_name="due_on", lookup_expr="lte", label="Due on this day or earlier")


@extend_schema_view(
    list=extend_schema(summary="List regulatory reports"),
    retrieve=extend_schema(summary="Read a regulatory report"),
)
class ReportViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """The reports that events ask for. Those that wait: needed=true and sent=false, the earliest day first."""

    queryset = RegulatoryReport.objects.select_related("clinic", "event", "sent_by")
    serializer_class = ReportSerializer
    filterset_class = ReportFilters
    orderings = ("due_on",)

    @extend_schema(
        summary="Mark a regulatory report as sent",
        request=SentSerializer,
        responses={200: ReportSerializer},
        examples=example("To the sponsor", SENT),
    )
    @action(detail=True, methods=["post"])
    def sent(self, request: Request, id: uuid.UUID) -> Response:
        """Marked again, it is corrected; what was written before is kept."""
        report = self.get_object()
        actions.mark_report_sent(report=report, at=self.at, by=request.user, **self.body(SentSerializer))
        return Response(self.get_serializer(self.get_queryset().get(pk=report.pk)).data)
