"""Numbers computed from answers, and their running sums."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from clinic.history import history, history_of_changes
from clinic.models import Clinic, ClinicRow, ClinicRowQuerySet
from clinic.permissions import Permission
from outcomes.models.surveys import Survey
from treatments.models import Course, TreatmentType
from treatments.models.courses import REGIONS


class ScoreQuerySet(ClinicRowQuerySet):
    view_permission = Permission.SCORE_VIEW


class ReportQuerySet(ClinicRowQuerySet):
    view_permission = Permission.REPORT_VIEW


@history()
class ImportedInstrument(ClinicRow):
    """An instrument that came with a clinic's history and that Mendline has no definition of."""

    code = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    minimum = models.DecimalField(max_digits=29, decimal_places=20)
    maximum = models.DecimalField(max_digits=29, decimal_places=20)
    is_higher_better = models.BooleanField()

    objects = ReportQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "code", "label", "minimum", "maximum", "is_higher_better"}

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint("clinic", "code", name="imported_instrument_once_per_code"),
            models.CheckConstraint(name="imported_instrument_has_a_range", condition=Q(minimum__lt=F("maximum"))),
        )

    def __str__(self) -> str:
        return self.label


@history_of_changes()
class Score(ClinicRow):
    """One instrument's score at one timepoint of one course, with its own baseline beside it.

    ``value`` is NULL when too few items were answered, never 0. ``baseline`` and what follows from it are NULL at
    baseline itself and where there is no baseline. Rules: ``outcomes.scoring``, whose version is kept in each row.
    """

    class Band(models.IntegerChoices):
        WORSE = -1, "Worse"
        SAME = 0, "About the same"
        BETTER = 1, "Better"

    class Excluded(models.TextChoices):
        NO = "", "Counted"
        AFTER_TREATMENT = "after_treatment", "Baseline answered after the first treatment"
        PROXY = "proxy", "Answered by someone else for the patient"

    course = models.ForeignKey(Course, models.PROTECT, related_name="scores")
    survey = models.ForeignKey(Survey, models.PROTECT, null=True, related_name="scores")
    instrument = models.CharField(max_length=40)
    timepoint = models.CharField(max_length=40)
    day = models.SmallIntegerField(help_text="Days from the start of the clock (see treatments.Timepoint).")
    taken_on = models.DateField(help_text="A day in the clinic's calendar; synthetic for imported history.")
    value = models.DecimalField(max_digits=29, decimal_places=20, null=True)
    baseline = models.DecimalField(max_digits=29, decimal_places=20, null=True)
    is_responder_30 = models.BooleanField(null=True)
    is_responder_50 = models.BooleanField(null=True)
    band = models.SmallIntegerField(choices=Band.choices, null=True)
    excluded = models.CharField(max_length=20, choices=Excluded.choices, blank=True)
    is_after_retreatment = models.BooleanField(
        default=False, help_text="The target was treated again before; reports can be made with and without."
    )
    scoring_version = models.PositiveSmallIntegerField()

    objects = ScoreQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "course", "survey", "instrument", "timepoint", "day", "taken_on", "value", "baseline"),
            *("is_responder_30", "is_responder_50", "band", "excluded", "is_after_retreatment"),
            "scoring_version",
        }

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint("course", "instrument", "timepoint", name="score_once_per_timepoint"),
            models.CheckConstraint(
                name="score_is_judged_only_with_a_value",
                condition=Q(value__isnull=False) | Q(is_responder_30=None, is_responder_50=None, band=None),
            ),
        )
        indexes = (
            # For outcomes.reports, which subtract these few from the tallies.
            models.Index(name="score_after_retreatment", fields=["instrument"], condition=Q(is_after_retreatment=True)),
        )

    def __str__(self) -> str:
        return f"{self.instrument} at {self.timepoint}"


class Tally(models.Model):
    """The key that both tallies share: one cell per month in which courses were opened.

    Rows are written by database triggers only (migration 0002), in the same transaction as what they count.
    """

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    treatment_type = models.ForeignKey(TreatmentType, models.PROTECT, related_name="+")
    region = models.CharField(max_length=12, choices=REGIONS)
    timepoint = models.CharField(max_length=40)
    opened_month = models.DateField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        abstract = True


class ScoreTally(Tally):
    """Exact running sums over counted scores. ``n_pairs``: scores that have a baseline beside them."""

    instrument = models.CharField(max_length=40)
    n = models.BigIntegerField(default=0)
    sum_day = models.BigIntegerField(default=0)
    sum_value = models.DecimalField(max_digits=45, decimal_places=20, default=0)
    sum_square = models.DecimalField(max_digits=70, decimal_places=40, default=0)
    n_pairs = models.BigIntegerField(default=0)
    sum_change = models.DecimalField(max_digits=45, decimal_places=20, default=0)
    sum_square_change = models.DecimalField(max_digits=70, decimal_places=40, default=0)
    n_judged = models.BigIntegerField(default=0, help_text="Pairs whose baseline is above zero.")
    n_responder_30 = models.BigIntegerField(default=0)
    n_responder_50 = models.BigIntegerField(default=0)
    n_better = models.BigIntegerField(default=0)
    n_same = models.BigIntegerField(default=0)
    n_worse = models.BigIntegerField(default=0)

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "treatment_type", "region", "timepoint", "opened_month", "instrument", "n", "sum_day"),
            *("sum_value", "sum_square", "n_pairs", "sum_change", "sum_square_change", "n_judged"),
            *("n_responder_30", "n_responder_50", "n_better", "n_same", "n_worse"),
        }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                *("instrument", "clinic", "treatment_type", "region", "timepoint", "opened_month"),
                name="score_tally_once_per_cell",
            ),
        )

    def __str__(self) -> str:
        return f"{self.instrument} at {self.timepoint}, courses of {self.opened_month:%Y-%m}"


class FollowUpTally(Tally):
    """How many follow-ups were planned, are answered, and can no longer be answered."""

    target_day = models.PositiveSmallIntegerField()
    n_planned = models.BigIntegerField(default=0)
    n_answered = models.BigIntegerField(default=0)
    n_due = models.BigIntegerField(default=0, help_text="Window closed: answered or not, it will not change.")
    n_due_answered = models.BigIntegerField(default=0)

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "treatment_type", "region", "timepoint", "opened_month", "target_day"),
            *("n_planned", "n_answered", "n_due", "n_due_answered"),
        }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                *("clinic", "treatment_type", "region", "timepoint", "target_day", "opened_month"),
                name="follow_up_tally_once_per_cell",
            ),
        )

    def __str__(self) -> str:
        return f"{self.timepoint}, courses of {self.opened_month:%Y-%m}"
