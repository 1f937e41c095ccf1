"""Who received which lot, through the API: in both directions, with the score that followed."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet
from clinic.serializers import Day, Instant, Quantity, RowField, Text, Whole
from clinic.viewsets import RowViewSet
from outcomes.recalls import USES, with_scores
from treatments.models import Lot


class LastScoreSerializer(serializers.Serializer):
    """The newest score of the treated course."""

    instrument = Text()
    value = Quantity(max_digits=29, decimal_places=20)
    taken_on = Day()


class ExposureSerializer(serializers.Serializer):
    """One use of a lot in one patient. ``case_state``: of the patient's recall case, "" where there is none."""

    lot = RowField(source="use.lot", read_only=True)
    patient = RowField(read_only=True)
    session = RowField(source="use.session", read_only=True)
    place = Text(help_text='Target and side, like "Knee joint, right".')
    used_at = Instant(source="use.used_at")
    quantity = Quantity(source="use.quantity", max_digits=10, decimal_places=3)
    unit = Text(source="use.lot.product.unit")
    contact = Text(help_text="How the patient can be reached, in words.")
    open_follow_ups = Whole()
    last_score = LastScoreSerializer(source="score", allow_null=True)
    case_state = Text(allow_blank=True)


class LotUseFilters(ClinicFilterSet):
    lot = filters.UUIDFilter(field_name="lot__public_id", label="Id of a lot")
    patient = filters.UUIDFilter(field_name="patient__public_id", label="Id of a patient")


@extend_schema_view(list=extend_schema(summary="List lot uses"))
class LotUseViewSet(RowViewSet):
    """Every use of every lot; sessions entered in error are left out."""

    queryset = USES
    serializer_class = ExposureSerializer
    filterset_class = LotUseFilters
    orderings = ("-used_at",)

    def list(self, request: Request, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(with_scores(rows), many=True).data)


class OneClinicFilters(filters.FilterSet):
    """The lot says all there is to narrow by."""


@extend_schema_view(list=extend_schema(summary="List who received a lot"))
class ExposedViewSet(LotUseViewSet):
    """Every use of one lot, newest first."""

    filterset_class = OneClinicFilters

    def list(self, request: Request, id: uuid.UUID) -> Response:
        return super().list(request)

    def get_queryset(self) -> QuerySet[Any]:
        lot = get_object_or_404(Lot.objects.visible_to(self.request.user), public_id=self.kwargs["id"])
        return super().get_queryset().filter(lot=lot)
