"""Messages that announce a survey. These rows are the queue; Redis only wakes the workers."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from clinic.models import ClinicRow, ClinicRowQuerySet, User
from outcomes.models.surveys import Survey
from patients.models import Patient

# From here on the numbers of messages that somebody at the clinic sent by hand; below, the ladder's steps.
BY_HAND = 100


class DeliveryQuerySet(ClinicRowQuerySet):
    def due(self, at: dt.datetime) -> Self:
        """Waiting, and allowed to go out at this instant; oldest first. None of a clinic whose messages are held."""
        waiting = self.filter(status=Delivery.Status.PENDING, not_before__lte=at, clinic__messages_held_at=None)
        return waiting.order_by("not_before", "id")

    def abandoned(self, at: dt.datetime) -> Self:
        """Held by a worker whose lease has run out."""
        held = [Delivery.Status.CLAIMED, Delivery.Status.SENDING]
        return self.filter(status__in=held, lease_until__lt=at)


class Delivery(ClinicRow):
    """One message. From ``sending`` on nothing ever sends it again by itself: a lost outcome becomes ``unknown``.

    Between which states it may go is ``outcomes.delivery_rules.MOVES``, and held by the database.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        REMINDER = "reminder", "Reminder"
        LAST_CALL = "last_call", "Last call"

    class Status(models.TextChoices):
        PENDING = "pending", "Waiting"
        CLAIMED = "claimed", "Claimed by a worker"
        SENDING = "sending", "Being sent"
        ACCEPTED = "accepted", "Sent"
        DELIVERED = "delivered", "Delivered"
        BOUNCED_SOFT = "bounced_soft", "Came back for now"
        BOUNCED_HARD = "bounced_hard", "Came back"
        COMPLAINED = "complained", "Reported as unwanted"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Not confirmed"
        CANCELLED = "cancelled", "Not needed any more"
        SUPPRESSED = "suppressed", "Not sent"
        DEAD = "dead", "Given up"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="deliveries")
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    channel = models.CharField(max_length=5, choices=Patient.Channel.choices)
    sequence = models.PositiveSmallIntegerField(help_text=f"The step of the ladder; from {BY_HAND} on sent by hand.")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PENDING)
    not_before = models.DateTimeField()
    fence = models.PositiveIntegerField(
        default=0, help_text="Grows with every claim; an old holder can change nothing."
    )
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    soft_bounces = models.PositiveSmallIntegerField(default=0)
    reason_code = models.CharField(max_length=20, blank=True, help_text="Of outcomes.reasons.Why.")
    reason = models.CharField(max_length=200, blank=True, help_text="Why it is not sent (yet), in words for staff.")
    started_at = models.DateTimeField(null=True, help_text="When the last attempt began.")
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    provider_ref = models.CharField(max_length=200, blank=True, help_text="The provider's own name of the message.")
    requested_at = models.DateTimeField(null=True, help_text="By hand, not by the ladder.")
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = DeliveryQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "patient", "survey", "kind", "channel", "sequence", "status", "not_before"),
            *("fence", "lease_until", "attempts", "soft_bounces", "reason_code", "reason", "started_at", "accepted_at"),
            *("delivered_at", "provider_ref", "requested_at", "requested_by"),
        }

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("sequence", "id")
        constraints = (
            models.UniqueConstraint("survey", "channel", "sequence", name="delivery_once_per_step_and_channel"),
            models.CheckConstraint(
                name="delivery_has_known_words",
                condition=Q(kind__in=["invitation", "reminder", "last_call"], channel__in=["email", "sms"]),
            ),
            models.CheckConstraint(
                name="delivery_is_held_with_a_lease",
                condition=Q(status__in=["claimed", "sending"], lease_until__isnull=False)
                | ~Q(status__in=["claimed", "sending"]),
            ),
            models.CheckConstraint(
                name="delivery_sent_has_its_time",
                condition=~Q(status__in=["accepted", "delivered"]) | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_not_sent_says_why",
                condition=Q(status__in=["pending", "claimed", "sending", "accepted", "delivered"])
                | ~Q(reason_code="") & ~Q(reason=""),
            ),
        )
        indexes = (
            # For outcomes.actions.claim_deliveries, which only ever looks at what waits, clinic by clinic.
            models.Index(
                name="delivery_waiting",
                fields=["clinic", "channel", "not_before", "id"],
                condition=Q(status="pending"),
            ),
            # For outcomes.actions.sweep_deliveries.
            models.Index(
                name="delivery_unsettled",
                fields=["status", "id"],
                condition=Q(status__in=["claimed", "sending", "bounced_soft", "unknown"]),
            ),
            # For the contact budget: what one patient received lately.
            models.Index(name="delivery_of_patient", fields=["patient", "started_at"]),
            # For what providers report later.
            models.Index(name="delivery_at_provider", fields=["provider_ref"], condition=~Q(provider_ref="")),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}: {self.status}"


