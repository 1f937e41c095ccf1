"""Review items through the API: list, detail, settle."""

import uuid

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, OneOfFilter, YesNoFilter
from clinic.viewsets import RowViewSet
from treatments import actions
from treatments.models import ReviewItem
from treatments.serializers import ReviewItemSerializer, SettlementSerializer

SETTLEMENT = OpenApiExample(
    "What came of it",
    request_only=True,
    value={"settlement": "Talked through at the weekly meeting; the side was meant."},
)


class ReviewFilters(ClinicFilterSet):
    session = filters.UUIDFilter(field_name="session__public_id", label="Id of a session")
    kind = OneOfFilter(choices=ReviewItem.Kind.choices)
    settled = YesNoFilter(field_name="settled_at", lookup_expr="isnull", exclude=True, label="Both, if not given")


@extend_schema_view(
    list=extend_schema(summary="List review items"),
    retrieve=extend_schema(summary="Read a review item"),
)
class ReviewViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """What was done against the plan or a rule with a written reason, for somebody else to look at."""

    queryset = ReviewItem.objects.select_related("clinic", "session", "raised_by", "settled_by")
    serializer_class = ReviewItemSerializer
    filterset_class = ReviewFilters
    orderings = ("-raised_at",)

    @extend_schema(
        summary="Settle a review item",
        request=SettlementSerializer,
        responses={200: ReviewItemSerializer},
        examples=[SETTLEMENT],
    )
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, id: uuid.UUID) -> Response:
        """Nobody settles what they raised themselves while somebody else could."""
        item = self.get_object()
        details = self.body(SettlementSerializer)
        actions.settle_review(item=item, at=self.at, by=request.user, **details)
        return Response(self.get_serializer(self.get_queryset().get(pk=item.pk)).data)
