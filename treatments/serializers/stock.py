"""Products, lots, their ledger and storage log, and scanned codes."""

from decimal import Decimal

from rest_framework import serializers

from clinic.models import Clinic, StoredFile
from clinic.serializers import (
    Day,
    Email,
    Instant,
    OneOf,
    Quantity,
    RowField,
    RowSerializer,
    StrictFields,
    StrictSerializer,
    Text,
    YesNo,
)
from patients.models import ConsentKind
from treatments.models import Lot, LotMovement, Product, ProductStatus, StorageReading
from treatments.scanning import MAX_LENGTH

EDITABLE = (
    *("name", "manufacturer", "kind", "regulated_as", "gtin", "catalogue_number", "source_tissue", "unit"),
    "required_consents",
)


class StandingSerializer(StrictFields, RowSerializer):
    """Regulatory standing in a jurisdiction ("US", "US-FL") from a day on; on a day the newest valid one counts."""

    jurisdiction = Text(max_length=20)
    recorded_at = Instant(read_only=True)

    class Meta:
        model = ProductStatus
        fields = ("jurisdiction", "standing", "valid_from", "reference", "recorded_at")


class ProductSerializer(RowSerializer):
    """Something with a lot number that sessions use. It is approved only where a standing says so."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    standings = StandingSerializer(source="statuses", many=True, read_only=True)

    class Meta:
        model = Product
        fields = ("id", "clinic", *EDITABLE, "is_retired", "version", "registered_at", "standings")
        read_only_fields = fields


class ChangedProductSerializer(StrictFields, RowSerializer):
    """What can be corrected of a product."""

    gtin = Text(
        max_length=20, required=False, allow_blank=True, help_text="GTIN-8, -12, -13 or -14 with its check digit."
    )
    required_consents = serializers.ListField(
        child=OneOf(ConsentKind.choices), required=False, max_length=len(ConsentKind)
    )

    class Meta:
        model = Product
        fields = EDITABLE


class NewProductSerializer(ChangedProductSerializer):
    """What is needed to register a product."""

    clinic = RowField(Clinic.objects.all())

    class Meta(ChangedProductSerializer.Meta):
        fields = ("clinic", *EDITABLE)


class LotSerializer(RowSerializer):
    """A delivery of a product. ``quantity`` is what its ledger says is left, in ``unit``."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    product = RowField(read_only=True)
    certificate = RowField(read_only=True, allow_null=True)
    quantity = Quantity(max_digits=12, decimal_places=3, read_only=True)
    unit = Text(source="product.unit", read_only=True)

    class Meta:
        model = Lot
        fields = (
            *("id", "clinic", "product", "lot_number", "expires_on", "status", "quantity", "unit"),
            *("identification_code", "donation_code", "donor_ref", "scanned_text", "certificate", "received_at"),
        )
        read_only_fields = fields


class NewLotSerializer(StrictSerializer):
    """A delivery. It waits in quarantine until it is released."""

    product = RowField(Product.objects.select_related("clinic"))
    lot_number = Text(max_length=60)
    quantity = Quantity(max_digits=10, decimal_places=3, help_text="In the product's unit, more than 0.")
    expires_on = Day(required=False, allow_null=True)
    identification_code = Text(
        max_length=60,
        required=False,
        allow_blank=True,
        help_text="Of tissue and cells (21 CFR 1271.290): never a name, a social security or a chart number.",
    )
    donation_code = Text(max_length=40, required=False, allow_blank=True, help_text="ISBT 128 or SEC, kept as it is.")
    donor_ref = Text(max_length=60, required=False, allow_blank=True)
    scanned_text = Text(max_length=MAX_LENGTH, required=False, allow_blank=True)
    certificate = RowField(StoredFile.objects.all(), required=False, allow_null=True)


class DiscardSerializer(StrictSerializer):
    """Why what is left is thrown away."""

    reason = Text(max_length=300)


class CountSerializer(StrictSerializer):
    """What was counted on the shelf, and why the ledger was wrong."""

    counted = Quantity(max_digits=10, decimal_places=3)
    reason = Text(max_length=300)


class NewReadingSerializer(StrictSerializer):
    """One line of a storage log, in °C. An excursion needs a note."""

    read_at = Instant()
    celsius = serializers.DecimalField(max_digits=5, decimal_places=1, min_value=Decimal(-273), max_value=Decimal(100))
    is_excursion = YesNo(required=False, default=False)
    note = Text(max_length=300, required=False, allow_blank=True)


class ReadingSerializer(RowSerializer):
    """One line of a lot's storage log."""

    lot = RowField(read_only=True)
    celsius = serializers.DecimalField(max_digits=5, decimal_places=1, read_only=True)
    recorded_by = Email(source="recorded_by.email", read_only=True)

    class Meta:
        model = StorageReading
        fields = ("lot", "read_at", "celsius", "is_excursion", "note", "recorded_at", "recorded_by")
        read_only_fields = fields


class MovementSerializer(RowSerializer):
    """One line of a lot's ledger; ``quantity`` is below 0 when something was taken away."""

    lot = RowField(read_only=True)
    moved_by = Email(source="moved_by.email", read_only=True, allow_null=True, default=None)

    class Meta:
        model = LotMovement
        fields = ("lot", "kind", "quantity", "reason", "moved_at", "moved_by")
        read_only_fields = fields


class CodeSerializer(StrictSerializer):
    """A code as a scanner typed it. Group separators may be ASCII 29 or what scanners type in its place."""

    code = Text(max_length=MAX_LENGTH, trim_whitespace=False)


class ScannedSerializer(serializers.Serializer):
    """What the code says, and the products and lots of your clinics that it can mean (at most 20 of each)."""

    text = Text()
    is_gs1 = YesNo()
    gtin = Text(allow_blank=True)
    lot_number = Text(allow_blank=True)
    expires_on = Day(allow_null=True)
    serial = Text(allow_blank=True)
    problem = Text(allow_blank=True, help_text="Why a code that looks like GS1 cannot be trusted.")
    products = serializers.ListField(child=serializers.UUIDField())
    lots = LotSerializer(many=True)
