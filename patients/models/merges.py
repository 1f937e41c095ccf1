"""Two records of one person: that they were merged, every row that changed with it, and pairs that are two people."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, User
from patients.models.patients import Patient


class PatientMergeQuerySet(ClinicRowQuerySet):
    def standing(self) -> Self:
        """Not undone."""
        return self.filter(undone_at=None)


@history()
class PatientMerge(ClinicRow):
    """One record was merged into another of the same person: everything of ``gone`` belongs to ``kept`` from then on.

    ``before`` and ``after``: the fields of the kept record that the merge changed.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey(Patient, models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    UNDONE_WITHIN: ClassVar[dt.timedelta] = dt.timedelta(hours=24)

    objects = PatientMergeQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"before", "after"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "kept", "gone", "merged_at", "merged_by", "undone_at", "undone_by"),
        }

    class Meta:
        ordering = ("-merged_at", "-id")
        constraints = (
            models.UniqueConstraint("gone", name="merge_stands_once", condition=Q(undone_at=None)),
            models.CheckConstraint(name="merge_is_of_two_records", condition=~Q(kept=F("gone"))),
            models.CheckConstraint(
                name="merge_is_undone_by_somebody",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"patient {self.gone_id} merged into {self.kept_id}"

    @property
    def undo_until(self) -> dt.datetime:
        """The last instant at which it can be undone."""
        return self.merged_at + self.UNDONE_WITHIN


class MergedRow(ClinicRow):
    """One row that a merge changed, and the columns that it changed: what undoing it puts back."""

    merge = models.ForeignKey(PatientMerge, models.PROTECT, related_name="rows")
    table = models.CharField(max_length=60, help_text="Like treatments.Course.")
    row = models.BigIntegerField()
    before = models.JSONField(help_text="Column and what it held.")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "merge", "table", "row", "before"}

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


@history()
class KeptApart(ClinicRow):
    """Somebody made sure that two records that look alike are two people. Deleted when that is taken back."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first = models.ForeignKey(Patient, models.PROTECT, related_name="+", help_text="The one that was made first.")
    second = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "public_id", "clinic", "first", "second", "said_at", "said_by"}

    class Meta:
        ordering = ("-said_at", "-id")
        constraints = (
            models.UniqueConstraint("first", "second", name="kept_apart_once"),
            models.CheckConstraint(name="kept_apart_in_order", condition=Q(first__lt=F("second"))),
        )

    def __str__(self) -> str:
        return f"patients {self.first_id} and {self.second_id} are two people"
