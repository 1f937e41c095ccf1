"""Erasing who a patient is, through the API."""

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.serializers import StrictSerializer, Text
from clinic.viewsets import RowViewSet
from outcomes.actions import erase_patient
from patients.models import Patient

EXAMPLE = OpenApiExample(
    "Asked for by letter", request_only=True, value={"chart_number": "00417", "reason": "Asked for it by letter"}
)


class NewErasureSerializer(StrictSerializer):
    """``chart_number`` shows that the right patient is meant."""

    chart_number = Text(max_length=40)
    reason = Text(max_length=500, help_text="Kept for good: without the patient's name.")
    despite = Text(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text="Why it is done although a recall or an adverse event is open.",
    )


class ErasureSerializer(serializers.Serializer):
    """Who erased a patient, when and why."""

    patient = serializers.UUIDField(source="public_id")
    erased_at = serializers.DateTimeField()
    erased_by = serializers.CharField(help_text="Name of the person.")
    reason = serializers.CharField(source="erasure_reason")


@extend_schema_view()
class ErasureViewSet(RowViewSet):
    """For good: name, birth, contact, notes, files and links go. Treatments, answers and scores stay."""

    queryset = Patient.objects.select_related("clinic")
    serializer_class = ErasureSerializer

    @extend_schema(
        summary="Erase who a patient is",
        request=NewErasureSerializer,
        responses={201: ErasureSerializer},
        examples=[EXAMPLE],
    )
    def create(self, request: Request, id: uuid.UUID) -> Response:
        """Managers only. 400 with ``identity_still_needed`` while a recall or an adverse event is open."""
        patient = get_object_or_404(self.get_queryset(), public_id=id)
        details: dict[str, Any] = self.body(NewErasureSerializer)
        erased = erase_patient(patient=patient, at=self.at, by=request.user, **details)
        return Response(self.get_serializer(erased).data, status=201)
