"""Patients through the API: list, detail, register."""

import uuid

from django.db.models import Prefetch
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, YesNoFilter
from clinic.viewsets import RowViewSet
from patients import actions
from patients.consents import overtaken
from patients.models import Consent, Patient
from patients.serializers import NewPatientSerializer, PatientSerializer, WithdrawalSerializer

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

MERGED = OpenApiResponse(
    {"$ref": "#/components/schemas/Error"},
    "``patient_merged``: the record was merged into another of the same person; ``merged_into`` is the id of that one",
)
WITHDRAWAL = OpenApiExample("Leave the outcome registry", request_only=True, value={"kind": "outcome_registry"})


class PatientFilters(ClinicFilterSet):
    chart_number = filters.CharFilter(label="Exactly this chart number")
    is_imported = YesNoFilter(label="Came with imported history")


@extend_schema_view(
    list=extend_schema(summary="List patients"),
    retrieve=extend_schema(summary="Read a patient", responses={200: PatientSerializer, 410: MERGED}),
)
class PatientViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """People receiving care at the clinics where you may see patients."""

    queryset = Patient.objects.select_related("clinic").prefetch_related(
        Prefetch("consents", Consent.objects.select_related("document").annotate(is_overtaken=overtaken()))
    )
    serializer_class = PatientSerializer
    filterset_class = PatientFilters
    orderings = ("-registered_at",)

    def get_object(self) -> Patient:
        """Raises PatientMerged (410) for a record that was merged into another, with the id of that one."""
        try:
            found: Patient = super().get_object()
        except Http404:
            merged = Patient.also_merged.visible_to(self.request.user).select_related("merged_into")
            gone = merged.filter(public_id=self.kwargs["id"], merged_into__isnull=False).first()
            if gone is None:
                raise
            raise actions.PatientMerged(gone.merged_into) from None
        return found

    @extend_schema(
        summary="Register a patient",
        request=NewPatientSerializer,
        responses={201: PatientSerializer},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        details = self.body(NewPatientSerializer)
        return self.made(actions.register_patient(by=request.user, at=self.at, **details))

    @extend_schema(
        summary="Withdraw a consent",
        request=WithdrawalSerializer,
        responses={200: PatientSerializer, 410: MERGED},
        examples=[WITHDRAWAL],
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, id: uuid.UUID) -> Response:
        """The agreement of one kind ends now; a second time changes nothing.

        contact: nothing more is sent. outcome_registry: no more answers are taken, and earlier ones are kept or erased
        by the clinic's policy.
        """
        patient = self.get_object()
        actions.withdraw_consent_kind(patient=patient, at=self.at, by=request.user, **self.body(WithdrawalSerializer))
        return Response(self.get_serializer(self.get_queryset().get(pk=patient.pk)).data)
