"""Clinics through the API: where one works, and the ids to filter by."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from clinic.models import Clinic
from clinic.serializers import RowSerializer
from clinic.viewsets import RowViewSet


class ClinicSerializer(RowSerializer):
    """One practice. Days in the API are days in its time zone."""

    id = serializers.UUIDField(source="public_id", read_only=True)

    class Meta:
        model = Clinic
        fields = ("id", "name", "time_zone")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary="List clinics"),
    retrieve=extend_schema(summary="Read a clinic"),
)
class ClinicViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """The clinics to which the token's owner belongs."""

    queryset = Clinic.objects.all()
    serializer_class = ClinicSerializer
    orderings = ("name",)
