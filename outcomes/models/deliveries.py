"""Messages that announce a survey. These rows are the queue; Redis only wakes the workers."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from clinic.models import ClinicRow, ClinicRowQuerySet
from outcomes.models.surveys import Survey


class DeliveryQuerySet(ClinicRowQuerySet):
    def queued(self, at: dt.datetime) -> Self:
        """Waiting, and allowed to go out at this instant; oldest first. None of a clinic whose messages are held."""
        waiting = self.filter(status=Delivery.Status.QUEUED, not_before__lte=at, clinic__messages_held_at=None)
        return waiting.order_by("not_before", "id")

    def abandoned(self, at: dt.datetime) -> Self:
        """Held by a worker whose lease has run out."""
        held = [Delivery.Status.CLAIMED, Delivery.Status.SENDING]
        return self.filter(status__in=held, lease_until__lt=at)


class Delivery(ClinicRow):
    """One message. From ``sending`` on nothing ever sends it again by itself: a lost outcome becomes ``unknown``."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        CLAIMED = "claimed", "Claimed by a worker"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        UNKNOWN = "unknown", "Not known whether it went out"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Not needed any more"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    not_before = models.DateTimeField()
    fence = models.PositiveIntegerField(
        default=0, help_text="Grows with every claim; an old holder can change nothing."
    )
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it is not sent (yet), in words for staff.")
    sent_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "survey", "kind", "status", "not_before", "fence", "lease_until"),
            *("attempts", "reason", "sent_at"),
        }

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint("survey", "kind", name="delivery_once_per_kind"),
            models.CheckConstraint(
                name="delivery_is_held_with_a_lease",
                condition=Q(status__in=["claimed", "sending"], lease_until__isnull=False)
                | ~Q(status__in=["claimed", "sending"]),
            ),
            models.CheckConstraint(
                name="delivery_sent_has_its_time",
                condition=Q(status="sent", sent_at__isnull=False) | ~Q(status="sent") & Q(sent_at=None),
            ),
        )
        indexes = (
            # For outcomes.actions.claim_deliveries, which only ever looks at queued rows.
            models.Index(name="delivery_queued", fields=["not_before", "id"], condition=Q(status="queued")),
            # For outcomes.actions.sweep_deliveries.
            models.Index(name="delivery_held", fields=["lease_until"], condition=Q(status__in=["claimed", "sending"])),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}: {self.status}"


class DeliveryAttempt(ClinicRow):
    """Written and committed before the network is touched; without an ``outcome`` nobody knows what happened."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted by the mail server"
        DEFERRED = "deferred", "Refused for now"
        REFUSED = "refused", "Refused for good"
        LOST = "lost", "Connection lost after the message was handed over"
        OPEN = "", "No answer known"

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempt_rows")
    fence = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    detail = models.CharField(
        max_length=200, blank=True, help_text="The server's reply code and our words; no address."
    )

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "delivery", "fence", "started_at", "finished_at", "outcome", "detail"),
        }

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint("delivery", "fence", name="attempt_once_per_fence"),
            models.CheckConstraint(
                name="attempt_ends_with_an_outcome",
                condition=Q(finished_at=None, outcome="") | Q(finished_at__isnull=False) & ~Q(outcome=""),
            ),
        )

    def __str__(self) -> str:
        return f"attempt {self.fence} of delivery {self.delivery_id}"


class SurveyLink(ClinicRow):
    """A secret that opens one survey. Only the SHA-256 is kept; the secret itself exists in the message alone."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="links")
    token_hash = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField()

    class Privacy:
        personal: ClassVar[set[str]] = {"token_hash"}
        plain: ClassVar[set[str]] = {"id", "clinic", "survey", "issued_at"}

    def __str__(self) -> str:
        return f"link of survey {self.survey_id}"
