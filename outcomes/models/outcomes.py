"""What became of every timepoint of every course, worked out by ``outcomes.outcome_rules`` and kept for reports."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from clinic.models import ClinicRow, ClinicRowQuerySet, User
from outcomes.models.scores import ScoreQuerySet
from outcomes.models.surveys import LANGUAGE_CHOICES, Survey
from outcomes.outcome_rules import Missing, NoBaseline, Status
from patients.models import Patient
from treatments.models import Course, Timepoint, TreatmentType
from treatments.models.courses import REGIONS, SIDES
from treatments.models.protocols import MODALITIES

_JUDGED = ("improvement", "is_responder_30", "is_responder_50", "is_mcid", "is_worse")


class Outcome(ClinicRow):
    """One scale at one timepoint of one course, also where nothing came: a row for all that is asked or imported.

    Derived: ``outcomes.actions.recompute_outcomes`` writes it anew from scores, sessions and follow-ups, and nothing
    else does. What is undefined is NULL with its reason, never 0. ``status`` is by the view "while on this episode";
    under "treatment policy" every row with a value counts as obtained.
    """

    STATUSES = [(one.value, one.value.replace("_", " ")) for one in Status]
    MISSING = [(one.value, one.value.replace("_", " ")) for one in Missing]
    NO_BASELINE = [(one.value, one.value.replace("_", " ")) for one in NoBaseline]

    # What it is an outcome of.
    course = models.ForeignKey(Course, models.PROTECT, related_name="outcomes", db_index=False)
    instrument = models.CharField(max_length=40, help_text="The scale's code.")
    timepoint = models.CharField(max_length=40)
    target_day = models.PositiveSmallIntegerField(null=True, help_text="NULL where a source's own name says no day.")
    is_imported = models.BooleanField()

    # By what reports group and filter. Copied from rows that the database checks; here checking cost half of writing.
    treatment_type = models.ForeignKey(
        TreatmentType, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    modality = models.CharField(max_length=10, choices=MODALITIES)
    region = models.CharField(max_length=12, choices=REGIONS)
    side = models.CharField(max_length=10, choices=SIDES, blank=True)
    clinician = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        help_text="Who gave the session from which days count.",
    )
    source_site = models.CharField(max_length=80, blank=True)
    source_clinician = models.CharField(max_length=80, blank=True)
    opened_on = models.DateField()
    treated_month = models.DateField(null=True, help_text="Of the first session.")

    # What came of it.
    status = models.CharField(max_length=9, choices=STATUSES)
    missing_reason = models.CharField(max_length=15, choices=MISSING, blank=True)
    opens_on = models.DateField(null=True)
    closes_on = models.DateField(null=True)
    is_closed = models.BooleanField(help_text="The window is over.")
    is_due = models.BooleanField(help_text="The window is over, and the course was on this episode when it began.")
    is_after_retreatment = models.BooleanField(help_text="The value was taken after the target was treated again.")
    value = models.DecimalField(max_digits=29, decimal_places=20, null=True)
    day = models.SmallIntegerField(null=True, help_text="Days from the session from which days count to the answer.")
    baseline = models.DecimalField(max_digits=29, decimal_places=20, null=True)
    no_baseline = models.CharField(max_length=18, choices=NO_BASELINE, blank=True)
    improvement = models.DecimalField(max_digits=30, decimal_places=20, null=True, help_text="Points; more is better.")
    is_responder_30 = models.BooleanField(null=True)
    is_responder_50 = models.BooleanField(null=True)
    is_mcid = models.BooleanField(null=True, help_text="Improved by at least the published threshold.")
    is_worse = models.BooleanField(null=True, help_text="Worse by at least the published threshold.")

    # The way to it: each is counted of the one before. NULL for imported history, of which nobody knows.
    is_treated = models.BooleanField()
    was_consented = models.BooleanField(null=True)
    was_sent = models.BooleanField(null=True)
    was_opened = models.BooleanField(null=True)
    is_complete = models.BooleanField(null=True)
    is_in_window = models.BooleanField(null=True)
    channel = models.CharField(
        max_length=5, choices=Patient.Channel.choices, blank=True, help_text="Of the first message."
    )
    mode = models.CharField(max_length=10, choices=Survey.Mode.choices, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, blank=True)
    rule_version = models.PositiveSmallIntegerField()

    objects = ScoreQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "course", "instrument", "timepoint", "target_day", "is_imported", "treatment_type"),
            *("modality", "region", "side", "clinician", "source_site", "source_clinician", "opened_on"),
            *("treated_month", "status", "missing_reason", "opens_on", "closes_on", "is_closed", "is_due"),
            *("is_after_retreatment", "value", "day", "baseline", "no_baseline", *_JUDGED, "is_treated"),
            *("was_consented", "was_sent", "was_opened", "is_complete", "is_in_window", "channel", "mode"),
            *("language", "rule_version"),
        }

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint("course", "instrument", "timepoint", name="outcome_once_per_timepoint"),
            models.CheckConstraint(
                name="outcome_has_known_status", condition=Q(status__in=[one.value for one in Status])
            ),
            models.CheckConstraint(
                name="outcome_has_a_value_or_says_why_not",
                condition=Q(
                    value__isnull=False, day__isnull=False, missing_reason="", status__in=["obtained", "retreated"]
                )
                | Q(value=None, day=None, status="missing") & ~Q(missing_reason="")
                | Q(value=None, day=None, missing_reason="", status__in=["not_due", "retreated", "left"]),
            ),
            models.CheckConstraint(
                name="outcome_has_a_baseline_or_says_why_not",
                condition=Q(timepoint=Timepoint.BASELINE, baseline=None, no_baseline="")
                | ~Q(timepoint=Timepoint.BASELINE)
                & (Q(baseline__isnull=False, no_baseline="") | Q(baseline=None) & ~Q(no_baseline="")),
            ),
            models.CheckConstraint(
                name="outcome_is_judged_only_with_value_and_baseline",
                condition=Q(value__isnull=False, baseline__isnull=False) | Q(**dict.fromkeys(_JUDGED)),
            ),
            models.CheckConstraint(
                name="outcome_is_due_only_when_closed", condition=Q(is_due=False) | Q(is_closed=True)
            ),
        )
        indexes = (
            # For reports, which are of one instrument at some clinics: at one timepoint, or of some days of opening.
            models.Index(name="outcome_at_timepoint", fields=["clinic", "instrument", "timepoint", "opened_on"]),
            models.Index(name="outcome_of_days", fields=["clinic", "instrument", "opened_on"]),
            # For outcomes.actions.close_windows: only windows that are not over yet.
            models.Index(name="outcome_open", fields=["clinic", "closes_on"], condition=Q(is_closed=False)),
        )

    def __str__(self) -> str:
        return f"{self.instrument} at {self.timepoint}: {self.status}"


class OutcomeMark(ClinicRow):
    """Outcomes of this course are to be worked out anew: something they rest on has changed.

    Written by triggers (migration 0029) in the same transaction as the change, so none is lost; taken away by
    ``outcomes.actions.recompute_marked``. Several marks of one course are no harm.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="+", db_index=False)

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "course"}

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"mark of course {self.course_id}"
