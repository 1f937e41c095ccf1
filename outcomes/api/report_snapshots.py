"""Reports whose numbers were kept, through the API: read only."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from clinic.filters import ClinicFilterSet, OneOfFilter
from clinic.serializers import RowField, RowSerializer
from clinic.viewsets import RowViewSet
from outcomes.api.report_table_shapes import TableReportSerializer
from outcomes.models import ReportSnapshot


class SnapshotSerializer(RowSerializer):
    """A report as it was answered once. ``answer`` never changes."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    answer = serializers.SerializerMethodField()

    class Meta:
        model = ReportSnapshot
        fields = (
            *("id", "clinic", "number", "kind", "title", "parameters", "audience", "data_version", "rule_version"),
            *("code_version", "of_month", "made_at", "answer"),
        )
        read_only_fields = fields

    @extend_schema_field(TableReportSerializer)
    def get_answer(self, snapshot: ReportSnapshot) -> object:
        return snapshot.answer


class SnapshotFilters(ClinicFilterSet):
    kind = filters.CharFilter(label="Name of a report")
    audience = OneOfFilter(choices=ReportSnapshot.Audience.choices)


@extend_schema_view(
    list=extend_schema(summary="List snapshots of reports"), retrieve=extend_schema(summary="Read a snapshot")
)
class SnapshotViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """The numbers of reports as they were on one day, newest first."""

    queryset = ReportSnapshot.objects.select_related("clinic")
    serializer_class = SnapshotSerializer
    filterset_class = SnapshotFilters
    orderings = ("-made_at",)
