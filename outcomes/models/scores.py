"""Numbers computed from answers."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from clinic.history import history, history_of_changes
from clinic.models import ClinicRow, ClinicRowQuerySet
from clinic.permissions import Permission
from outcomes.models.surveys import Survey
from treatments.models import Course


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

    def __str__(self) -> str:
        return f"{self.instrument} at {self.timepoint}"
