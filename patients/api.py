"""Patients through the API: list, detail, register."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, YesNoFilter
from clinic.viewsets import RowViewSet
from patients import actions
from patients.models import Patient
from patients.serializers import NewPatientSerializer, PatientSerializer

EXAMPLE = OpenApiExample(
    "A new patient",
    request_only=True,
    value={
        "clinic": "6a0d6f0e-5c0a-4f0c-9b0e-0d5b1a2c3d4e",
        "chart_number": "00418",
        "given_name": "Daniel",
        "family_name": "Reyes",
        "born_on": "1971-11-20",
        "email": "daniel@example.org",
        "language": "es",
    },
)


class PatientFilters(ClinicFilterSet):
    chart_number = filters.CharFilter(label="Exactly this chart number")
    is_imported = YesNoFilter(label="Came with imported history")


@extend_schema_view(
    list=extend_schema(summary="List patients"),
    retrieve=extend_schema(summary="Read a patient"),
)
class PatientViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """People receiving care at the clinics where you may see patients."""

    queryset = Patient.objects.select_related("clinic")
    serializer_class = PatientSerializer
    filterset_class = PatientFilters
    orderings = ("-registered_at",)

    @extend_schema(
        summary="Register a patient",
        request=NewPatientSerializer,
        responses={201: PatientSerializer},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        details = self.body(NewPatientSerializer)
        return self.made(actions.register_patient(by=request.user, at=self.at, **details))
