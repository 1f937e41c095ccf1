"""What a clinic buys and uses: products, their regulatory standing, and lots with a ledger that is only added to."""

import uuid
from decimal import Decimal
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, StoredFile, User
from clinic.permissions import Permission
from patients.models import ConsentKind, Patient
from treatments.models.protocols import ReferenceQuerySet
from treatments.models.sessions import Injection, TreatmentSession


@history()
class Product(ClinicRow):
    """Something with a lot number that a session uses: a kit, a cell product, an exosome product, an additive."""

    class Kind(models.TextChoices):
        PRP_KIT = "prp_kit", "PRP kit"
        CELL_KIT = "cell_kit", "Marrow or fat kit"
        CELL_PRODUCT = "cell_product", "Cell product"
        EXOSOME_PRODUCT = "exosome_product", "Exosome product"
        ADDITIVE = "additive", "Additive or activator"
        NEEDLE = "needle", "Needle or other supply"

    class RegulatedAs(models.TextChoices):
        DEVICE = "device", "Device"
        BIOLOGIC = "biologic", "Biologic"
        DRUG = "drug", "Drug"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    manufacturer = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    regulated_as = models.CharField(max_length=10, choices=RegulatedAs.choices)
    gtin = models.CharField(max_length=14, blank=True, help_text="14 digits, as in the code on the box.")
    catalogue_number = models.CharField(max_length=60, blank=True)
    source_tissue = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=20, default="piece", help_text="What a lot is counted in, like vial or mL.")
    required_consents = ArrayField(
        models.CharField(max_length=30, choices=ConsentKind.choices), default=list, blank=True
    )
    is_retired = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, help_text="One more with every correction.")
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ReferenceQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "name", "manufacturer", "kind", "regulated_as", "gtin", "catalogue_number"),
            *("source_tissue", "unit", "required_consents", "is_retired", "version", "registered_at", "registered_by"),
        }

    class Meta:
        ordering = ("name", "manufacturer")
        constraints = (
            models.UniqueConstraint("clinic", "name", "manufacturer", name="product_once_per_name"),
            models.UniqueConstraint("clinic", "gtin", name="product_once_per_gtin", condition=~Q(gtin="")),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.manufacturer})"


@history()
class ProductStatus(ClinicRow):
    """The regulatory standing of a product in one jurisdiction from one day on. A change is a new row."""

    class Standing(models.TextChoices):
        SAME_DAY = "same_day", "The patient's own, same day"
        HCTP_361 = "hctp_361", "361 HCT/P"
        CLEARED = "cleared", "Device, cleared"
        APPROVED = "approved", "Approved"
        IND = "ind", "Investigational (IND)"
        STATE_LAW = "state_law", "Allowed by state law only"
        NOT_APPROVED = "not_approved", "Not approved"

    product = models.ForeignKey(Product, models.PROTECT, related_name="statuses")
    jurisdiction = models.CharField(max_length=20, help_text='Like "US" or "US-FL".')
    standing = models.CharField(max_length=20, choices=Standing.choices)
    valid_from = models.DateField()
    reference = models.CharField(max_length=120, blank=True, help_text="IND or 510(k) number, or where it is written.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ReferenceQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "product", "jurisdiction", "standing", "valid_from", "reference"),
            *("recorded_at", "recorded_by"),
        }

    class Meta:
        ordering = ("jurisdiction", "-valid_from")
        constraints = (
            models.UniqueConstraint("product", "jurisdiction", "valid_from", name="product_status_once_per_day"),
        )

    def __str__(self) -> str:
        return f"{self.jurisdiction}: {self.get_standing_display()} from {self.valid_from}"


class StockQuerySet(ClinicRowQuerySet):
    """Lots and what was written about them: for whoever keeps stock. A lot may name its donor."""

    view_permission = Permission.STOCK_KEEP


class LotQuerySet(StockQuerySet):
    def with_quantity(self) -> Self:
        """Each lot with ``quantity``: what is left of it, the sum of its ledger."""
        lines = LotMovement.objects.filter(lot=OuterRef("pk")).order_by().values("lot")
        total = Subquery(lines.annotate(total=Sum("quantity")).values("total"))
        return self.annotate(quantity=Coalesce(total, Value(Decimal(0)), output_field=models.DecimalField()))


