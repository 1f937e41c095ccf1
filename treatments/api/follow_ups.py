"""Follow-ups through the API: read only; logging a session plans them."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from clinic.filters import ClinicFilterSet, DayFilter, OneOfFilter
from clinic.viewsets import RowViewSet
from treatments.models import FollowUp
from treatments.models.courses import REGIONS
from treatments.models.protocols import MODALITIES
from treatments.serializers import FollowUpSerializer
from treatments.states import FOLLOW_UP_STATES, FollowUpState, with_state


class FollowUpFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="course__patient__public_id", label="Id of a patient")
    course = filters.UUIDFilter(field_name="course__public_id", label="Id of a course")
    modality = OneOfFilter(field_name="course__treatment_type__modality", choices=MODALITIES)
    region = OneOfFilter(field_name="course__region", choices=REGIONS)
    timepoint = filters.CharFilter(field_name="timepoint__name", label='Like "baseline" or "month 3"')
    state = OneOfFilter(choices=FOLLOW_UP_STATES, label="As of now, in the clinic's calendar", method="in_state")
    due_from = DayFilter(field_name="due_on", lookup_expr="gte", label="Due on this day or later")
    due_to = DayFilter(field_name="due_on", lookup_expr="lte", label="Due on this day or earlier")

    def in_state(self, follow_ups: QuerySet[Any], name: str, state: str) -> QuerySet[Any]:
        """The rows in this state; what still waits is looked up in the index of waiting rows."""
        waits = state not in {FollowUpState.ANSWERED, FollowUpState.ENDED}
        return follow_ups.filter(state=state, **({"answered_at": None, "ended_on": None} if waits else {}))


@extend_schema_view(
    list=extend_schema(summary="List follow-ups"),
    retrieve=extend_schema(summary="Read a follow-up"),
)
class FollowUpViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """The windows of days in which patients are asked: planned, open, overdue, answered or ended."""

    queryset = FollowUp.objects.select_related("clinic", "course", "timepoint")
    serializer_class = FollowUpSerializer
    filterset_class = FollowUpFilters
    orderings = ("due_on",)

    def get_queryset(self) -> QuerySet[Any]:
        return with_state(super().get_queryset(), self.at)
