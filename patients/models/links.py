"""The patient's own page: its links, the letters that carry them, and the tries of whoever should know the birthday."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from clinic.models import ClinicRow, ClinicRowQuerySet, User
from patients.models.patients import Patient


class PatientLink(ClinicRow):
    """A secret that leads to the patient's own page. Only its hash is kept; the secret itself is in the message alone."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="links")
    token_hash = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Privacy:
        personal: ClassVar[set[str]] = {"token_hash"}
        plain: ClassVar[set[str]] = {"id", "clinic", "patient", "issued_at", "expires_at"}

    class Meta:
        constraints = (
            models.CheckConstraint(name="patient_link_ends_after_it_began", condition=Q(expires_at__gt=F("issued_at"))),
        )

    def __str__(self) -> str:
        return f"link of patient {self.patient_id}"


class PatientLetterQuerySet(ClinicRowQuerySet):
    def waiting(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(sent_at=None, attempts__lt=PatientLetter.MOST_ATTEMPTS)


class PatientLetter(ClinicRow):
    """One message to a patient that is about no check-in, waiting to be sent. The row is the queue."""

    MOST_ATTEMPTS: ClassVar[int] = 6

    class Kind(models.TextChoices):
        OWN_PAGE = "own_page", "Link to the own page"
        ADDRESS_CHANGED = "address_changed", "The e-mail address was changed"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="own_page_letters")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    channel = models.CharField(max_length=5, choices=Patient.Channel.choices)
    address = models.CharField(max_length=254, help_text="Where it goes: of one that was changed, the earlier address.")
    queued_at = models.DateTimeField()
    queued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True, help_text="What the server said last, without the address.")

    objects = PatientLetterQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"address"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "patient", "kind", "channel", "queued_at", "queued_by", "next_try_at", "attempts"),
            *("sent_at", "problem"),
        }

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="patient_letter_has_known_words",
                condition=Q(kind__in=["own_page", "address_changed"], channel__in=["email", "sms"]),
            ),
        )
        indexes = (
            # For outcomes.actions.send_patient_letters.
            models.Index(name="patient_letter_waiting", fields=["next_try_at"], condition=Q(sent_at=None)),
        )

    def __str__(self) -> str:
        return f"letter {self.pk}: {self.kind}"


class BirthCheckQuerySet(ClinicRowQuerySet):
    def paused(self) -> Self:
        """Links that work no more until somebody of the clinic says so, the longest first."""
        return self.filter(paused_at__isnull=False).order_by("paused_at", "id")


class BirthCheck(ClinicRow):
    """How often whoever held a patient's link did not know when the patient was born. Too often pauses the link.

    It counts by survey, whichever of its links was used, and apart from that for the patient's own page.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="birth_checks")
    survey = models.UUIDField(null=True, help_text="Public id of the survey; empty: the patient's own page.")
    failures = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(help_text="What failed within a day from here is counted together.")
    paused_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = BirthCheckQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "patient", "survey", "failures", "failing_since", "paused_at"),
            *("lifted_at", "lifted_by"),
        }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["patient", "survey"], nulls_distinct=False, name="birth_check_once_per_survey"
            ),
            models.CheckConstraint(
                name="birth_check_is_lifted_by_somebody",
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        )
        indexes = (
            # For the messages page, and for every page of a survey.
            models.Index(name="birth_check_paused", fields=["clinic", "survey"], condition=Q(paused_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.failures} failures for patient {self.patient_id}"


class BirthGuesses(ClinicRow):
    """Wrong answers of one hour, from one address, and of the whole clinic where ``address`` is empty."""

    address = models.GenericIPAddressField(null=True)
    hour = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)

    class Privacy:
        personal: ClassVar[set[str]] = {"address"}
        plain: ClassVar[set[str]] = {"id", "clinic", "hour", "failures"}

    class Meta:
        verbose_name_plural = "birth guesses"
        constraints = (
            models.UniqueConstraint(
                fields=["clinic", "hour", "address"], nulls_distinct=False, name="birth_guesses_once_per_hour"
            ),
        )

    def __str__(self) -> str:
        return f"{self.failures} wrong answers"
