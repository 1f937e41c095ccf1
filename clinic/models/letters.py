"""E-mails to people who work here, waiting to be sent. The row is the queue."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models


class StaffLetterQuerySet(models.QuerySet):
    def due(self, at: dt.datetime) -> Self:
        """Not sent yet, and it is time to try."""
        return self.filter(sent_at=None, next_try_at__lte=at, attempts__lt=StaffLetter.MOST_ATTEMPTS)


class StaffLetter(models.Model):
    """One e-mail about signing in, that a person is needed, or where a report is. A link in it is sealed, and gone once the letter is."""

    MOST_ATTEMPTS: ClassVar[int] = 8

    class Kind(models.TextChoices):
        INVITATION = "invitation"
        PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind of letter
        PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind of letter
        FACTOR_CHANGED = "factor_changed"
        FACTOR_RESET = "factor_reset"
        ALERT = "alert"
        ALERT_WAITS = "alert_waits"
        MONTHLY_REPORT = "monthly_report"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    email = models.EmailField(max_length=254)
    about = models.CharField(max_length=200, blank=True, help_text="The clinic, or what changed; in the letter.")
    sealed_link = models.TextField(blank=True)
    queued_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True, help_text="What the mail server said last.")

    objects = StaffLetterQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"email", "sealed_link", "problem"}
        plain: ClassVar[set[str]] = {"id", "kind", "about", "queued_at", "next_try_at", "attempts", "sent_at"}

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="letter_that_was_sent_keeps_no_link",
                condition=models.Q(sent_at=None) | models.Q(sealed_link=""),
            ),
        )
        indexes = (
            models.Index("next_try_at", condition=models.Q(sent_at=None), name="letter_waits_to_be_sent"),
            models.Index("email", "kind", "queued_at", name="letter_by_address_and_kind"),
        )

    def __str__(self) -> str:
        return f"letter {self.pk}: {self.kind}"
