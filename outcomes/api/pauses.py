"""Pauses of sending through the API: list, detail, begin, end."""

import uuid

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, YesNoFilter
from clinic.models import Clinic
from clinic.serializers import NothingSerializer, RowField, RowSerializer, StrictSerializer, Text
from clinic.viewsets import RowViewSet
from outcomes.actions import pause_sending, resume_sending
from outcomes.models import SendingPause
from patients.models import Patient
from treatments.models import Protocol

EXAMPLE = OpenApiExample(
    "One patient",
    request_only=True,
    value={
        "clinic": "8b9e2f60-3f0e-4e0c-9d5b-0a1b2c3d4e5f",
        "patient": "0d9f1f3c-2f0b-4d0a-8a55-6c1d2e3f4a5b",
        "reason": "In hospital until the end of the month",
    },
)


class PauseSerializer(RowSerializer):
    """Nothing is sent to this patient, or for this protocol, or to anybody when neither is named, until it ends."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    patient = RowField(read_only=True, allow_null=True)
    protocol = RowField(read_only=True, allow_null=True)

    class Meta:
        model = SendingPause
        fields = ("id", "clinic", "patient", "protocol", "reason", "began_at", "ended_at")
        read_only_fields = fields


class NewPauseSerializer(StrictSerializer):
    """What to pause: a patient, a protocol, or everything at the clinic."""

    clinic = RowField(Clinic.objects.all())
    patient = RowField(Patient.objects.select_related("clinic"), required=False, allow_null=True)
    protocol = RowField(Protocol.objects.select_related("clinic"), required=False, allow_null=True)
    reason = Text(max_length=200)


class PauseFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="patient__public_id", label="Id of a patient")
    protocol = filters.UUIDFilter(field_name="protocol__public_id", label="Id of a protocol")
    ended = YesNoFilter(field_name="ended_at", lookup_expr="isnull", exclude=True, label="Both, if not given")


@extend_schema_view(
    list=extend_schema(summary="List pauses"),
    retrieve=extend_schema(summary="Read a pause"),
)
class PauseViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """What is not sent because somebody said so."""

    queryset = SendingPause.objects.select_related("clinic", "patient", "protocol")
    serializer_class = PauseSerializer
    filterset_class = PauseFilters
    orderings = ("-began_at",)

    @extend_schema(
        summary="Pause sending", request=NewPauseSerializer, responses={201: PauseSerializer}, examples=[EXAMPLE]
    )
    def create(self, request: Request) -> Response:
        """Links that went out before go on working."""
        return self.made(pause_sending(at=self.at, by=request.user, **self.body(NewPauseSerializer)))

    @extend_schema(summary="End a pause", request=NothingSerializer, responses={200: PauseSerializer})
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, id: uuid.UUID) -> Response:
        """What waited goes out within the clinic's hours and each patient's budget."""
        pause = self.get_object()
        self.no_body()
        resume_sending(pause=pause, at=self.at, by=request.user)
        return Response(self.get_serializer(self.get_queryset().get(pk=pause.pk)).data)
