"""Messages that staff send to themselves, to see that what patients get arrives."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from clinic.models import ClinicRow, ClinicRowQuerySet, User
from clinic.permissions import Permission
from outcomes.delivery_rules import Reply


class TrialMessageQuerySet(ClinicRowQuerySet):
    view_permission: ClassVar[Permission] = Permission.CLINIC_EDIT

    def waiting(self) -> Self:
        """No worker has taken it yet, the oldest first."""
        return self.filter(claimed_at=None).order_by("queued_at", "id")

    def arrived(self) -> Self:
        """Somebody has opened the link in it and said so."""
        return self.filter(arrived_at__isnull=False)


class TrialMessage(ClinicRow):
    """One test message to somebody who works here, by the way that check-ins go. It is tried once, never again.

    ``token_hash`` is of the link in it, which is made when it goes out and is nowhere but in the message.
    """

    MOST_AN_HOUR: ClassVar[int] = 5
    # Longer than a server may take for one message: whoever has not said by then how it went has died.
    LOST_AFTER: ClassVar[dt.timedelta] = dt.timedelta(minutes=2)

    # A worker looks every few seconds.
    SLOW_AFTER: ClassVar[dt.timedelta] = dt.timedelta(seconds=45)

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a worker"
        SENDING = "sending", "Being sent"
        TAKEN = "taken", "Handed over"
        REFUSED = "refused", "Not sent"
        UNKNOWN = "unknown", "Not known whether it was sent"
        ARRIVED = "arrived", "Arrived"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(max_length=5, choices=[("email", "E-mail"), ("sms", "Text message")])
    address = models.CharField(max_length=254, blank=True, help_text="Where it goes; emptied after some months.")
    queued_at = models.DateTimeField()
    queued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=9, choices=[(one.value, one.value) for one in Reply], blank=True)
    detail = models.CharField(max_length=200, blank=True, help_text="What the server said, without the address.")
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    arrived_at = models.DateTimeField(null=True)

    objects = TrialMessageQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"address", "token_hash"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "public_id", "channel", "queued_at", "queued_by", "claimed_at", "settled_at"),
            *("reply", "detail", "arrived_at"),
        }

    class Meta:
        ordering = ("-queued_at", "-id")
        constraints = (
            models.CheckConstraint(name="trial_goes_by_a_known_channel", condition=Q(channel__in=["email", "sms"])),
            models.CheckConstraint(
                name="trial_is_settled_with_a_reply",
                condition=Q(settled_at=None, reply="")
                | Q(settled_at__isnull=False, claimed_at__isnull=False) & ~Q(reply=""),
            ),
            models.CheckConstraint(
                name="trial_arrives_by_its_link", condition=Q(arrived_at=None) | Q(token_hash__isnull=False)
            ),
        )
        indexes = (
            # For outcomes.actions.send_trials.
            models.Index(name="trial_waiting", fields=["queued_at"], condition=Q(claimed_at=None)),
            models.Index(name="trial_of_clinic", fields=["clinic", "queued_at"]),
        )

    def __str__(self) -> str:
        return f"test message {self.pk} by {self.channel}"

    def state_at(self, at: dt.datetime) -> State:
        """How it stands; nothing of it is stored."""
        if self.arrived_at:
            return self.State.ARRIVED
        if self.claimed_at is None:
            return self.State.WAITING
        if self.settled_at is None:
            return self.State.SENDING if at - self.claimed_at < self.LOST_AFTER else self.State.UNKNOWN
        if self.reply == Reply.ACCEPTED:
            return self.State.TAKEN
        return self.State.UNKNOWN if self.reply == Reply.LOST else self.State.REFUSED
