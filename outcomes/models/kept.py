"""What people keep of reports: the numbers of one day, and questions under a name."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from clinic.models import ClinicRow, ClinicRowQuerySet, User
from clinic.permissions import Permission


class ReportSnapshotQuerySet(ClinicRowQuerySet):
    view_permission: ClassVar[Permission] = Permission.REPORT_VIEW


class ReportSnapshot(ClinicRow):
    """One report as it was answered once, for whoever quotes it later. Only added, never changed or deleted.

    ``answer`` is the whole JSON of the report. ``data_version``, ``rule_version`` and ``code_version`` say what it was
    made from: see ``outcomes.reports.data_version`` and ``outcomes.code_version``.
    """

    class Audience(models.TextChoices):
        CLINIC = "clinic", "For use inside the clinic"
        OUTSIDE = "outside", "For use outside the clinic"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(help_text="Counts from 1 at each clinic.")
    kind = models.CharField(max_length=40, help_text="The report's name in its addresses.")
    title = models.CharField(max_length=120, help_text="The report's title at that time.")
    parameters = models.TextField(help_text="Its filter as a query string.")
    audience = models.CharField(max_length=7, choices=Audience.choices, default=Audience.CLINIC)
    answer = models.JSONField()
    data_version = models.CharField(max_length=120)
    rule_version = models.PositiveSmallIntegerField()
    code_version = models.CharField(max_length=64)
    of_month = models.DateField(
        null=True, help_text="Kept by itself on a clinic's wish: the first day of the month it was made in."
    )
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    objects = ReportSnapshotQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "public_id", "number", "kind", "title", "parameters", "audience", "answer"),
            *("data_version", "rule_version", "code_version", "of_month", "made_by", "made_at"),
        }

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint("clinic", "number", name="snapshot_number_once"),
            models.UniqueConstraint("clinic", "of_month", name="snapshot_of_a_month_once"),
            models.CheckConstraint(
                name="snapshot_is_made_by_somebody_or_monthly",
                condition=Q(made_by__isnull=False, of_month=None) | Q(made_by=None, of_month__isnull=False),
            ),
            models.CheckConstraint(name="snapshot_has_known_audience", condition=Q(audience__in=["clinic", "outside"])),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"


class SavedViewQuerySet(ClinicRowQuerySet):
    view_permission: ClassVar[Permission] = Permission.REPORT_VIEW

    def visible_to(self, user: User) -> Self:
        """A person's own, and those that are for everybody at clinics whose reports they may see."""
        return super().visible_to(user).filter(Q(is_shared=True) | Q(saved_by=user.pk))


class SavedView(ClinicRow):
    """A question of a report under a name: somebody's own, or for everybody at the clinic. It holds no numbers."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=40, help_text="The report's name in its addresses.")
    parameters = models.TextField(help_text="Its filter as a query string.")
    is_shared = models.BooleanField(default=False)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "public_id", "name", "kind", "parameters", "is_shared", "saved_by", "saved_at"),
        }

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                "clinic", "saved_by", "name", name="view_name_once_for_a_person", condition=Q(is_shared=False)
            ),
            models.UniqueConstraint("clinic", "name", name="view_name_once_for_a_clinic", condition=Q(is_shared=True)),
        )

    def __str__(self) -> str:
        return self.name
