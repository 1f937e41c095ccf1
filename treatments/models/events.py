"""Adverse events, their causality review, and the reports that regulations ask for."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, User
from patients.models import Patient
from treatments.models.courses import Course
from treatments.models.products import Lot
from treatments.models.sessions import TreatmentSession


class Relatedness(models.TextChoices):
    UNRELATED = "unrelated", "Unrelated"
    UNLIKELY = "unlikely", "Unlikely"
    POSSIBLE = "possible", "Possible"
    PROBABLE = "probable", "Probable"
    DEFINITE = "definite", "Definite"


@history()
class AdverseEvent(ClinicRow):
    """Something untoward after treatment. Grades: CTCAE version 5; seriousness: 21 CFR 312.32(a)."""

    class Grade(models.IntegerChoices):
        MILD = 1, "1: mild"
        MODERATE = 2, "2: moderate"
        SEVERE = 3, "3: severe, not life-threatening"
        LIFE_THREATENING = 4, "4: life-threatening"
        DEATH = 5, "5: death"

    class Seriousness(models.TextChoices):
        DEATH = "death", "Death"
        LIFE_THREATENING = "life_threatening", "Life-threatening"
        HOSPITALISATION = "hospitalisation", "Hospital stay, or a longer one"
        INCAPACITY = "incapacity", "Lasting or significant incapacity"
        CONGENITAL_ANOMALY = "congenital_anomaly", "Congenital anomaly"
        IMPORTANT = "important", "Important medical event that needed intervention to prevent one of these"

    class BodySystem(models.TextChoices):
        MUSCULOSKELETAL = "musculoskeletal", "Muscles, bones and joints"
        INJECTION_SITE = "injection_site", "Injection site"
        INFECTION = "infection", "Infection"
        NERVOUS = "nervous", "Nervous system"
        VASCULAR = "vascular", "Blood vessels and clotting"
        IMMUNE = "immune", "Immune system and allergy"
        SKIN = "skin", "Skin"
        HEART = "heart", "Heart"
        RESPIRATORY = "respiratory", "Breathing"
        GASTROINTESTINAL = "gastrointestinal", "Stomach and bowel"
        OTHER = "other", "Other"

    class Outcome(models.TextChoices):
        RECOVERED = "recovered", "Recovered"
        RECOVERING = "recovering", "Recovering"
        NOT_RECOVERED = "not_recovered", "Not recovered"
        SEQUELAE = "sequelae", "Recovered with sequelae"
        FATAL = "fatal", "Fatal"
        UNKNOWN = "unknown", "Unknown"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="adverse_events")
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="adverse_events")
    session = models.ForeignKey(TreatmentSession, models.PROTECT, null=True, blank=True, related_name="adverse_events")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="adverse_events")
    began_at = models.DateTimeField()
    description = models.TextField(max_length=4000, help_text="In the reporter's own words.")
    term = models.CharField(max_length=120, help_text="The CTCAE term or the clinic's own.")
    icd10_code = models.CharField(max_length=8, blank=True)
    body_system = models.CharField(max_length=20, choices=BodySystem.choices)
    grade = models.PositiveSmallIntegerField(choices=Grade.choices)
    seriousness = ArrayField(models.CharField(max_length=20, choices=Seriousness.choices), default=list, blank=True)
    is_communicable = models.BooleanField(default=False, help_text="It involves a communicable disease.")
    needed_intervention = models.BooleanField(default=False, help_text="It needed medical or surgical intervention.")
    is_expected = models.BooleanField(null=True, help_text="Listed for this product; not yet judged when empty.")
    related_to_product = models.CharField(max_length=10, choices=Relatedness.choices, blank=True)
    related_to_procedure = models.CharField(max_length=10, choices=Relatedness.choices, blank=True)
    action_taken = models.CharField(max_length=500, blank=True)
    treatment = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=15, choices=Outcome.choices)
    resolved_on = models.DateField(null=True, blank=True)
    reporter = models.CharField(max_length=120, help_text="Who told the clinic: the patient, a relative, a hospital …")
    first_aware_at = models.DateTimeField(help_text="When anybody of the clinic first knew; clocks count from here.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    review_note = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    entered_in_error_at = models.DateTimeField(null=True)
    entered_in_error_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entered_in_error_reason = models.CharField(max_length=300, blank=True)

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {
            *("description", "action_taken", "treatment", "reporter", "review_note", "entered_in_error_reason"),
        }
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "patient", "course", "session", "lot", "began_at", "term", "icd10_code"),
            *("body_system", "grade", "seriousness", "is_communicable", "needed_intervention", "is_expected"),
            *("related_to_product", "related_to_procedure", "outcome", "resolved_on", "first_aware_at"),
            *("recorded_at", "recorded_by", "reviewed_at", "reviewed_by", "version"),
            *("entered_in_error_at", "entered_in_error_by"),
        }

    class Meta:
        ordering = ("-began_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="event_began_before_it_was_known", condition=Q(began_at__lte=F("first_aware_at"))
            ),
            models.CheckConstraint(
                name="event_was_known_before_it_was_recorded", condition=Q(first_aware_at__lte=F("recorded_at"))
            ),
            models.CheckConstraint(name="event_has_known_grade", condition=Q(grade__range=(1, 5))),
            models.CheckConstraint(
                name="event_in_error_has_a_reason",
                condition=Q(entered_in_error_at=None) | ~Q(entered_in_error_reason=""),
            ),
        )
        indexes = (
            # For the list of events and the safety report.
            models.Index(name="event_in_order", fields=["clinic", "-began_at"]),
        )

    def __str__(self) -> str:
        return f"{self.term}, grade {self.grade}"


@history()
class EventRevision(ClinicRow):
    """An adverse event as it stood before a change. Only ever added (a trigger sees to it)."""

    event = models.ForeignKey(AdverseEvent, models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    snapshot = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"snapshot", "reason"}
        plain: ClassVar[set[str]] = {"id", "clinic", "event", "version", "replaced_at", "replaced_by"}

    class Meta:
        ordering = ("version",)
        constraints = (models.UniqueConstraint("event", "version", name="event_revision_once_per_version"),)

    def __str__(self) -> str:
        return f"version {self.version} of event {self.event_id}"


@history()
class RegulatoryReport(ClinicRow):
    """A report that a regulation asks for, with the day its clock ends."""

    class Kind(models.TextChoices):
        CAUSALITY_REVIEW = "causality_review", "Causality review"
        IND_7_DAYS = "ind_7_days", "IND safety report, 7 days"
        IND_15_DAYS = "ind_15_days", "IND safety report, 15 days"
        HCTP_15_DAYS = "hctp_15_days", "HCT/P adverse reaction, 15 days"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(AdverseEvent, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    due_on = models.DateField()
    sent_on = models.DateField(null=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=80, blank=True, help_text="The number the authority or sponsor gave it.")
    is_needed = models.BooleanField(default=True, help_text="Not any more when a review changed what it rests on.")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "event", "kind", "due_on", "sent_on", "sent_by", "reference", "is_needed"),
        }

    class Meta:
        ordering = ("due_on", "id")
        constraints = (models.UniqueConstraint("event", "kind", name="regulatory_report_once_per_kind"),)
        indexes = (
            # For the due list.
            models.Index(
                name="regulatory_report_due", fields=["clinic", "due_on"], condition=Q(sent_on=None, is_needed=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, due {self.due_on}"
