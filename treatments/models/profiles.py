"""What a course begins with, for case mix, and the pain medicines on the way."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, User
from patients.models import Patient
from treatments.models.courses import Course, FollowUp
from treatments.models.sessions import TreatmentSession


@history()
class ClinicalProfile(ClinicRow):
    """The patient's state of health as a course begins. Everything may be empty: unknown is not zero."""

    class Tobacco(models.TextChoices):
        NEVER = "never", "Never"
        FORMER = "former", "Former"
        CURRENT = "current", "Current"

    class Diabetes(models.TextChoices):
        NONE = "none", "None"
        PREDIABETES = "prediabetes", "Prediabetes"
        TYPE_1 = "type_1", "Type 1"
        TYPE_2 = "type_2", "Type 2"

    class SeverityScale(models.TextChoices):
        KELLGREN_LAWRENCE = "kellgren_lawrence", "Kellgren-Lawrence (0 to 4)"
        TONNIS = "tonnis", "Tönnis (0 to 3)"
        PFIRRMANN = "pfirrmann", "Pfirrmann (1 to 5)"
        GOUTALLIER = "goutallier", "Goutallier (0 to 4)"

    class Conventional(models.TextChoices):
        PHYSICAL_THERAPY = "physical_therapy", "Physical therapy"
        EXERCISE = "exercise", "Exercise programme"
        WEIGHT_LOSS = "weight_loss", "Weight loss"
        NSAID = "nsaid", "NSAID"
        ACETAMINOPHEN = "acetaminophen", "Acetaminophen"
        BRACE = "brace", "Brace or orthosis"
        STEROID_INJECTION = "steroid_injection", "Steroid injection"
        HYALURONATE = "hyaluronate", "Hyaluronic acid injection"
        ACUPUNCTURE = "acupuncture", "Acupuncture"
        SHOCK_WAVE = "shock_wave", "Shock wave"
        NERVE_ABLATION = "nerve_ablation", "Nerve ablation"

    class SportLevel(models.TextChoices):
        NONE = "none", "No sport"
        RECREATIONAL = "recreational", "Recreational"
        COMPETITIVE = "competitive", "Competitive"
        PROFESSIONAL = "professional", "Professional"

    course = models.OneToOneField(Course, models.PROTECT, related_name="profile")
    height_cm = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    weight_kg = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    tobacco = models.CharField(max_length=10, choices=Tobacco.choices, blank=True)
    diabetes = models.CharField(max_length=12, choices=Diabetes.choices, blank=True)
    symptom_months = models.PositiveSmallIntegerField(null=True, blank=True)
    severity_scale = models.CharField(max_length=20, choices=SeverityScale.choices, blank=True)
    severity_grade = models.PositiveSmallIntegerField(null=True, blank=True)
    prior_steroid_injections = models.PositiveSmallIntegerField(null=True, blank=True)
    prior_hyaluronate_injections = models.PositiveSmallIntegerField(null=True, blank=True)
    prior_biologic_injections = models.PositiveSmallIntegerField(null=True, blank=True)
    prior_surgery = models.CharField(
        max_length=200, blank=True, help_text='At the same target; "none" when there was none.'
    )
    conventional = ArrayField(models.CharField(max_length=20, choices=Conventional.choices), default=list, blank=True)
    sport = models.CharField(max_length=80, blank=True)
    sport_level = models.CharField(max_length=15, choices=SportLevel.choices, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="One more each time it is recorded.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"prior_surgery"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "course", "height_cm", "weight_kg", "tobacco", "diabetes", "symptom_months"),
            *("severity_scale", "severity_grade", "prior_steroid_injections", "prior_hyaluronate_injections"),
            *(
                "prior_biologic_injections",
                "conventional",
                "sport",
                "sport_level",
                "version",
                "recorded_at",
                "recorded_by",
            ),
        }

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="profile_grade_has_a_scale",
                condition=Q(severity_grade=None, severity_scale="")
                | Q(severity_grade__isnull=False) & ~Q(severity_scale=""),
            ),
        )

    def __str__(self) -> str:
        return f"profile of course {self.course_id}"


@history()
class MedicationReview(ClinicRow):
    """The pain medicines a patient takes, asked at a visit, by phone or with a check-in. Average of the last 7 days."""

    class Source(models.TextChoices):
        VISIT = "visit", "At a visit"
        SURVEY = "survey", "With a check-in"
        PHONE = "phone", "By phone"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="medication_reviews")
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="medication_reviews")
    session = models.ForeignKey(
        TreatmentSession, models.PROTECT, null=True, blank=True, related_name="medication_reviews"
    )
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, blank=True, related_name="medication_reviews")
    source = models.CharField(max_length=10, choices=Source.choices)
    asked_on = models.DateField()
    nsaid_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="days of the last 7")
    acetaminophen_mg = models.PositiveIntegerField(null=True, blank=True, help_text="mg a day")
    takes_gabapentinoid = models.BooleanField(null=True)
    takes_muscle_relaxant = models.BooleanField(null=True)
    uses_cannabis = models.BooleanField(null=True)
    uses_topical = models.BooleanField(null=True)
    took_rescue_today = models.BooleanField(null=True)
    takes_opioids = models.BooleanField(help_text="No is an answer: 0 MME a day.")
    mme_per_day = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, help_text="Not known when a drug has no factor."
    )
    factor_version = models.CharField(max_length=20)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "patient", "course", "session", "follow_up", "source", "asked_on"),
            *("nsaid_days", "acetaminophen_mg", "takes_gabapentinoid", "takes_muscle_relaxant", "uses_cannabis"),
            *("uses_topical", "took_rescue_today", "takes_opioids", "mme_per_day", "factor_version"),
            *("recorded_at", "recorded_by"),
        }

    class Meta:
        ordering = ("-asked_on", "-id")
        constraints = (
            models.CheckConstraint(
                name="medication_nsaid_days_are_of_seven", condition=Q(nsaid_days=None) | Q(nsaid_days__lte=7)
            ),
            models.CheckConstraint(
                name="medication_without_opioids_is_zero", condition=Q(takes_opioids=True) | Q(mme_per_day=0)
            ),
        )
        indexes = (models.Index(name="medication_of_patient", fields=["patient", "-asked_on"]),)

    def __str__(self) -> str:
        return f"medicines on {self.asked_on}"


@history()
class OpioidUse(ClinicRow):
    """One opioid of a medication review."""

    class Prescriber(models.TextChoices):
        INSIDE = "inside", "This clinic"
        OUTSIDE = "outside", "Somebody else"

    review = models.ForeignKey(MedicationReview, models.PROTECT, related_name="opioids")
    drug = models.CharField(max_length=30, help_text="A code of the factor table.")
    strength = models.DecimalField(max_digits=8, decimal_places=3, help_text="mg a unit; patches mcg an hour")
    units_per_day = models.DecimalField(
        max_digits=6, decimal_places=2, help_text="average of the last 7 days; patches worn"
    )
    is_as_needed = models.BooleanField(default=False)
    prescriber = models.CharField(max_length=10, choices=Prescriber.choices, blank=True)

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "review", "drug", "strength", "units_per_day", "is_as_needed", "prescriber"),
        }

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="opioid_amounts_are_positive", condition=Q(strength__gt=0, units_per_day__gt=0)
            ),
        )

    def __str__(self) -> str:
        return f"{self.drug} {self.strength} × {self.units_per_day}"
