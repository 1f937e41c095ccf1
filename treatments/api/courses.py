"""Courses through the API: list, detail, open."""

from django.db.models import Prefetch
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, DayFilter, OneOfFilter
from clinic.viewsets import RowViewSet
from treatments import actions
from treatments.models import Course, TreatmentSession
from treatments.models.courses import REGIONS
from treatments.models.protocols import MODALITIES
from treatments.serializers import CourseSerializer, NewCourseSerializer

EXAMPLE = OpenApiExample(
    "A new course",
    request_only=True,
    value={
        "patient": "0f6f2c1e-6b0a-4b57-9a53-1f2d3c4b5a69",
        "protocol": "5d2c9f7a-3f4e-4f0d-8a51-7c6b5a493827",
        "icd10_code": "M17.11",
        "complaint": "Osteoarthritis of the right knee",
        "target": "knee_joint",
        "side": "right",
    },
)


class CourseFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="patient__public_id", label="Id of a patient")
    protocol = filters.UUIDFilter(field_name="protocol__public_id", label="Id of a protocol")
    modality = OneOfFilter(field_name="treatment_type__modality", choices=MODALITIES)
    region = OneOfFilter(choices=REGIONS)
    opened_from = DayFilter(field_name="opened_on", lookup_expr="gte", label="Opened on this day or later")
    opened_to = DayFilter(field_name="opened_on", lookup_expr="lte", label="Opened on this day or earlier")


@extend_schema_view(
    list=extend_schema(summary="List courses"),
    retrieve=extend_schema(summary="Read a course"),
)
class CourseViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Courses of treatment: one complaint at one target and side, following one protocol version."""

    queryset = Course.objects.select_related(
        "clinic", "patient", "protocol", "treatment_type", "follows"
    ).prefetch_related(Prefetch("sessions", TreatmentSession.objects.counted(), to_attr="counted_sessions"))
    serializer_class = CourseSerializer
    filterset_class = CourseFilters
    orderings = ("-opened_on",)

    @extend_schema(
        summary="Open a course",
        request=NewCourseSerializer,
        responses={201: CourseSerializer},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """The baseline check-in is due at once; the other follow-ups are planned with the first session."""
        details = self.body(NewCourseSerializer)
        return self.made(actions.open_course(on=details.pop("opened_on"), at=self.at, by=request.user, **details))
