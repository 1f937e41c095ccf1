"""Surveys through the API: read only, without links or answers."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from clinic.filters import ClinicFilterSet, OneOfFilter
from clinic.viewsets import RowViewSet
from outcomes.models import Survey
from outcomes.serializers import SurveySerializer
from outcomes.states import SURVEY_STATES, with_state
from treatments.models.courses import REGIONS
from treatments.models.protocols import MODALITIES


class SurveyFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="follow_up__course__patient__public_id", label="Id of a patient")
    course = filters.UUIDFilter(field_name="follow_up__course__public_id", label="Id of a course")
    follow_up = filters.UUIDFilter(field_name="follow_up__public_id", label="Id of a follow-up")
    modality = OneOfFilter(field_name="follow_up__course__treatment_type__modality", choices=MODALITIES)
    region = OneOfFilter(field_name="follow_up__course__region", choices=REGIONS)
    timepoint = filters.CharFilter(field_name="follow_up__timepoint__name", label='Like "baseline" or "month 3"')
    state = OneOfFilter(choices=SURVEY_STATES, label="As of now, in the clinic's calendar")


@extend_schema_view(
    list=extend_schema(summary="List surveys"),
    retrieve=extend_schema(summary="Read a survey"),
)
class SurveyViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """What is asked of a patient at one follow-up, how far it is, and what became of its messages."""

    queryset = Survey.objects.select_related(
        "clinic", "asked_with", "follow_up__course", "follow_up__timepoint"
    ).prefetch_related("deliveries")
    serializer_class = SurveySerializer
    filterset_class = SurveyFilters
    orderings = ("-opened_at",)

    def get_queryset(self) -> QuerySet[Any]:
        return with_state(super().get_queryset(), self.at)
