"""Recalls and the work list of exposed patients through the API."""

import uuid

from django.db.models import Count, Q
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, OneOfFilter
from clinic.viewsets import RowViewSet
from treatments.actions import recalls as actions
from treatments.models import Recall, RecallCase
from treatments.serializers.recalls import (
    ExposedPatientSerializer,
    MoveSerializer,
    RecallCaseSerializer,
    RecallSerializer,
)

RECALLS = Recall.objects.select_related("clinic", "lot", "started_by").annotate(
    n_cases=Count("cases"), n_closed=Count("cases", filter=Q(cases__state=RecallCase.State.CLOSED))
)
MOVE = OpenApiExample("After a call", value={"state": "contacted", "note": "Feels well"}, request_only=True)
EXPOSED = OpenApiExample(
    "Found in the theatre book",
    value={"patient": "9b2e4d6f-1a3c-4e5f-8a7b-6c5d4e3f2a1b", "note": "Right knee, 12 February, one vial"},
    request_only=True,
)


class RecallFilters(ClinicFilterSet):
    lot = filters.UUIDFilter(field_name="lot__public_id", label="Id of a lot")
    severity = OneOfFilter(choices=Recall.Severity.choices)


@extend_schema_view(
    list=extend_schema(summary="List recalls"),
    retrieve=extend_schema(summary="Read a recall"),
)
class RecallViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Lots called back. A recall is started at its lot."""

    queryset = RECALLS
    serializer_class = RecallSerializer
    filterset_class = RecallFilters
    orderings = ("-started_at",)

    @extend_schema(
        summary="Add an exposed patient",
        request=ExposedPatientSerializer,
        responses={201: RecallCaseSerializer},
        examples=[EXPOSED],
    )
    @action(detail=True, methods=["post"])
    def patients(self, request: Request, id: uuid.UUID) -> Response:
        """For a patient who received the lot without its being logged."""
        recall, details = self.get_object(), self.body(ExposedPatientSerializer)
        case = actions.add_exposed_patient(recall=recall, at=self.at, by=request.user, **details)
        return Response(RecallCaseSerializer(case).data, status=status.HTTP_201_CREATED)


class RecallCaseFilters(ClinicFilterSet):
    recall = filters.UUIDFilter(field_name="recall__public_id", label="Id of a recall")
    patient = filters.UUIDFilter(field_name="patient__public_id", label="Id of a patient")
    state = OneOfFilter(choices=RecallCase.State.choices)


@extend_schema_view(
    list=extend_schema(summary="List recall cases"),
    retrieve=extend_schema(summary="Read a recall case"),
)
class RecallCaseViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """One case for each exposed patient, with every step taken."""

    queryset = RecallCase.objects.select_related("clinic", "recall", "patient").prefetch_related("steps__taken_by")
    serializer_class = RecallCaseSerializer
    filterset_class = RecallCaseFilters
    orderings = ("opened_at",)

    @extend_schema(
        summary="Take the next step", request=MoveSerializer, responses={200: RecallCaseSerializer}, examples=[MOVE]
    )
    @action(detail=True, methods=["post"])
    def move(self, request: Request, id: uuid.UUID) -> Response:
        """Contacted, symptoms asked, tests, closed."""
        case, details = self.get_object(), self.body(MoveSerializer)
        actions.move_case(case=case, at=self.at, by=request.user, **details)
        return Response(self.get_serializer(self.get_object()).data)
