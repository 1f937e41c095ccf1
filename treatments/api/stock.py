"""Products, lots, the ledger and the storage log through the API. The pages keep stock through the same actions."""

import uuid
from dataclasses import asdict
from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, DayFilter, OneOfFilter, YesNoFilter
from clinic.if_match import IF_MATCH_HEADER, changed_meanwhile, if_match
from clinic.viewsets import RowViewSet
from treatments.actions import lots as lot_actions
from treatments.actions import products as product_actions
from treatments.actions import recalls as recall_actions
from treatments.api.recalls import RECALLS
from treatments.models import Lot, LotMovement, Product, StorageReading
from treatments.scanning import read_code
from treatments.serializers.recalls import NewRecallSerializer, RecallSerializer
from treatments.serializers.stock import (
    ChangedProductSerializer,
    CodeSerializer,
    CountSerializer,
    DiscardSerializer,
    LotSerializer,
    MovementSerializer,
    NewLotSerializer,
    NewProductSerializer,
    NewReadingSerializer,
    ProductSerializer,
    ReadingSerializer,
    ScannedSerializer,
    StandingSerializer,
)

MOST_FOUND = 20
CLINIC = "6a0d6f0e-5c0a-4f0c-9b0e-0d5b1a2c3d4e"
PRODUCT = {
    "clinic": CLINIC,
    "name": "Example EV",
    "manufacturer": "Example Biologics",
    "kind": "exosome_product",
    "regulated_as": "biologic",
    "gtin": "00850000000018",
    "unit": "vial",
    "required_consents": ["investigational_product"],
}
STANDING = {"jurisdiction": "US", "standing": "ind", "valid_from": "2026-01-01", "reference": "IND 12345"}
LOT = {
    "product": "3f0e2d1c-4b5a-4c6d-8e7f-9a0b1c2d3e4f",
    "lot_number": "EV-2026-014",
    "quantity": "12",
    "expires_on": "2026-12-31",
    "identification_code": "T-88-4102",
}
COUNT = {"counted": "11", "reason": "One vial was broken at delivery"}
READING = {"read_at": "2026-03-02T08:00:00-06:00", "celsius": "-79.5"}
RECALL = {"severity": "II", "reason": "Maker's notice of 1 March", "announced_on": "2026-03-01"}


def example(name: str, value: Any) -> list[OpenApiExample]:
    """The one example of a request body."""
    return [OpenApiExample(name, value=value, request_only=True)]


class ProductFilters(ClinicFilterSet):
    kind = OneOfFilter(choices=Product.Kind.choices)
    gtin = filters.CharFilter(label="Exactly this GTIN, 14 digits")
    is_retired = YesNoFilter(label="No longer received")


