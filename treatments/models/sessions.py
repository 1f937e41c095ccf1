"""One visit at which treatment was given, each injection of it, and what surrounded it."""

import uuid
from decimal import Decimal
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, StoredFile, User
from treatments.models.courses import SIDES, TARGET_CHOICES, Course
from treatments.vocabulary import Guidance, Structure


class SessionQuerySet(ClinicRowQuerySet):
    def counted(self) -> Self:
        """Sessions that took place: not those entered in error."""
        return self.filter(entered_in_error_at=None)


@history()
class TreatmentSession(ClinicRow):
    """One visit where treatment was given. ``version`` grows with every change; what was before is a SessionRevision."""

    class AnaestheticRoute(models.TextChoices):
        NONE = "none", "None"
        SKIN = "skin", "Skin only"
        NERVE_BLOCK = "nerve_block", "Nerve block"
        INTRA_ARTICULAR = "intra_articular", "Into the joint"

    class Sedation(models.TextChoices):
        NONE = "none", "None"
        NITROUS = "nitrous", "Nitrous oxide"
        ORAL = "oral", "Oral"
        IV = "iv", "Intravenous"

    class SkinPrep(models.TextChoices):
        CHLORHEXIDINE = "chlorhexidine", "Chlorhexidine"
        POVIDONE_IODINE = "povidone_iodine", "Povidone-iodine"
        ALCOHOL = "alcohol", "Alcohol"

    class Reaction(models.TextChoices):
        NONE = "none", "None"
        VASOVAGAL = "vasovagal", "Fainting or near fainting"
        PAIN = "pain", "Severe pain"
        BLEEDING = "bleeding", "Bleeding"
        ALLERGIC = "allergic", "Allergic"
        OTHER = "other", "Other, see the note"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="sessions")
    performed_at = models.DateTimeField()
    performed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    assistant = models.CharField(max_length=120, blank=True)
    room = models.CharField(max_length=40, blank=True)
    skin_prep = models.CharField(max_length=20, choices=SkinPrep.choices, blank=True)
    anaesthetic_route = models.CharField(max_length=20, choices=AnaestheticRoute.choices, blank=True)
    anaesthetic_agent = models.CharField(max_length=60, blank=True)
    anaesthetic_percent = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True, help_text="%")
    anaesthetic_ml = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, help_text="mL")
    sedation = models.CharField(max_length=10, choices=Sedation.choices, blank=True)
    reaction = models.CharField(max_length=12, choices=Reaction.choices, blank=True)
    note = models.TextField(blank=True, max_length=2000)
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    idempotency_key = models.UUIDField(null=True, help_text="The same key twice is the same session.")
    idempotency_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what came with the key.")
    version = models.PositiveIntegerField(default=1)
    entry_seconds = models.PositiveIntegerField(
        null=True, help_text="From opening the page to saving it, at most an hour; empty: not logged on a page."
    )
    time_out_at = models.DateTimeField(null=True, help_text="When the five points were confirmed before the injection.")
    time_out_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entered_in_error_at = models.DateTimeField(null=True)
    entered_in_error_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entered_in_error_reason = models.CharField(max_length=300, blank=True)
    checklist = models.CharField(max_length=20, blank=True, help_text="Code and version of the reporting checklist.")
    recorded_items = ArrayField(models.CharField(max_length=40), default=list)
    missing_items = ArrayField(models.CharField(max_length=40), default=list)

    objects = SessionQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"note", "entered_in_error_reason"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "course", "performed_at", "performed_by", "assistant", "room", "skin_prep"),
            *("anaesthetic_route", "anaesthetic_agent", "anaesthetic_percent", "anaesthetic_ml", "sedation"),
            *("reaction", "logged_at", "logged_by", "idempotency_key", "idempotency_hash", "version"),
            *("entered_in_error_at", "entered_in_error_by", "checklist", "recorded_items", "missing_items"),
            *("entry_seconds", "time_out_at", "time_out_by"),
        }

    class Meta:
        ordering = ("-performed_at", "-id")
        constraints = (
            models.UniqueConstraint("clinic", "idempotency_key", name="session_once_per_idempotency_key"),
            models.CheckConstraint(
                name="session_is_logged_after_it_happened", condition=Q(performed_at__lte=models.F("logged_at"))
            ),
            models.CheckConstraint(
                name="session_in_error_has_a_reason",
                condition=Q(entered_in_error_at=None) | ~Q(entered_in_error_reason=""),
            ),
            models.CheckConstraint(
                name="session_time_out_is_confirmed_by_somebody",
                condition=Q(time_out_at=None, time_out_by=None)
                | Q(time_out_at__lte=models.F("logged_at"), time_out_by__isnull=False),
            ),
            models.CheckConstraint(
                name="session_entry_takes_an_hour_at_most", condition=Q(entry_seconds=None) | Q(entry_seconds__lte=3600)
            ),
            models.CheckConstraint(
                name="session_anaesthetic_is_not_negative",
                condition=Q(anaesthetic_percent__gte=0, anaesthetic_ml__gte=0)
                | Q(anaesthetic_percent=None, anaesthetic_ml__gte=0)
                | Q(anaesthetic_percent__gte=0, anaesthetic_ml=None)
                | Q(anaesthetic_percent=None, anaesthetic_ml=None),
            ),
        )
        indexes = (
            # For the API's list, which walks in this order.
            models.Index(name="session_in_order", fields=["performed_at", "id"]),
        )

    def __str__(self) -> str:
        return f"session of {self.performed_at:%Y-%m-%d}"


