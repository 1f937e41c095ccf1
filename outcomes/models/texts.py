"""A clinic's own words for its messages to patients, in versions."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from clinic.models import ClinicRow, ClinicRowQuerySet, User
from clinic.permissions import Permission


class MessageTextQuerySet(ClinicRowQuerySet):
    view_permission: ClassVar[Permission] = Permission.MESSAGE_EDIT

    def current(self) -> Self:
        """The newest version of each text that has one."""
        return self.filter(is_current=True)


class MessageText(ClinicRow):
    """One version of one text. Its words never change; empty ones mean that the built-in words count again."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        REMINDER = "reminder", "Reminder"
        REMINDER_STARTED = "reminder_started", "Reminder to those who stopped half-way"
        LAST_CALL = "last_call", "Last call"

    class Channel(models.TextChoices):
        EMAIL = "email", "E-mail"
        SMS = "sms", "Text message"

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        SPANISH = "es", "Spanish"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    language = models.CharField(max_length=2, choices=Language.choices)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField(max_length=4_000, blank=True)
    is_current = models.BooleanField(default=True)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = MessageTextQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "kind", "channel", "language", "version", "subject", "body", "is_current"),
            *("edited_at", "edited_by"),
        }

    class Meta:
        constraints = (
            models.UniqueConstraint("clinic", "kind", "channel", "language", "version", name="text_once_per_version"),
            models.UniqueConstraint(
                "clinic",
                "kind",
                "channel",
                "language",
                name="text_has_one_current_version",
                condition=Q(is_current=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.language}, version {self.version}"