@extend_schema_view(
    list=extend_schema(summary="List products"),
    retrieve=extend_schema(summary="Read a product"),
)
class ProductViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """What sessions use and has a lot number: kits, cell and exosome products, additives."""

    queryset = Product.objects.select_related("clinic").prefetch_related("statuses")
    serializer_class = ProductSerializer
    filterset_class = ProductFilters
    orderings = ("-registered_at",)

    @extend_schema(
        summary="Register a product",
        request=NewProductSerializer,
        responses={201: ProductSerializer},
        examples=example("A product", PRODUCT),
    )
    def create(self, request: Request) -> Response:
        details = self.body(NewProductSerializer)
        return self.made(product_actions.register_product(at=self.at, by=request.user, **details))

    @extend_schema(
        summary="Correct a product",
        request=ChangedProductSerializer,
        responses={200: ProductSerializer},
        examples=example("A new catalogue number", {"catalogue_number": "EV-100"}),
        parameters=[IF_MATCH_HEADER],
    )
    def partial_update(self, request: Request, id: uuid.UUID) -> Response:
        """Members that are not given stay."""
        version, product = if_match(request), self.get_object()
        serializer = ChangedProductSerializer(data=request.data, partial=True, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        try:
            product_actions.update_product(
                product=product, version=version, by=request.user, **serializer.validated_data
            )
        except product_actions.ProductChanged as broken:
            return changed_meanwhile(broken, self.get_serializer(self.get_object()).data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Record a regulatory standing",
        request=StandingSerializer,
        responses={201: ProductSerializer},
        examples=example("An IND", STANDING),
    )
    @action(detail=True, methods=["post"])
    def standings(self, request: Request, id: uuid.UUID) -> Response:
        """Earlier standings stay; on a day the newest valid one counts."""
        product, details = self.get_object(), self.body(StandingSerializer)
        product_actions.record_status(product=product, at=self.at, by=request.user, **details)
        return Response(self.get_serializer(self.get_object()).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Retire a product", request=None, responses={200: ProductSerializer})
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, id: uuid.UUID) -> Response:
        """No new lot of it is received; what is in stock can still be used."""
        self.no_body()
        product_actions.retire_product(product=self.get_object(), by=request.user)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(summary="Bring a product back", request=None, responses={200: ProductSerializer})
    @action(detail=True, methods=["post"], url_path="bring-back")
    def bring_back(self, request: Request, id: uuid.UUID) -> Response:
        """Lots of it are received again."""
        self.no_body()
        product_actions.bring_back_product(product=self.get_object(), by=request.user)
        return Response(self.get_serializer(self.get_object()).data)


class LotFilters(ClinicFilterSet):
    product = filters.UUIDFilter(field_name="product__public_id", label="Id of a product")
    status = OneOfFilter(choices=Lot.Status.choices)
    lot_number = filters.CharFilter(label="Exactly this lot number")
    expires_to = DayFilter(field_name="expires_on", lookup_expr="lte", label="Expires on this day or earlier")


@extend_schema_view(
    list=extend_schema(summary="List lots"),
    retrieve=extend_schema(summary="Read a lot"),
)
class LotViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Deliveries of products. What is left is the sum of the ledger (see lot-movements), never a counter."""

    queryset = Lot.objects.select_related("clinic", "product", "certificate").with_quantity()
    serializer_class = LotSerializer
    filterset_class = LotFilters
    orderings = ("-received_at",)

    @extend_schema(
        summary="Receive a lot",
        request=NewLotSerializer,
        responses={201: LotSerializer},
        examples=example("Twelve vials", LOT),
    )
    def create(self, request: Request) -> Response:
        details = self.body(NewLotSerializer)
        return self.made(lot_actions.receive_lot(at=self.at, by=request.user, **details))

    @extend_schema(summary="Release a lot", request=None, responses={200: LotSerializer})
    @action(detail=True, methods=["post"])
    def release(self, request: Request, id: uuid.UUID) -> Response:
        """Out of quarantine."""
        self.no_body()
        lot_actions.release_lot(lot=self.get_object(), by=request.user)
        return self._shown()

    @extend_schema(summary="Put a lot into quarantine", request=None, responses={200: LotSerializer})
    @action(detail=True, methods=["post"])
    def quarantine(self, request: Request, id: uuid.UUID) -> Response:
        """From now on it is used only with a written reason."""
        self.no_body()
        lot_actions.quarantine_lot(lot=self.get_object(), by=request.user)
        return self._shown()

    @extend_schema(
        summary="Discard what is left of a lot",
        request=DiscardSerializer,
        responses={200: LotSerializer},
        examples=example("Storage failure", {"reason": "Thawed over the weekend"}),
    )
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, id: uuid.UUID) -> Response:
        """What is left goes out of the ledger. A recalled lot stays recalled."""
        lot, details = self.get_object(), self.body(DiscardSerializer)
        lot_actions.discard_lot(lot=lot, at=self.at, by=request.user, **details)
        return self._shown()

    @extend_schema(
        summary="Correct the quantity of a lot",
        request=CountSerializer,
        responses={200: LotSerializer},
        examples=example("After counting", COUNT),
    )
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, id: uuid.UUID) -> Response:
        """Adds a line to the ledger, so that it says what was counted."""
        lot, details = self.get_object(), self.body(CountSerializer)
        lot_actions.correct_quantity(lot=lot, at=self.at, by=request.user, **details)
        return self._shown()

    @extend_schema(
        summary="Add a storage reading",
        request=NewReadingSerializer,
        responses={201: ReadingSerializer},
        examples=example("In the freezer", READING),
    )
    @action(detail=True, methods=["post"])
    def readings(self, request: Request, id: uuid.UUID) -> Response:
        """One line of the storage log (see storage-readings)."""
        lot, details = self.get_object(), self.body(NewReadingSerializer)
        reading = lot_actions.record_storage_reading(lot=lot, at=self.at, by=request.user, **details)
        return Response(ReadingSerializer(reading).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Recall a lot",
        request=NewRecallSerializer,
        responses={201: RecallSerializer},
        examples=example("A maker's notice", RECALL),
    )
    @action(detail=True, methods=["post"])
    def recall(self, request: Request, id: uuid.UUID) -> Response:
        """Blocks the lot everywhere and opens one case for each exposed patient, at once."""
        lot, details = self.get_object(), self.body(NewRecallSerializer)
        recall = recall_actions.recall_lot(lot=lot, at=self.at, by=request.user, **details)
        shown = RecallSerializer(RECALLS.visible_to(request.user).get(pk=recall.pk)).data
        return Response(shown, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Read a scanned code",
        request=CodeSerializer,
        responses={200: ScannedSerializer},
        examples=example("GS1 as printed", {"code": "(01)00850000000018(17)260930(10)EV-2026-014"}),
    )
    @action(detail=False, methods=["post"])
    def scan(self, request: Request) -> Response:
        """Changes nothing. A code that is not GS1 is taken for a lot number as typed."""
        code = read_code(self.body(CodeSerializer)["code"])
        products = (
            Product.objects.visible_to(request.user).filter(gtin=code.gtin) if code.gtin else Product.objects.none()
        )
        shown = {
            **asdict(code),
            "products": list(products.values_list("public_id", flat=True)[:MOST_FOUND]),
            "lots": self._meant(code.gtin, code.lot_number or ("" if code.is_gs1 else code.text)),
        }
        return Response(ScannedSerializer(shown).data)

    def _meant(self, gtin: str, number: str) -> QuerySet[Lot] | list[Lot]:
        if not number:
            return []
        return self.get_queryset().filter(Q(product__gtin=gtin) if gtin else Q(), lot_number__iexact=number)[
            :MOST_FOUND
        ]

    def _shown(self) -> Response:
        return Response(self.get_serializer(self.get_object()).data)


class OfLotFilters(ClinicFilterSet):
    lot = filters.UUIDFilter(field_name="lot__public_id", label="Id of a lot")


@extend_schema_view(list=extend_schema(summary="List ledger lines"))
class LotMovementViewSet(ListModelMixin, RowViewSet):
    """What came into lots and went out of them. Lines are only ever added."""

    queryset = LotMovement.objects.select_related("lot", "moved_by")
    serializer_class = MovementSerializer
    filterset_class = OfLotFilters
    orderings = ("-moved_at",)


@extend_schema_view(list=extend_schema(summary="List storage readings"))
class StorageReadingViewSet(ListModelMixin, RowViewSet):
    """How cold lots were kept, and every excursion."""

    queryset = StorageReading.objects.select_related("lot", "recorded_by")
    serializer_class = ReadingSerializer
    filterset_class = OfLotFilters
    orderings = ("-read_at",)
