"""What somebody did against the plan or a rule, with their reason, for somebody else to look at."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, User
from treatments.models.sessions import TreatmentSession


@history()
class ReviewItem(ClinicRow):
    """One exception taken in a session, open until somebody has looked at it."""

    class Kind(models.TextChoices):
        SIDE_NOT_PLANNED = "side_not_planned", "Another side than planned"
        CONSENT_MISSING = "consent_missing", "Used without the signed, current consent"
        LOT_EXPIRED = "lot_expired", "Lot had expired"
        LOT_OVERDRAWN = "lot_overdrawn", "More used than the lot held"
        LOT_NOT_RELEASED = "lot_not_released", "Lot was not released"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(TreatmentSession, models.PROTECT, related_name="review_items")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    finding = models.CharField(max_length=500, help_text="What the rule says, in words.")
    reason = models.CharField(max_length=500, help_text="Why it was done all the same.")
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settlement = models.CharField(max_length=500, blank=True)

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"finding", "reason", "settlement"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "session", "kind", "raised_at", "raised_by", "settled_at", "settled_by"),
        }

    class Meta:
        ordering = ("-raised_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="review_item_is_settled_in_words", condition=Q(settled_at=None) | ~Q(settlement="")
            ),
        )
        indexes = (
            # For the list of what nobody has looked at yet.
            models.Index(name="review_item_open", fields=["clinic", "raised_at"], condition=Q(settled_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"
