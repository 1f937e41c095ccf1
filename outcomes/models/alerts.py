"""Answers that need a person, and what a person did about them."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, User
from outcomes.models.surveys import Survey
from outcomes.red_flags import AMBER, RED, rule_of
from patients.models import Patient


class AlertQuerySet(ClinicRowQuerySet):
    def open(self) -> Self:
        """Nobody has taken it on yet."""
        return self.filter(acknowledged_at=None)

    def red(self) -> Self:
        """Those that cannot wait for tomorrow."""
        return self.filter(level=RED)

    def urgent_first(self) -> Self:
        """Red before amber, then the oldest first."""
        return self.order_by("-level", "raised_at", "id")


@history()
class Alert(ClinicRow):
    """A rule of ``outcomes.red_flags`` was hit by the answers of one survey. Stays, whatever is answered later.

    ``answers``: pairs of question and answer in the words that the patient saw.
    """

    class Level(models.TextChoices):
        RED = RED, "Red flag"
        AMBER = AMBER, "To look at"

    class Message(models.TextChoices):
        INFECTION = "infection", "Call us now"
        NERVE = "nerve", "Emergency: nerves"
        EMERGENCY = "emergency", "Emergency"
        SELF_HARM = "self_harm", "You are not alone"
        NONE = "", "None"

    class Reached(models.TextChoices):
        PHONE = "phone", "By phone"
        IN_PERSON = "in_person", "In person"
        OTHER_PERSON = "other_person", "Through somebody else"
        NOT_REACHED = "not_reached", "Could not be reached"

    class Outcome(models.TextChoices):
        NO_CONCERN = "no_concern", "No cause for concern"
        ADVISED = "advised", "Advice given"
        SEEN = "seen", "To be seen by us"
        EMERGENCY = "emergency", "Sent to emergency care"
        HANDED_ON = "handed_on", "Somebody else goes on, as the note says"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="alerts")
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="alerts")
    rule = models.CharField(max_length=40, help_text="Code of outcomes.red_flags.")
    rule_version = models.CharField(max_length=10)
    level = models.CharField(max_length=5, choices=Level.choices)
    message = models.CharField(max_length=10, choices=Message.choices, blank=True, help_text="What the patient read.")
    answers = models.JSONField(default=list)
    day = models.IntegerField(null=True, help_text="Days since the last session; empty: none yet.")
    raised_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, help_text="The patient later answered otherwise.")
    first_told_at = models.DateTimeField(null=True)
    second_person_told_at = models.DateTimeField(null=True)
    manager_told_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reached = models.CharField(max_length=12, choices=Reached.choices, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    said = models.CharField(max_length=1000, blank=True)

    objects = AlertQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"answers", "said"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "patient", "survey", "rule", "rule_version", "level", "message", "day"),
            *("raised_at", "taken_back_at", "first_told_at", "second_person_told_at", "manager_told_at"),
            *("acknowledged_at", "acknowledged_by", "reached", "outcome"),
        }

    class Meta:
        ordering = ("raised_at", "id")
        constraints = (
            models.UniqueConstraint("survey", "rule", name="alert_once_per_survey_and_rule"),
            models.CheckConstraint(name="alert_has_a_known_level", condition=Q(level__in=["red", "amber"])),
            models.CheckConstraint(
                name="alert_is_red_when_the_patient_is_told", condition=Q(level="red") & ~Q(message="") | Q(message="")
            ),
            models.CheckConstraint(
                name="alert_is_closed_with_who_when_and_what",
                condition=Q(acknowledged_at=None, acknowledged_by=None, reached="", outcome="", said="")
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False)
                & ~Q(reached="")
                & ~Q(outcome="")
                & ~Q(said=""),
            ),
        )
        indexes = (
            # For every staff page, which counts them, for the list of them, and for outcomes.actions.escalate_alerts.
            models.Index(name="alert_open", fields=["clinic", "level"], condition=Q(acknowledged_at=None)),
            models.Index(name="alert_of_patient", fields=["patient", "raised_at"]),
            # For the API's list, which walks in this order.
            models.Index(name="alert_in_order", fields=["raised_at", "id"]),
        )

    @property
    def title(self) -> str:
        """What was answered, in words for staff; the code of a rule that is gone."""
        rule = rule_of(self.rule)
        return rule.title if rule else self.rule

    def __str__(self) -> str:
        return f"{self.rule} in survey {self.survey_id}"