class DeliveryChange(ClinicRow):
    """One step of a delivery from one state to another. The database writes these rows itself, and refuses wrong steps."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    fence = models.PositiveIntegerField()
    reason_code = models.CharField(max_length=20, blank=True)
    user_id = models.BigIntegerField(null=True, help_text="Who did it by hand; empty: a worker or a provider.")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "delivery", "at", "before", "after", "fence", "reason_code", "user_id"),
        }

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class DeliveryAttempt(ClinicRow):
    """Written and committed before the network is touched; without an ``outcome`` nobody knows what happened."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted by the server"
        DEFERRED = "deferred", "Refused for now"
        REFUSED = "refused", "Refused for good"
        OPTED_OUT = "opted_out", "Refused: the patient had opted out"
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
    code = models.CharField(max_length=40, blank=True, help_text="The provider's own code, as it came.")
    text_version = models.PositiveIntegerField(default=0, help_text="The clinic's version of the words; 0: built in.")
    text_hash = models.BinaryField(
        max_length=32, null=True, help_text="SHA-256 of the words without the link's secret."
    )

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "delivery", "fence", "started_at", "finished_at", "outcome", "detail", "code"),
            *("text_version", "text_hash"),
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
    """A secret that opens one survey. Only its hash is kept; the secret itself exists in the message alone."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="links")
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="links")
    token_hash = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField()

    class Privacy:
        personal: ClassVar[set[str]] = {"token_hash"}
        plain: ClassVar[set[str]] = {"id", "clinic", "survey", "delivery", "issued_at"}

    def __str__(self) -> str:
        return f"link of survey {self.survey_id}"


class ProviderEvent(ClinicRow):
    """What a provider reported, stored before anything follows from it. The same report twice is one row."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "Taken by the provider"
        DELIVERED = "delivered", "Delivered"
        BOUNCED_SOFT = "bounced_soft", "Came back for now"
        BOUNCED_HARD = "bounced_hard", "Came back for good"
        COMPLAINED = "complained", "Reported as unwanted"
        STOPPED = "stopped", "The patient wants no more"
        RESUMED = "resumed", "The patient wants messages again"
        OTHER = "other", "Something else"

    source = models.CharField(max_length=40, help_text="The provider, like sms or postmark.")
    event_ref = models.CharField(max_length=200, help_text="Unlike any other event of this provider.")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="events")
    received_at = models.DateTimeField()
    happened_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict, help_text="What the provider said, without words and addresses.")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "source", "event_ref", "kind", "delivery", "received_at", "happened_at", "applied_at"),
            "facts",
        }

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint("clinic", "source", "event_ref", name="provider_event_once"),)
        indexes = (
            # For outcomes.actions.apply_events.
            models.Index(name="provider_event_to_apply", fields=["id"], condition=Q(applied_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.event_ref}: {self.kind}"
