"""Sessions through the API: list, detail, log. The page logs through the same action."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api_errors import refuse
from clinic.filters import ClinicFilterSet, DayFilter, OneOfFilter
from clinic.rules import RuleBroken
from clinic.viewsets import RowViewSet
from treatments import actions
from treatments.api.examples import SESSIONS
from treatments.models import TreatmentSession
from treatments.models.courses import REGIONS
from treatments.models.protocols import MODALITIES
from treatments.serializers import NewSessionSerializer, SessionSerializer
from treatments.states import LocalDay

DAY = dt.timedelta(days=1)
IDEMPOTENCY_KEY = "Idempotency-Key"


def midnight(day: dt.date) -> dt.datetime:
    """The first instant of the day in UTC."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


class SessionFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="course__patient__public_id", label="Id of a patient")
    course = filters.UUIDFilter(field_name="course__public_id", label="Id of a course")
    modality = OneOfFilter(field_name="course__treatment_type__modality", choices=MODALITIES)
    region = OneOfFilter(field_name="course__region", choices=REGIONS)
    performed_from = DayFilter(method="on_or_after", label="On this day of the clinic's calendar or later")
    performed_to = DayFilter(method="on_or_before", label="On this day of the clinic's calendar or earlier")

    # A clinic's midnight is less than a day from UTC's: the wider bound on the instant lets an index find the rows.
    def on_or_after(self, sessions: QuerySet[Any], name: str, day: dt.date) -> QuerySet[Any]:
        return sessions.filter(day__gte=day, performed_at__gte=midnight(day - DAY))

    def on_or_before(self, sessions: QuerySet[Any], name: str, day: dt.date) -> QuerySet[Any]:
        return sessions.filter(day__lte=day, performed_at__lt=midnight(day + 2 * DAY))


@extend_schema_view(
    list=extend_schema(summary="List sessions"),
    retrieve=extend_schema(summary="Read a session"),
)
class SessionViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Visits at which treatment was given, each with its injections and its preparation."""

    queryset = (
        TreatmentSession.objects.select_related(
            *("clinic", "course__treatment_type", "performed_by", "logged_by"),
            *("prp_preparation", "cell_preparation", "exosome_preparation"),
        )
        .prefetch_related("injections")
        .annotate(day=LocalDay("clinic__time_zone", "performed_at"))
    )
    serializer_class = SessionSerializer
    filterset_class = SessionFilters
    orderings = ("-performed_at",)

    @extend_schema(
        summary="Log a session",
        request=NewSessionSerializer,
        responses={201: SessionSerializer, 200: SessionSerializer},
        examples=SESSIONS,
        parameters=[
            OpenApiParameter(
                IDEMPOTENCY_KEY,
                OpenApiTypes.UUID,
                OpenApiParameter.HEADER,
                description="A UUID you make for this session. The same key again changes nothing and answers 200.",
            )
        ],
    )
    def create(self, request: Request) -> Response:
        """Follow-ups are planned from the course's last session; see them under follow-ups."""
        key = idempotency_key(request)
        details = self.body(NewSessionSerializer)
        details.setdefault("performed_by", request.user)
        kind = details["course"].treatment_type.modality
        try:
            session = actions.log_session(idempotency_key=key, at=self.at, by=request.user, **details)
        except RuleBroken as broken:
            broken.field = field_in_body(broken.field, kind)
            raise
        is_new = session.logged_at == self.at
        return self.made(session, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


def idempotency_key(request: Request) -> uuid.UUID | None:
    """The UUID of the header, None without one; 400 for anything else."""
    text = request.headers.get(IDEMPOTENCY_KEY)
    if text is None:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise refuse(IDEMPOTENCY_KEY, "Give a UUID, one for each session that you log.", "invalid") from None


def field_in_body(field: str | None, kind: str) -> str | None:
    """The client's name of the field that an action names."""
    if field == "idempotency_key":
        return IDEMPOTENCY_KEY
    return field and field.replace("preparation", kind, 1) if field and field.startswith("preparation") else field
