"""What a clinic asks patients to agree to, in which words, and who agreed, when and how."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, StoredFile, User
from patients.models.patients import Patient


class ConsentKind(models.TextChoices):
    """What is agreed to; each kind is asked, signed and withdrawn by itself."""

    CONTACT = "contact", "Contact by e-mail and phone"
    OUTCOME_REGISTRY = "outcome_registry", "Outcome registry"
    RESEARCH_SHARING = "research_sharing", "Research sharing"
    INVESTIGATIONAL_PRODUCT = "investigational_product", "Investigational product"
    STATE_NOTICE = "state_notice", "State notice"


@history()
class ConsentDocument(ClinicRow):
    """One version of the words of one kind, in both languages. A published version never changes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=30, choices=ConsentKind.choices)
    version = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=120)
    text_en = models.TextField(max_length=20_000)
    title_es = models.CharField(max_length=120)
    text_es = models.TextField(max_length=20_000)
    must_sign_again = models.BooleanField(
        default=False, help_text="Whoever signed an earlier version has to sign this one before anything goes on."
    )
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "kind", "version", "title_en", "text_en", "title_es", "text_es"),
            *("must_sign_again", "published_at", "published_by"),
        }

    class Meta:
        ordering = ("kind", "-version")
        constraints = (
            models.UniqueConstraint("clinic", "kind", "version", name="consent_document_once_per_version"),
            models.CheckConstraint(
                name="consent_document_has_known_kind", condition=Q(kind__in=[kind.value for kind in ConsentKind])
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.version}"


@history()
class Consent(ClinicRow):
    """One signature under one version of a document. Withdrawing it adds the day; nothing is taken away."""

    class Way(models.TextChoices):
        PAPER = "paper", "On paper"
        TABLET = "tablet", "On the clinic's tablet"
        LINK = "link", "From the patient's link"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="consents")
    document = models.ForeignKey(ConsentDocument, models.PROTECT, related_name="consents")
    language = models.CharField(max_length=2, choices=Patient.Language.choices)
    way = models.CharField(max_length=10, choices=Way.choices)
    signed_name = models.CharField(max_length=160, help_text="The full name as the patient typed or wrote it.")
    signed_at = models.DateTimeField()
    text_hash = models.CharField(max_length=64, help_text="SHA-256 of the title and text that were signed.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    scan = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Only on rows read with patients.consents.overtaken: a later version has to be signed again.
    is_overtaken: bool

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"signed_name"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "patient", "document", "language", "way", "signed_at", "text_hash"),
            *("recorded_at", "recorded_by", "scan", "pdf", "withdrawn_at", "withdrawn_by"),
        }

    class Meta:
        ordering = ("-signed_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="consent_is_signed_before_it_is_recorded", condition=Q(signed_at__lte=F("recorded_at"))
            ),
            models.CheckConstraint(
                name="consent_is_withdrawn_after_it_was_signed",
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("signed_at")),
            ),
            models.CheckConstraint(name="consent_has_known_way", condition=Q(way__in=["paper", "tablet", "link"])),
        )
        indexes = (
            # For patients.consents: what one patient agreed to, newest first.
            models.Index(name="consent_of_patient", fields=["patient", "-signed_at"]),
            # For patients.actions.publish_consent_document: whoever signed an earlier version.
            models.Index(name="consent_of_document", fields=["document", "patient"]),
        )

    def __str__(self) -> str:
        return f"{self.document}, signed {self.signed_at:%Y-%m-%d}"


@history(without=("token_hash",))
class ConsentRequest(ClinicRow):
    """An invitation to read and sign, on the clinic's tablet or behind a link. Only the token's SHA-256 is kept."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="consent_requests")
    kinds = ArrayField(models.CharField(max_length=30, choices=ConsentKind.choices))
    way = models.CharField(
        max_length=10, choices=[(way.value, way.label) for way in (Consent.Way.TABLET, Consent.Way.LINK)]
    )
    token_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"token_hash"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "patient", "kinds", "way", "issued_at", "issued_by", "expires_at"),
        }

    class Meta:
        ordering = ("-issued_at",)
        constraints = (
            models.CheckConstraint(
                name="consent_request_ends_after_it_began", condition=Q(expires_at__gt=F("issued_at"))
            ),
        )

    def __str__(self) -> str:
        return f"request of {self.issued_at:%Y-%m-%d}"
