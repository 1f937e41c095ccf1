"""When a patient is asked and reminded: the ladder of a timepoint, what was decided, and what pauses it."""

import datetime as dt
import uuid
from dataclasses import fields
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, User
from outcomes.ladders import Step
from outcomes.models.surveys import Survey
from patients.models import Patient
from treatments.models import FollowUp, Protocol, Timepoint


@history()
class LadderStep(ClinicRow):
    """One step of how a protocol asks at one of its timepoints: an invitation first, reminders, at last a call by staff."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        REMINDER = "reminder", "Reminder"
        LAST_CALL = "last_call", "Last call"
        CALL = "call", "Call by staff"

    class Channel(models.TextChoices):
        PREFERRED = "preferred", "The patient’s preferred channel"
        OTHER = "other", "The other channel"
        EMAIL = "email", "E-mail if possible"
        SMS = "sms", "Text message if possible"
        NONE = "", "None"

    timepoint = models.ForeignKey(Timepoint, models.PROTECT, related_name="ladder")
    sequence = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    day = models.PositiveSmallIntegerField(help_text="Days after the day of the invitation.")
    days_before_closing = models.PositiveSmallIntegerField(
        null=True, help_text="At the latest so many days before the window closes."
    )
    at_time = models.TimeField(
        null=True, help_text="By the clinic's clock; empty: as soon as it sends messages on that day."
    )

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "timepoint", "sequence", "kind", "channel", "day", "days_before_closing", "at_time"),
        }

    class Meta:
        ordering = ("timepoint", "sequence")
        constraints = (
            models.UniqueConstraint("timepoint", "sequence", name="ladder_step_once"),
            models.CheckConstraint(
                name="ladder_begins_with_an_invitation",
                condition=Q(sequence=0, kind="invitation", day=0) | Q(sequence__gt=0) & ~Q(kind="invitation"),
            ),
            models.CheckConstraint(
                name="ladder_step_has_a_channel_unless_it_is_a_call",
                condition=Q(kind="call", channel="") | ~Q(kind="call") & ~Q(channel=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} on day {self.day}"

    def as_step(self) -> Step:
        """What the pure functions work with."""
        return Step(**{one.name: getattr(self, one.name) for one in fields(Step)})


class ContactDecision(ClinicRow):
    """What was last decided about asking for one due follow-up, why, and when it is looked at again.

    ``message``: a delivery is on its way, and says the rest itself.
    """

    follow_up = models.OneToOneField(FollowUp, models.PROTECT, related_name="contact_decision")
    code = models.CharField(max_length=20, help_text="Of outcomes.reasons.Why.")
    is_blocked = models.BooleanField(default=False, help_text="Nothing may be sent to the patient, whatever the step.")
    decided_at = models.DateTimeField()
    looks_again_at = models.DateTimeField(
        null=True, help_text="At the latest; what changes for the patient is noticed within a minute."
    )

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "follow_up", "code", "is_blocked", "decided_at", "looks_again_at"}

    class Meta:
        indexes = (
            # For outcomes.actions.decide_contacts.
            models.Index(
                name="contact_to_look_at",
                fields=["clinic", "looks_again_at"],
                condition=Q(looks_again_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} for follow-up {self.follow_up_id}"


class SendingPauseQuerySet(ClinicRowQuerySet):
    def active(self) -> Self:
        return self.filter(ended_at=None)


@history()
class SendingPause(ClinicRow):
    """Nothing is sent to one patient, or for one protocol, or to anybody when neither is named, until it is ended."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="sending_pauses")
    protocol = models.ForeignKey(Protocol, models.PROTECT, null=True, related_name="sending_pauses")
    reason = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = SendingPauseQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"reason"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "patient", "protocol", "began_at", "began_by", "ended_at", "ended_by"),
        }

    class Meta:
        ordering = ("-began_at", "-id")
        constraints = (
            models.CheckConstraint(name="pause_is_of_one_thing", condition=Q(patient=None) | Q(protocol=None)),
            models.CheckConstraint(
                name="pause_ends_by_somebody",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.UniqueConstraint(
                "clinic", "patient", "protocol", name="pause_once", condition=Q(ended_at=None), nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"paused since {self.began_at:%Y-%m-%d}: {self.reason}"


class CallQuerySet(ClinicRowQuerySet):
    def waiting(self, on: dt.date) -> Self:
        """To be made on this day of the clinic's calendar, oldest first; nobody who died, withdrew or is paused."""
        waiting = self.filter(closed_at=None, call_on__lte=on).order_by("call_on", "id")
        callable_now = waiting.filter(patient__died_on=None, patient__withdrawn_at=None)
        return callable_now.exclude(survey__follow_up__contact_decision__is_blocked=True)


@history()
class Call(ClinicRow):
    """Somebody at the clinic is to call a patient about one survey, because messages were not answered or do not arrive."""

    class Reason(models.TextChoices):
        NO_ANSWER = "no_answer", "Did not answer the messages"
        UNREACHABLE = "unreachable", "Messages do not reach the patient"

    class Outcome(models.TextChoices):
        ANSWERED = "answered", "Answered now"
        NO_ANSWER = "no_answer", "Nobody answered"
        WRONG_NUMBER = "wrong_number", "Wrong number"
        NO_MORE_CALLS = "no_more_calls", "Wants no more calls"
        NOT_NEEDED = "not_needed", "Not needed any more"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survey = models.OneToOneField(Survey, models.PROTECT, related_name="call")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="calls")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    made_at = models.DateTimeField()
    call_on = models.DateField(help_text="The first day on which to call, in the clinic's calendar.")
    tries = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True)

    objects = CallQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "survey", "patient", "reason", "made_at", "call_on", "tries"),
            *("closed_at", "outcome"),
        }

    class Meta:
        ordering = ("call_on", "id")
        constraints = (
            models.CheckConstraint(
                name="call_ends_with_an_outcome",
                condition=Q(closed_at=None, outcome="") | Q(closed_at__isnull=False) & ~Q(outcome=""),
            ),
        )
        indexes = (models.Index(name="call_waiting", fields=["clinic", "call_on"], condition=Q(closed_at=None)),)

    def __str__(self) -> str:
        return f"call about survey {self.survey_id}"


class CallAttemptQuerySet(ClinicRowQuerySet):
    def counted(self) -> Self:
        """Those that took place: not those taken back."""
        return self.filter(taken_back_at=None)


@history()
class CallAttempt(ClinicRow):
    """One time that somebody called, and how it went."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=14, choices=Call.Outcome.choices)
    note = models.CharField(max_length=200, blank=True)
    taken_back_at = models.DateTimeField(null=True, help_text="It was recorded by mistake and does not count.")

    objects = CallAttemptQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"note"}
        plain: ClassVar[set[str]] = {"id", "clinic", "call", "at", "by", "outcome", "taken_back_at"}

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.at:%Y-%m-%d}"
