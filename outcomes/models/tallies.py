"""Running sums of outcomes, from which reports add up means, intervals and shares."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from clinic.models import ClinicRow
from outcomes.models.scores import ReportQuerySet
from treatments.models import TreatmentType
from treatments.models.courses import REGIONS
from treatments.models.protocols import MODALITIES


class OutcomeTally(ClinicRow):
    """Exact sums over the outcomes of one cell: one scale, treatment, region, timepoint and month of opening.

    Written by triggers (migration 0035), in the same transaction as the outcomes. A change is a row of its own, so that
    nobody waits for another's; ``outcomes.actions.settle_tallies`` adds it to the cell's one settled row. The sums of a
    cell are those of all its rows. What each measure counts: ``outcomes.reports.sums``.
    """

    KEY: ClassVar[tuple[str, ...]] = (
        *("clinic_id", "instrument", "treatment_type_id", "modality", "region", "timepoint", "target_day"),
        *("opened_month", "is_retreated"),
    )

    instrument = models.CharField(max_length=40)
    treatment_type = models.ForeignKey(
        TreatmentType, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    modality = models.CharField(max_length=10, choices=MODALITIES)
    region = models.CharField(max_length=12, choices=REGIONS)
    timepoint = models.CharField(max_length=40)
    target_day = models.PositiveSmallIntegerField(null=True)
    opened_month = models.DateField()
    is_retreated = models.BooleanField(help_text="Status “retreated”: left out on wish, with all its measures.")
    is_settled = models.BooleanField(help_text="The one row of its cell; others are changes to be added to it.")

    # All outcomes.
    n_asked = models.BigIntegerField(default=0, help_text="Not of imported history.")
    n_early = models.BigIntegerField(default=0, help_text="Obtained, and the window is not over.")
    n_treated = models.BigIntegerField(default=0)
    n_eligible = models.BigIntegerField(default=0)
    n_consented = models.BigIntegerField(default=0)
    n_sent = models.BigIntegerField(default=0)
    n_opened = models.BigIntegerField(default=0)
    n_complete = models.BigIntegerField(default=0)
    n_in_window = models.BigIntegerField(default=0)
    n_due = models.BigIntegerField(default=0)
    n_due_answered = models.BigIntegerField(default=0)
    n_before_answered = models.BigIntegerField(default=0, help_text="Due and answered, with a baseline.")
    sum_before_answered = models.DecimalField(max_digits=45, decimal_places=20, default=0)
    n_before_missing = models.BigIntegerField(default=0, help_text="Due and missing, with a baseline.")
    sum_before_missing = models.DecimalField(max_digits=45, decimal_places=20, default=0)
    n_due_judgeable = models.BigIntegerField(default=0, help_text="Due, with a baseline above 0.")
    n_due_judged = models.BigIntegerField(default=0)
    n_due_responder_30 = models.BigIntegerField(default=0)

    # Those with a value.
    n = models.BigIntegerField(default=0)
    sum_day = models.BigIntegerField(default=0)
    sum_value = models.DecimalField(max_digits=45, decimal_places=20, default=0)
    sum_square = models.DecimalField(max_digits=70, decimal_places=40, default=0)
    n_pairs = models.BigIntegerField(default=0, help_text="With a baseline as well.")
    sum_change = models.DecimalField(max_digits=45, decimal_places=20, default=0)
    sum_square_change = models.DecimalField(max_digits=70, decimal_places=40, default=0)
    n_judged = models.BigIntegerField(default=0, help_text="Pairs whose baseline is above zero.")
    n_responder_30 = models.BigIntegerField(default=0)
    n_responder_50 = models.BigIntegerField(default=0)
    n_better = models.BigIntegerField(default=0)
    n_same = models.BigIntegerField(default=0)
    n_worse = models.BigIntegerField(default=0)

    objects = ReportQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "instrument", "treatment_type", "modality", "region", "timepoint", "target_day"),
            *("opened_month", "is_retreated", "is_settled", "n_asked", "n_early", "n_treated", "n_eligible"),
            *("n_consented", "n_sent", "n_opened", "n_complete", "n_in_window", "n_due", "n_due_answered"),
            *("n_before_answered", "sum_before_answered", "n_before_missing", "sum_before_missing"),
            *("n_due_judgeable", "n_due_judged", "n_due_responder_30", "n", "sum_day", "sum_value", "sum_square"),
            *("n_pairs", "sum_change", "sum_square_change", "n_judged", "n_responder_30", "n_responder_50"),
            *("n_better", "n_same", "n_worse"),
        }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="outcome_tally_settled_once",
                fields=[
                    *("clinic", "instrument", "treatment_type", "modality", "region", "timepoint", "target_day"),
                    *("opened_month", "is_retreated"),
                ],
                condition=Q(is_settled=True),
                nulls_distinct=False,
            ),
        )
        indexes = (
            # For reports, which read the settled rows by the constraint's own index.
            models.Index(
                name="outcome_tally_unsettled", fields=["clinic", "instrument"], condition=Q(is_settled=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.instrument} at {self.timepoint}, courses of {self.opened_month:%Y-%m}"
