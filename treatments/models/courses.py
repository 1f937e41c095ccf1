"""One course of treatment of one complaint, and the follow-ups planned for it."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, F, GeneratedField, Q, When

from clinic.history import history, history_of_changes
from clinic.models import ClinicRow, ClinicRowQuerySet, User
from patients.models import Patient
from treatments.models.protocols import Protocol, Timepoint, TreatmentType
from treatments.vocabulary import TARGETS, Region, Side

TARGET_CHOICES = [(code, target.label) for code, target in TARGETS.items()]
REGIONS = [(region.value, region.label) for region in Region]
SIDES = [(side.value, side.label) for side in Side]


@history()
class Course(ClinicRow):
    """One course of treatment of one complaint at one target and side, following one protocol version.

    A course that came with imported history has no protocol and no target; it keeps the source's own words.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="courses")
    treatment_type = models.ForeignKey(TreatmentType, models.PROTECT, related_name="courses")
    protocol = models.ForeignKey(Protocol, models.PROTECT, null=True, related_name="courses")
    icd10_code = models.CharField(max_length=8, blank=True)
    complaint = models.CharField(max_length=200)
    target = models.CharField(max_length=40, choices=TARGET_CHOICES, blank=True)
    side = models.CharField(max_length=10, choices=SIDES, blank=True)
    region = models.CharField(max_length=12, choices=REGIONS)
    opened_on = models.DateField(help_text="A day in the clinic's calendar; synthetic for imported history.")
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    baseline_missing_reason = models.CharField(max_length=200, blank=True)
    external_ref = models.CharField(max_length=80, null=True, help_text="The source's own name of an imported course.")  # noqa: DJ001 unique only where given
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followed_by", help_text="The earlier course it treats again."
    )
    source_region = models.CharField(max_length=60, blank=True)
    source_site = models.CharField(max_length=80, blank=True)
    source_clinician = models.CharField(max_length=80, blank=True)

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"complaint", "baseline_missing_reason", "external_ref"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "patient", "treatment_type", "protocol", "icd10_code", "target", "side"),
            *("region", "opened_on", "opened_by", "follows", "source_region", "source_site", "source_clinician"),
        }

    class Meta:
        ordering = ("-opened_on", "-id")
        constraints = (
            models.UniqueConstraint("clinic", "external_ref", name="course_once_per_external_ref"),
            models.CheckConstraint(
                name="course_follows_a_protocol_or_is_imported",
                condition=Q(protocol__isnull=False, external_ref=None, opened_by__isnull=False)
                | Q(protocol=None, external_ref__isnull=False),
            ),
            models.CheckConstraint(
                name="course_has_target_and_side_or_is_imported",
                condition=Q(external_ref__isnull=False) | ~Q(target="") & ~Q(side=""),
            ),
        )
        indexes = (
            # For outcomes.reports: the days at both ends of a range that is not whole months, without reading the table.
            models.Index(
                name="course_opened", fields=["clinic", "opened_on"], include=["treatment_type", "region", "id"]
            ),
            # For the API's list, which walks in this order.
            models.Index(name="course_in_order", fields=["opened_on", "id"]),
        )

    def __str__(self) -> str:
        return f"{self.treatment_type}: {self.complaint}"


@history()
class Retreatment(ClinicRow):
    """The same target was treated again: scores of the course from that day on count as after re-treatment."""

    class Kind(models.TextChoices):
        REINJECTION = "reinjection", "Injected again"
        STEROID = "steroid", "Steroid injection"
        SURGERY = "surgery", "Surgery"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="retreatments")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    happened_on = models.DateField()
    next_course = models.ForeignKey(Course, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_in_error_at = models.DateTimeField(null=True)
    entered_in_error_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"note"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "course", "kind", "happened_on", "next_course"),
            *("recorded_at", "recorded_by", "entered_in_error_at", "entered_in_error_by"),
        }

    class Meta:
        ordering = ("happened_on", "id")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.happened_on}"


class FollowUpQuerySet(ClinicRowQuerySet):
    def due(self, on: dt.date) -> Self:
        """Window open on this day of the clinic's calendar, and neither answered nor ended."""
        return self.filter(opens_on__lte=on, closes_on__gte=on, answered_at=None, ended_on=None)

    def overdue(self, on: dt.date) -> Self:
        """Due, and past the target day."""
        return self.due(on).filter(due_on__lt=on)

    def awaited(self, first: dt.date | None, last: dt.date) -> Self:
        """Neither answered nor ended, and due on one of these days."""
        waiting = self.filter(awaited_on__lte=last)
        return waiting.filter(awaited_on__gte=first) if first else waiting

    def unopened(self) -> Self:
        """Neither answered nor asked about: no survey refers to it (``survey`` is the relation that outcomes adds)."""
        return self.filter(answered_at=None, survey=None)


@history_of_changes()
class FollowUp(ClinicRow):
    """One timepoint of one course: the window of days in which we ask."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="follow_ups")
    timepoint = models.ForeignKey(Timepoint, models.PROTECT, related_name="follow_ups")
    opens_on = models.DateField()
    due_on = models.DateField()
    closes_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True, help_text="The first day on which it could no longer be answered.")
    awaited_on = GeneratedField(
        expression=Case(When(answered_at=None, ended_on=None, then=F("due_on"))),
        output_field=models.DateField(null=True),
        db_persist=True,
        help_text="When it is due while it still can be answered; by it the database knows how few those are.",
    )

    objects = FollowUpQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "course", "timepoint"),
            *("opens_on", "due_on", "closes_on", "answered_at", "ended_on", "awaited_on"),
        }

    class Meta:
        ordering = ("opens_on", "id")
        constraints = (
            models.UniqueConstraint("course", "timepoint", name="follow_up_once_per_timepoint"),
            models.CheckConstraint(
                name="follow_up_is_due_in_its_window",
                condition=Q(opens_on__lte=F("due_on"), due_on__lte=F("closes_on")),
            ),
        )
        indexes = (
            # For outcomes.actions.open_due_surveys: only what still waits.
            models.Index(
                name="follow_up_waiting", fields=["clinic", "opens_on"], condition=Q(answered_at=None, ended_on=None)
            ),
            # For the list of patients: by the day on which something is due, and whose baseline nobody answered.
            models.Index(
                name="follow_up_awaited", fields=["clinic", "awaited_on"], condition=Q(awaited_on__isnull=False)
            ),
            models.Index(name="follow_up_unanswered", fields=["clinic", "timepoint"], condition=Q(answered_at=None)),
            # For treatments.actions.end_follow_ups.
            models.Index(name="follow_up_ending", fields=["clinic", "closes_on"], condition=Q(ended_on=None)),
            # For the API's list, which walks in this order.
            models.Index(name="follow_up_in_order", fields=["due_on", "id"]),
        )

    def __str__(self) -> str:
        return f"{self.timepoint}, due {self.due_on}"
