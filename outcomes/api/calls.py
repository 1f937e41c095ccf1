"""Calls that staff are to make, through the API: list, detail, record."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, DayFilter, YesNoFilter
from clinic.serializers import OneOf, RowField, RowSerializer, StrictSerializer, Text
from clinic.viewsets import RowViewSet
from outcomes.actions import record_call
from outcomes.forms.sending import OUTCOMES
from outcomes.models import Call, CallAttempt

RECORD = OpenApiExample(
    "Nobody answered", request_only=True, value={"outcome": "no_answer", "note": "The mailbox was full."}
)


class AttemptSerializer(RowSerializer):
    """One time that somebody called. With ``taken_back_at`` it was recorded by mistake and does not count."""

    class Meta:
        model = CallAttempt
        fields = ("at", "outcome", "note", "taken_back_at")
        read_only_fields = fields


class CallSerializer(RowSerializer):
    """Somebody is to call a patient about one survey. ``call_on``: the first day on which, in the clinic's calendar."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    patient = RowField(read_only=True)
    survey = RowField(read_only=True)
    timepoint = Text(source="survey.follow_up.timepoint.name", read_only=True)
    outcome = OneOf(Call.Outcome.choices, read_only=True, allow_blank=True)
    attempts = AttemptSerializer(many=True, read_only=True)

    class Meta:
        model = Call
        fields = (
            *("id", "clinic", "patient", "survey", "timepoint", "reason", "made_at", "call_on", "tries"),
            *("closed_at", "outcome", "attempts"),
        )
        read_only_fields = fields


class RecordSerializer(StrictSerializer):
    """How a call went."""

    outcome = OneOf(OUTCOMES)
    note = Text(max_length=200, required=False, allow_blank=True)


class CallFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="patient__public_id", label="Id of a patient")
    closed = YesNoFilter(field_name="closed_at", lookup_expr="isnull", exclude=True, label="Both, if not given")
    call_to = DayFilter(method="to_call", label="To be made on this day; nobody who died, withdrew or is paused")

    def to_call(self, calls: QuerySet[Any], name: str, day: dt.date) -> QuerySet[Any]:
        """What waits on that day."""
        return calls.filter(pk__in=Call.objects.waiting(day).order_by().values("pk"))


@extend_schema_view(
    list=extend_schema(summary="List calls"),
    retrieve=extend_schema(summary="Read a call"),
)
class CallViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Whom staff are to call, because messages were not answered or do not arrive."""

    queryset = Call.objects.select_related("clinic", "patient", "survey__follow_up__timepoint").prefetch_related(
        "attempts"
    )
    serializer_class = CallSerializer
    filterset_class = CallFilters
    orderings = ("call_on",)

    @extend_schema(
        summary="Record a call", request=RecordSerializer, responses={200: CallSerializer}, examples=[RECORD]
    )
    @action(detail=True, methods=["post"])
    def record(self, request: Request, id: uuid.UUID) -> Response:
        """Nobody answered: again in two working days, three times at most. Everything else ends the call."""
        call = self.get_object()
        record_call(call=call, at=self.at, by=request.user, **self.body(RecordSerializer))
        return Response(self.get_serializer(self.get_queryset().get(pk=call.pk)).data)
