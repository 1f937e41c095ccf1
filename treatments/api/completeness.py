"""The completeness report through the API; the page shows the same numbers."""

import datetime as dt
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.cache import patch_cache_control
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api_errors import refuse
from clinic.filters import FIRST_DAY, LAST_DAY, refuse_unknown_parameters
from clinic.models import Clinic
from clinic.permissions import Permission
from clinic.viewsets import OnlyJson, SignedInView
from treatments.reporting import completeness_report
from treatments.serializers.completeness import CompletenessReportSerializer

CLINIC, FROM, TO = "clinic", "performed_from", "performed_to"


class CompletenessReportView(SignedInView):
    """The share of sessions that record each item of their reporting checklist, the least recorded first."""

    content_negotiation_class = OnlyJson

    @extend_schema(
        summary="Completeness of sessions",
        tags=["reports"],
        parameters=[
            OpenApiParameter(CLINIC, OpenApiTypes.UUID, description="Id of a clinic; all of yours when not given."),
            OpenApiParameter(FROM, OpenApiTypes.DATE, description="Sessions of this day of the clinic or later."),
            OpenApiParameter(TO, OpenApiTypes.DATE, description="Sessions of this day of the clinic or earlier."),
        ],
        responses=CompletenessReportSerializer,
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request.query_params, (CLINIC, FROM, TO))
        first, last = _day(request, FROM), _day(request, TO)
        if first and last and first > last:
            raise refuse(TO, "The last day must not lie before the first.", "invalid")
        report = completeness_report(clinics=_clinics(request), first=first, last=last)
        answer = Response(CompletenessReportSerializer(report).data)
        patch_cache_control(answer, private=True, no_store=True)
        return answer


def _clinics(request: Request) -> list[Clinic]:
    clinics = list(Clinic.objects.granting(request.user, Permission.REPORT_VIEW).order_by("name"))
    if not clinics:
        raise PermissionDenied(f"Your role does not let you {Permission.REPORT_VIEW.value}.")
    asked = request.query_params.get(CLINIC)
    if asked is None:
        return clinics
    try:
        public_id = UUID(asked)
    except ValueError:
        raise refuse(CLINIC, "Give the id of a clinic, a UUID.", "invalid") from None
    found = [clinic for clinic in clinics if clinic.public_id == public_id]
    if not found:
        raise refuse(CLINIC, "There is no clinic with this id that you may see.", "unknown")
    return found


def _day(request: Request, name: str) -> dt.date | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        day = dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise refuse(name, "Give a day like 2026-03-31.", "invalid") from None
    if len(text) != len("2026-03-31") or not FIRST_DAY <= day <= LAST_DAY:
        raise refuse(name, "Give a day like 2026-03-31.", "invalid")
    return day
