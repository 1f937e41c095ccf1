"""What is asked, once, of one patient, and what came back."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clinic.history import history, history_of_changes
from clinic.models import ClinicRow, ClinicRowQuerySet, User
from patients.models import Patient
from treatments.models import FollowUp, Timepoint
from treatments.models.courses import REGIONS

LANGUAGE_CHOICES = Patient.Language.choices


@history()
class AssignedInstrument(ClinicRow):
    """An instrument that a protocol asks at one of its timepoints, in order."""

    timepoint = models.ForeignKey(Timepoint, models.PROTECT, related_name="assigned_instruments")
    instrument = models.CharField(max_length=40)
    region = models.CharField(
        max_length=12, choices=REGIONS, blank=True, help_text="Asked of courses of this region only; of all when empty."
    )
    position = models.PositiveSmallIntegerField()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "timepoint", "instrument", "region", "position"}

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint("timepoint", "instrument", "region", name="instrument_once_per_timepoint"),
        )

    def __str__(self) -> str:
        return f"{self.instrument} at {self.timepoint_id}"


@history_of_changes()
class Survey(ClinicRow):
    """One set of questions for one follow-up. Resumable until sent or until the follow-up's window ends.

    ``mode``, ``language``, ``device`` and ``answered_by`` are how it was answered: answers given with help are not quite
    the same as answers given alone. ``is_on_tablet`` is set on the one object behind a page of the clinic's tablet, never
    stored.
    """

    is_on_tablet: bool = False

    class Mode(models.TextChoices):
        LINK = "link", "Own device"
        TABLET = "tablet", "Tablet at the clinic"
        PHONE = "phone", "On the phone"
        PAPER = "paper", "On paper"
        IN_PERSON = "in_person", "Asked in person"

    class Device(models.TextChoices):
        PHONE = "phone", "Phone"
        TABLET = "tablet", "Tablet"
        COMPUTER = "computer", "Computer"

    class AnsweredBy(models.TextChoices):
        PATIENT = "patient", "The patient alone"
        HELPED = "helped", "The patient, somebody read or marked for them"
        SOMEONE_ELSE = "someone_else", "Someone else for the patient"

    # Somebody of the clinic asked or typed.
    ASSISTED_MODES = (Mode.PHONE, Mode.PAPER, Mode.IN_PERSON)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    follow_up = models.OneToOneField(FollowUp, models.PROTECT, related_name="survey")
    instruments = ArrayField(models.CharField(max_length=40), help_text="Codes in the order asked, fixed at opening.")
    versions = ArrayField(models.CharField(max_length=40), help_text="The version of each, fixed at opening.")
    opened_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(max_length=200, blank=True, db_default="")
    asked_with = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="companions", help_text="The survey whose link leads here, too."
    )

    mode = models.CharField(max_length=10, choices=Mode.choices, blank=True, db_default="")
    language = models.CharField(
        max_length=2, choices=LANGUAGE_CHOICES, blank=True, db_default="", help_text="Empty until one was chosen."
    )
    device = models.CharField(max_length=10, choices=Device.choices, blank=True, db_default="")
    answered_by = models.CharField(max_length=14, choices=AnsweredBy.choices, blank=True, db_default="")
    answered_on = models.DateField(null=True, help_text="Of paper and calls: the day the patient answered.")
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(null=True)
    remark = models.CharField(
        max_length=500, blank=True, db_default="", help_text="The patient's own words at the end."
    )

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"cancel_reason", "remark"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "follow_up", "instruments", "versions", "opened_at", "started_at"),
            *("completed_at", "cancelled_at", "cancelled_by", "asked_with", "mode", "language", "device"),
            *("answered_by", "answered_on", "entered_by", "entered_at"),
        }

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="survey_is_completed_only_after_it_started",
                condition=Q(completed_at=None) | Q(started_at__isnull=False, completed_at__gte=models.F("started_at")),
            ),
            models.CheckConstraint(
                name="survey_ends_once",
                condition=Q(completed_at=None) | Q(cancelled_at=None),
            ),
            models.CheckConstraint(
                name="survey_has_a_version_of_each_instrument",
                condition=Q(instruments__len=models.F("versions__len")),
            ),
            models.CheckConstraint(
                name="survey_is_entered_by_somebody",
                condition=Q(entered_at=None, entered_by=None) | Q(entered_at__isnull=False, entered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="survey_says_how_it_was_answered",
                condition=Q(completed_at=None) | ~Q(mode="") & ~Q(answered_by="") & ~Q(language=""),
            ),
            models.CheckConstraint(
                name="survey_is_cancelled_for_a_reason",
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""),
            ),
        )
        indexes = (
            # For the API's list, which walks in this order.
            models.Index(name="survey_in_order", fields=["opened_at", "id"]),
            # For outcomes.actions.open_due_surveys: those whose invitation is another survey's.
            models.Index(
                name="survey_led_to", fields=["clinic"], condition=Q(asked_with__isnull=False, completed_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"survey {self.public_id}"


@history_of_changes()
class Answer(ClinicRow):
    """The answer to one item; ``value`` is NULL when the patient chose to skip it."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers")
    item = models.CharField(max_length=60, help_text="Instrument and item code, like peg.enjoyment.")
    value = models.SmallIntegerField(null=True)
    answered_at = models.DateTimeField()

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "survey", "item", "value", "answered_at"}

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint("survey", "item", name="answer_once_per_item"),)

    def __str__(self) -> str:
        return f"{self.item} of survey {self.survey_id}"