@history()
class SessionRevision(ClinicRow):
    """A session as it stood before a change, whole. Only ever added (a trigger sees to it)."""

    session = models.ForeignKey(TreatmentSession, models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    snapshot = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"snapshot", "reason"}
        plain: ClassVar[set[str]] = {"id", "clinic", "session", "version", "replaced_at", "replaced_by"}

    class Meta:
        ordering = ("version",)
        constraints = (models.UniqueConstraint("session", "version", name="session_revision_once_per_version"),)

    def __str__(self) -> str:
        return f"version {self.version} of session {self.session_id}"


@history()
class Injection(ClinicRow):
    """What went where: one row per target, level and side, with its own volume."""

    session = models.ForeignKey(TreatmentSession, models.PROTECT, related_name="injections")
    target = models.CharField(max_length=40, choices=TARGET_CHOICES)
    side = models.CharField(max_length=10, choices=SIDES)
    level = models.CharField(max_length=10, blank=True, help_text="Of the spine, like L4/5.")
    structure = models.CharField(max_length=20, choices=[(s.value, s.label) for s in Structure], blank=True)
    guidance = models.CharField(max_length=20, choices=[(g.value, g.label) for g in Guidance])
    approach = models.CharField(max_length=80, blank=True)
    volume_ml = models.DecimalField(max_digits=6, decimal_places=2)
    needle_gauge = models.PositiveSmallIntegerField(null=True, blank=True)
    needle_length_mm = models.PositiveSmallIntegerField(null=True, blank=True)
    passes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Needle passes; more than 1 is peppering."
    )
    used_contrast = models.BooleanField(null=True)
    confirmed_needle = models.BooleanField(null=True)
    image = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "session", "target", "side", "level", "structure", "guidance", "approach", "volume_ml"),
            *("needle_gauge", "needle_length_mm", "passes", "used_contrast", "confirmed_needle", "image"),
        }

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint("session", "target", "side", "level", name="injection_once_per_target_and_side"),
            models.CheckConstraint(
                name="injection_has_a_volume", condition=Q(volume_ml__gt=Decimal(0), volume_ml__lte=Decimal(200))
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_target_display()}, {self.get_side_display()}, {self.volume_ml} mL"


@history()
class Holds(ClinicRow):
    """What was stopped or looked for before the session: pre-procedure holds. Empty means not asked."""

    class Held(models.TextChoices):
        NOT_TAKEN = "not_taken", "Not taken"
        HELD = "held", "Held"
        CONTINUED = "continued", "Continued"

    class Pregnancy(models.TextChoices):
        NOT_APPLICABLE = "not_applicable", "Does not apply"
        EXCLUDED = "excluded", "Excluded"
        PREGNANT = "pregnant", "Pregnant"

    session = models.OneToOneField(TreatmentSession, models.PROTECT, related_name="holds")
    nsaid_stopped_on = models.DateField(null=True, blank=True, help_text="The day of the last dose.")
    takes_no_nsaid = models.BooleanField(default=False)
    last_steroid_on = models.DateField(null=True, blank=True, help_text="Last steroid injection or course.")
    anticoagulant = models.CharField(max_length=10, choices=Held.choices, blank=True)
    antiplatelet = models.CharField(max_length=10, choices=Held.choices, blank=True)
    is_free_of_infection = models.BooleanField(null=True, help_text="No fever, no infection of the skin or elsewhere.")
    pregnancy = models.CharField(max_length=15, choices=Pregnancy.choices, blank=True)

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"pregnancy"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "session", "nsaid_stopped_on", "takes_no_nsaid", "last_steroid_on", "anticoagulant"),
            *("antiplatelet", "is_free_of_infection"),
        }

    def __str__(self) -> str:
        return f"holds before session {self.session_id}"


@history()
class Aftercare(ClinicRow):
    """What the patient was told to do after the session. Empty means not said."""

    session = models.OneToOneField(TreatmentSession, models.PROTECT, related_name="aftercare")
    rest_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="days of restricted load")
    brace = models.CharField(max_length=80, blank=True)
    therapy_starts_on = models.DateField(null=True, blank=True)
    may_use_ice = models.BooleanField(null=True)
    avoid_nsaid_until = models.DateField(null=True, blank=True)
    analgesic_plan = models.CharField(max_length=200, blank=True)
    back_to_activity_on = models.DateField(null=True, blank=True)

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"analgesic_plan"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "session", "rest_days", "brace", "therapy_starts_on", "may_use_ice"),
            *("avoid_nsaid_until", "back_to_activity_on"),
        }

    def __str__(self) -> str:
        return f"aftercare of session {self.session_id}"
