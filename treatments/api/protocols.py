"""Protocols: read only; a clinic's staff publish them."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from clinic.filters import ClinicFilterSet, OneOfFilter
from clinic.viewsets import RowViewSet
from treatments.models import Protocol
from treatments.models.protocols import MODALITIES
from treatments.serializers import ProtocolSerializer


class ProtocolFilters(ClinicFilterSet):
    modality = OneOfFilter(field_name="treatment_type__modality", choices=MODALITIES)


@extend_schema_view(
    list=extend_schema(summary="List protocols"),
    retrieve=extend_schema(summary="Read a protocol"),
)
class ProtocolViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Every version of every protocol, with its timepoints."""

    queryset = Protocol.objects.select_related("clinic", "treatment_type").prefetch_related("timepoints")
    serializer_class = ProtocolSerializer
    filterset_class = ProtocolFilters
    orderings = ("name",)
