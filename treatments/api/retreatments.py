"""Re-treatments through the API: list, detail, record, take back."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, DayFilter, OneOfFilter
from clinic.viewsets import RowViewSet
from treatments import actions
from treatments.models import Retreatment
from treatments.serializers.retreatments import NewRetreatmentSerializer, RetreatmentSerializer

EXAMPLE = OpenApiExample(
    "Surgery",
    request_only=True,
    value={
        "course": "1c8e5b7d-2a4f-4e6b-9d3c-8f7a6b5c4d3e",
        "kind": "surgery",
        "happened_on": "2026-06-15",
        "note": "Knee replacement elsewhere",
    },
)


class RetreatmentFilters(ClinicFilterSet):
    course = filters.UUIDFilter(field_name="course__public_id", label="Id of a course")
    patient = filters.UUIDFilter(field_name="course__patient__public_id", label="Id of a patient")
    kind = OneOfFilter(choices=Retreatment.Kind.choices)
    happened_from = DayFilter(field_name="happened_on", lookup_expr="gte", label="On this day or later")
    happened_to = DayFilter(field_name="happened_on", lookup_expr="lte", label="On this day or earlier")


@extend_schema_view(
    list=extend_schema(summary="List re-treatments"),
    retrieve=extend_schema(summary="Read a re-treatment"),
)
class RetreatmentViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """The same target treated again: scores of the course from that day on are marked."""

    queryset = Retreatment.objects.select_related("clinic", "course", "next_course")
    serializer_class = RetreatmentSerializer
    filterset_class = RetreatmentFilters
    orderings = ("happened_on",)

    @extend_schema(
        summary="Record a re-treatment",
        request=NewRetreatmentSerializer,
        responses={201: RetreatmentSerializer},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Surgery or a steroid injection. To inject again, open a new course and log its session."""
        details = self.body(NewRetreatmentSerializer)
        return self.made(actions.record_retreatment(at=self.at, by=request.user, **details))

    @extend_schema(
        summary="Take a re-treatment back",
        request=None,
        responses=RetreatmentSerializer,
        operation_id="retreatment_void",
    )
    @action(detail=True, methods=["post"])
    def void(self, request: Request, **kwargs: Any) -> Response:
        """It was entered in error. It stays to be seen, and marks no scores any more."""
        self.no_body()
        retreatment = actions.void_retreatment(retreatment=self.get_object(), at=self.at, by=request.user)
        return Response(self.get_serializer(retreatment).data)
