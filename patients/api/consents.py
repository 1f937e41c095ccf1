"""Consent documents and signatures through the API."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, OneOfFilter
from clinic.viewsets import RowViewSet
from patients import actions
from patients.models import Consent, ConsentDocument, ConsentKind
from patients.serializers import (
    ConsentDocumentSerializer,
    ConsentSerializer,
    NewConsentDocumentSerializer,
    NewConsentSerializer,
)

DOCUMENT = OpenApiExample(
    "A new version",
    request_only=True,
    value={
        "clinic": "6a0d6f0e-5c0a-4f0c-9b0e-0d5b1a2c3d4e",
        "kind": "outcome_registry",
        "title_en": "Our outcome registry",
        "text_en": "We keep your answers together with your treatment.\n\nI agree.",
        "title_es": "Nuestro registro de resultados",
        "text_es": "Guardamos sus respuestas junto con su tratamiento.\n\nEstoy de acuerdo.",
        "must_sign_again": True,
    },
)
SIGNATURE = OpenApiExample(
    "Signed on paper",
    request_only=True,
    value={
        "patient": "0d9f1f3c-2f0b-4d0a-8a55-6c1d2e3f4a5b",
        "document": "7b2e4c1a-9d3f-4e5a-8b6c-1a2b3c4d5e6f",
        "language": "en",
        "signed_name": "Daniel Reyes",
        "signed_at": "2026-03-31T10:15:00-05:00",
    },
)


class DocumentFilters(ClinicFilterSet):
    kind = OneOfFilter(choices=ConsentKind.choices)


class ConsentFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="patient__public_id", label="Id of a patient")
    kind = OneOfFilter(field_name="document__kind", choices=ConsentKind.choices)


@extend_schema_view(
    list=extend_schema(summary="List consent documents"),
    retrieve=extend_schema(summary="Read a consent document"),
)
class ConsentDocumentViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Every published version. The highest version of a kind is its current one."""

    queryset = ConsentDocument.objects.select_related("clinic")
    serializer_class = ConsentDocumentSerializer
    filterset_class = DocumentFilters
    orderings = ("-published_at",)

    @extend_schema(
        summary="Publish a consent document",
        request=NewConsentDocumentSerializer,
        responses={201: ConsentDocumentSerializer},
        examples=[DOCUMENT],
    )
    def create(self, request: Request) -> Response:
        """The next version of its kind. Managers only."""
        details = self.body(NewConsentDocumentSerializer)
        return self.made(actions.publish_consent_document(at=self.at, by=request.user, **details))


@extend_schema_view(
    list=extend_schema(summary="List signatures"),
    retrieve=extend_schema(summary="Read a signature"),
)
class ConsentViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Every signature there ever was; a withdrawal adds the time. To withdraw, post to the patient."""

    queryset = Consent.objects.select_related("clinic", "patient", "document", "scan", "pdf").defer(
        "scan__content", "pdf__content"
    )
    serializer_class = ConsentSerializer
    filterset_class = ConsentFilters
    orderings = ("-recorded_at",)

    @extend_schema(
        summary="Record a signature on paper",
        request=NewConsentSerializer,
        responses={201: ConsentSerializer},
        examples=[SIGNATURE],
    )
    def create(self, request: Request) -> Response:
        details = self.body(NewConsentSerializer)
        return self.made(actions.sign_consent(way=Consent.Way.PAPER, at=self.at, by=request.user, **details))
