"""Instruments through the API: what can be asked, in which versions and languages, and each as a FHIR Questionnaire."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api_errors import refuse
from clinic.filters import refuse_unknown_parameters
from clinic.models import Clinic
from clinic.permissions import Permission
from clinic.serializers import Day, Instant, OneOf, Quantity, Text, Whole, YesNo, local_day
from clinic.viewsets import OnlyJson, SignedInView
from outcomes.bringing import questionnaire_of
from outcomes.catalogue import Entry, State, Version, catalogue, entry_of
from outcomes.instruments import LANGUAGES, Scale

STATES = [(state.value, state.value) for state in State]
CLINIC = OpenApiParameter(
    "clinic", OpenApiTypes.UUID, description="Id of a clinic; needed by people who work at several."
)


class ItemSerializer(serializers.Serializer[Any]):
    """One question, without its words: those are in the FHIR Questionnaire."""

    code = Text()
    kind = OneOf([(kind, kind) for kind in ("scale", "choice", "number")])
    minimum = Whole()
    maximum = Whole()
    short = Text(help_text="Its name to staff.")


class ScaleSerializer(serializers.Serializer[Any]):
    """One score that is worked out; its code is the ``instrument`` of scores and reports."""

    code = Text()
    name = Text()
    minimum = Quantity(max_digits=29, decimal_places=20, min_value=None)
    maximum = Quantity(max_digits=29, decimal_places=20, min_value=None)
    higher_is_better = YesNo()
    items = serializers.ListField(child=Text(), source="item_codes")
    min_answered = Whole()


class VersionSerializer(serializers.Serializer[Any]):
    """One version. What ships with Mendline has no attestation: ``attested_at`` is null."""

    version = Text()
    name = Text()
    languages = serializers.ListField(child=OneOf([(one, one) for one in LANGUAGES]))
    licence = Text(help_text="Whose it is, or who licensed it to the clinic.")
    source = Text()
    attested_at = Instant(allow_null=True)
    expires_on = Day(allow_null=True, help_text="The last day of the licence; null: it does not run out.")
    retired_at = Instant(allow_null=True)
    items = ItemSerializer(many=True)
    scales = ScaleSerializer(many=True)


class InstrumentSummarySerializer(serializers.Serializer[Any]):
    """An instrument with the version that is asked, else the newest."""

    code = Text()
    name = Text()
    state = OneOf(STATES, help_text="Only what is on is asked.")
    words = Text(help_text="The state, for people.")
    version = Text()
    languages = serializers.ListField(child=OneOf([(one, one) for one in LANGUAGES]))
    protocols = serializers.ListField(child=Text(), help_text="Names of protocols that ask it.")


class InstrumentSerializer(InstrumentSummarySerializer):
    """The same with every version, the newest first."""

    versions = VersionSerializer(many=True)


class InstrumentListSerializer(serializers.Serializer[Any]):
    """All of them: the list is short and has no pages."""

    results = InstrumentSummarySerializer(many=True)


class InstrumentView(SignedInView):
    """What one clinic can ask. Without ``clinic`` it is the only one where the person works."""

    content_negotiation_class = OnlyJson

    def clinic_of(self, request: Request) -> Clinic:
        """400 for an unknown clinic or none of several, 403 for somebody who may see none."""
        refuse_unknown_parameters(request.query_params, ["clinic"])
        clinics: list[Clinic] = list(Clinic.objects.granting(request.user, Permission.REPORT_VIEW).order_by("pk"))
        if not clinics:
            raise PermissionDenied(f"Your role does not let you {Permission.REPORT_VIEW.value}.")
        wanted = request.query_params.get("clinic")
        found = [one for one in clinics if str(one.public_id) == wanted or not wanted]
        if len(found) != 1:
            raise refuse("clinic", "Give the id of one of your clinics.", "invalid_choice")
        return found[0]

    def entry_of(self, request: Request, code: str) -> Entry:
        """404 where the clinic has and Mendline knows no such instrument."""
        clinic = self.clinic_of(request)
        entry = entry_of(clinic, code, on=local_day(clinic, timezone.now()))
        if entry is None:
            raise NotFound("There is no instrument with this code.")
        return entry


class InstrumentListView(InstrumentView):
    @extend_schema(
        operation_id="instruments_list",
        summary="List instruments",
        tags=["instruments"],
        parameters=[CLINIC],
        responses=InstrumentListSerializer,
    )
    def get(self, request: Request) -> Response:
        """Those that are on first, by name."""
        clinic = self.clinic_of(request)
        entries = catalogue(clinic, on=local_day(clinic, timezone.now()))
        return Response(InstrumentListSerializer({"results": [_summary(one) for one in entries]}).data)


class InstrumentDetailView(InstrumentView):
    @extend_schema(
        operation_id="instruments_retrieve",
        summary="Read an instrument",
        tags=["instruments"],
        parameters=[CLINIC],
        responses=InstrumentSerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        """Every version with its items, scales, languages and licence."""
        entry = self.entry_of(request, code)
        return Response(InstrumentSerializer({**_summary(entry), "versions": map(_version, entry.versions)}).data)


class InstrumentFhirView(InstrumentView):
    @extend_schema(
        operation_id="instruments_fhir",
        summary="Read an instrument as a FHIR R4 Questionnaire",
        tags=["instruments"],
        parameters=[CLINIC],
        responses={(200, "application/fhir+json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """The version that is asked, else the newest. Brought to a clinic again, it is the same instrument."""
        definition = self.entry_of(request, code).now.definition
        return JsonResponse(questionnaire_of(definition), content_type="application/fhir+json")


def _summary(entry: Entry) -> dict[str, Any]:
    one = entry.now.instrument
    return {
        "code": entry.code,
        "name": one.name,
        "state": entry.state.value,
        "words": entry.words,
        "version": one.version,
        "languages": one.languages,
        "protocols": entry.uses,
    }


def _version(version: Version) -> dict[str, Any]:
    one, row = version.instrument, version.row
    return {
        "version": one.version,
        "name": one.name,
        "languages": one.languages,
        "licence": version.licence,
        "source": row.source if row else version.definition.get("source", ""),
        "attested_at": row.attested_at if row else None,
        "expires_on": row.expires_on if row else None,
        "retired_at": row.retired_at if row else None,
        "items": one.items,
        "scales": [_scale(scale) for scale in one.scales],
    }


def _scale(scale: Scale) -> dict[str, Any]:
    return {
        **{name: getattr(scale, name) for name in ("code", "name", "minimum", "maximum")},
        **{name: getattr(scale, name) for name in ("higher_is_better", "min_answered")},
        "item_codes": [item.code for item in scale.items],
    }