@history()
class Lot(ClinicRow):
    """A delivery of one product with one lot number. Its quantity is the sum of its movements, never a counter."""

    class Status(models.TextChoices):
        QUARANTINE = "quarantine", "In quarantine"
        RELEASED = "released", "Released"
        USED_UP = "used_up", "Used up"
        DISCARDED = "discarded", "Discarded"
        RECALLED = "recalled", "Recalled"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="lots")
    lot_number = models.CharField(max_length=60)
    identification_code = models.CharField(
        max_length=60, blank=True, help_text="Distinct code of the tissue or cells; never a name, chart or SSN number."
    )
    donation_code = models.CharField(max_length=40, blank=True, help_text="ISBT 128 or SEC, kept as it is.")
    scanned_text = models.CharField(max_length=200, blank=True, help_text="The code as it was scanned.")
    donor_ref = models.CharField(max_length=60, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUARANTINE)
    certificate = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = LotQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"donor_ref"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "product", "lot_number", "identification_code", "donation_code"),
            *("scanned_text", "expires_on", "status", "certificate", "received_at", "received_by"),
        }

    class Meta:
        ordering = ("expires_on", "id")
        constraints = (
            models.UniqueConstraint("product", "lot_number", name="lot_once_per_number"),
            models.CheckConstraint(
                name="lot_has_known_status",
                condition=Q(status__in=["quarantine", "released", "used_up", "discarded", "recalled"]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.product_id}: lot {self.lot_number}"


@history()
class LotMovement(ClinicRow):
    """One line of a lot's ledger. Only ever added (a trigger sees to it)."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "Received"
        USED = "used", "Used in a session"
        RETURNED = "returned", "Session entered in error"
        DISCARDED = "discarded", "Discarded"
        CORRECTED = "corrected", "Corrected after counting"

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    quantity = models.DecimalField(max_digits=10, decimal_places=3, help_text="Added, or taken away when below 0.")
    reason = models.CharField(max_length=300, blank=True)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = StockQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"reason"}
        plain: ClassVar[set[str]] = {"id", "clinic", "lot", "kind", "quantity", "moved_at", "moved_by"}

    class Meta:
        ordering = ("-moved_at", "-id")
        constraints = (models.CheckConstraint(name="lot_movement_moves_something", condition=~Q(quantity=0)),)

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"


@history()
class StorageReading(ClinicRow):
    """One line of a lot's storage log; an excursion is a reading outside what the maker allows."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="storage_readings")
    read_at = models.DateTimeField()
    celsius = models.DecimalField(max_digits=5, decimal_places=1)
    is_excursion = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = StockQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"note"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "lot", "read_at", "celsius", "is_excursion", "recorded_at", "recorded_by"),
        }

    class Meta:
        ordering = ("-read_at", "-id")
        constraints = (
            models.CheckConstraint(name="storage_reading_is_no_forecast", condition=Q(read_at__lte=F("recorded_at"))),
        )

    def __str__(self) -> str:
        return f"{self.celsius} °C at {self.read_at:%Y-%m-%d %H:%M}"


@history()
class LotUse(ClinicRow):
    """What of a lot went into a patient (or was used for them). Never deleted: entered in error means ``reversed_at``."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="uses")
    session = models.ForeignKey(TreatmentSession, models.PROTECT, related_name="lot_uses")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="lot_uses")
    injection = models.ForeignKey(Injection, models.PROTECT, null=True, related_name="lot_uses")
    quantity = models.DecimalField(max_digits=10, decimal_places=3)
    used_at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "lot", "session", "patient", "injection", "quantity", "used_at"),
            *("reversed_at", "reversed_by"),
        }

    class Meta:
        ordering = ("-used_at", "-id")
        constraints = (models.CheckConstraint(name="lot_use_is_of_something", condition=Q(quantity__gt=0)),)
        indexes = (
            # For outcomes.recalls: who was exposed to a lot, and every lot that one patient received.
            models.Index(name="lot_use_of_lot", fields=["lot", "-used_at"], condition=Q(reversed_at=None)),
            models.Index(name="lot_use_of_patient", fields=["patient", "-used_at"], condition=Q(reversed_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.quantity} of lot {self.lot_id}"
