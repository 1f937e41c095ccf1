"""Scores through the API: read only, de-identified."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin

from clinic.filters import ClinicFilterSet, OneOfFilter, YesNoFilter
from clinic.viewsets import RowViewSet
from outcomes.models import Score
from outcomes.serializers import ScoreSerializer
from treatments.models.courses import REGIONS
from treatments.models.protocols import MODALITIES


class ScoreFilters(ClinicFilterSet):
    course = filters.UUIDFilter(field_name="course__public_id", label="Id of a course")
    modality = OneOfFilter(field_name="course__treatment_type__modality", choices=MODALITIES)
    region = OneOfFilter(field_name="course__region", choices=REGIONS)
    instrument = filters.CharFilter(label='Code, like "nrs_average" or "peg"')
    after_retreatment = YesNoFilter(
        field_name="is_after_retreatment", label="Whether the same target had been treated again by then"
    )
    timepoint = filters.CharFilter(label='Like "baseline" or "month 3"')


@extend_schema_view(list=extend_schema(summary="List scores"))
class ScoreViewSet(ListModelMixin, RowViewSet):
    """Scores without names: one row per course, instrument and timepoint, in the order in which they came."""

    queryset = Score.objects.select_related("clinic", "course__treatment_type")
    serializer_class = ScoreSerializer
    filterset_class = ScoreFilters
    orderings = ("id",)
