"""Protocols through the API: list, detail, publish, and the schedule one would give."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api_errors import refuse
from clinic.filters import ClinicFilterSet, OneOfFilter, YesNoFilter
from clinic.viewsets import RowViewSet
from outcomes.actions import publish_protocol
from outcomes.api.protocol_shapes import NewProtocolSerializer, ProtocolSerializer, ScheduleSerializer
from outcomes.forms import ScheduleForm
from outcomes.previews import preview
from treatments.models import Protocol
from treatments.models.courses import REGIONS
from treatments.models.protocols import MODALITIES

EXAMPLE = OpenApiExample(
    "Three weekly injections",
    request_only=True,
    value={
        "clinic": "8b9e2f60-3f0e-4e0c-9d5b-0a1b2c3d4e5f",
        "treatment_type": "prp",
        "name": "Knee osteoarthritis, PRP, three weekly injections",
        "region": "knee",
        "series_length": 3,
        "series_interval_days": 7,
        "anchor": "last",
        "technique": {
            "injection": {"guidance": "ultrasound", "volume_ml": "5", "needle_gauge": 21},
            "holds": {"nsaid_days": 7},
            "aftercare": {"rest_days": 2, "avoid_nsaid_days": 14},
        },
        "timepoints": [
            {
                "name": "baseline",
                "target_day": 0,
                "opens_day": 0,
                "closes_day": 30,
                "instruments": [{"instrument": "nrs_average"}],
            },
            {
                "name": "week 6",
                "target_day": 42,
                "opens_day": 35,
                "closes_day": 56,
                "instruments": [{"instrument": "nrs_average"}, {"instrument": "peg", "region": "knee"}],
                "ladder": [
                    {"kind": "invitation", "channel": "preferred", "day": 0},
                    {"kind": "reminder", "channel": "other", "day": 2, "at_time": "17:30"},
                    {"kind": "call", "day": 12},
                ],
            },
        ],
    },
)
SCHEDULE_PARAMETERS = [
    OpenApiParameter("treated_on", str, required=True, description="Days of sessions, like 2026-03-02,2026-03-09."),
    OpenApiParameter("time_zone", str, description="The patient's, like America/Denver; the clinic's if not given."),
]


class ProtocolFilters(ClinicFilterSet):
    modality = OneOfFilter(field_name="treatment_type__modality", choices=MODALITIES)
    region = OneOfFilter(choices=REGIONS)
    retired = YesNoFilter(field_name="is_retired", label="Whether it is offered for no new course")


@extend_schema_view(
    list=extend_schema(summary="List protocols"),
    retrieve=extend_schema(summary="Read a protocol"),
)
class ProtocolViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Every version of every protocol, with its timepoints and what they ask."""

    queryset = Protocol.objects.select_related("clinic", "treatment_type").prefetch_related(
        "timepoints__assigned_instruments", "timepoints__ladder"
    )
    serializer_class = ProtocolSerializer
    filterset_class = ProtocolFilters
    orderings = ("name",)

    @extend_schema(
        summary="Publish a protocol",
        request=NewProtocolSerializer,
        responses={201: ProtocolSerializer},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """The next version of its name. Earlier versions are retired; courses that follow them keep them."""
        return self.made(publish_protocol(at=self.at, by=request.user, **self.body(NewProtocolSerializer)))


class ScheduleViewSet(RowViewSet):
    """What a protocol would ask when; nothing is stored or sent."""

    queryset = Protocol.objects.select_related("clinic", "treatment_type")
    serializer_class = ScheduleSerializer
    pagination_class = None
    filter_backends = ()

    def query_names(self) -> set[str]:
        return {parameter.name for parameter in SCHEDULE_PARAMETERS}

    @extend_schema(
        summary="Preview a protocol's schedule", parameters=SCHEDULE_PARAMETERS, responses=ScheduleSerializer
    )
    def list(self, request: Request, **kwargs: Any) -> Response:
        """Every window and message for given days of treatment, in the patient's time zone, across clock changes."""
        protocol = self.get_object()
        form = ScheduleForm({"time_zone": protocol.clinic.time_zone, **request.query_params.dict()})
        for name, messages in form.errors.items():
            raise refuse(name, messages[0], "invalid")
        shown = preview(protocol, **form.cleaned_data)
        return Response(self.get_serializer(shown).data)
