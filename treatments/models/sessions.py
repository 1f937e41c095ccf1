"""One visit at which treatment was given, and each injection of it."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from clinic.models import ClinicRow, ClinicRowQuerySet, User
from treatments.models.courses import SIDES, TARGET_CHOICES, Course
from treatments.vocabulary import Guidance, Structure


class TreatmentSession(ClinicRow):
    """One visit where treatment was given."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="sessions")
    performed_at = models.DateTimeField()
    performed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.TextField(blank=True, max_length=2000)
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    idempotency_key = models.UUIDField(null=True, help_text="The same key twice is the same session.")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"note"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "course", "performed_at", "performed_by"),
            *("logged_at", "logged_by", "idempotency_key"),
        }

    class Meta:
        ordering = ("-performed_at", "-id")
        constraints = (
            models.UniqueConstraint("clinic", "idempotency_key", name="session_once_per_idempotency_key"),
            models.CheckConstraint(
                name="session_is_logged_after_it_happened", condition=Q(performed_at__lte=models.F("logged_at"))
            ),
        )
        indexes = (
            # For the API's list, which walks in this order.
            models.Index(name="session_in_order", fields=["performed_at", "id"]),
        )

    def __str__(self) -> str:
        return f"session of {self.performed_at:%Y-%m-%d}"


class Injection(ClinicRow):
    """What went where: one row per target and side, with its own volume."""

    session = models.ForeignKey(TreatmentSession, models.PROTECT, related_name="injections")
    target = models.CharField(max_length=40, choices=TARGET_CHOICES)
    side = models.CharField(max_length=10, choices=SIDES)
    structure = models.CharField(max_length=20, choices=[(s.value, s.label) for s in Structure], blank=True)
    guidance = models.CharField(max_length=20, choices=[(g.value, g.label) for g in Guidance])
    volume_ml = models.DecimalField(max_digits=6, decimal_places=2)
    needle_gauge = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "session", "target", "side", "structure", "guidance", "volume_ml", "needle_gauge"),
        }

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint("session", "target", "side", name="injection_once_per_target_and_side"),
            models.CheckConstraint(
                name="injection_has_a_volume", condition=Q(volume_ml__gt=Decimal(0), volume_ml__lte=Decimal(200))
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_target_display()}, {self.get_side_display()}, {self.volume_ml} mL"
