"""What kind of treatment, and the plan of moments at which we ask how it went."""

import uuid
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, User
from clinic.permissions import Permission
from patients.models import ConsentKind
from treatments.vocabulary import Modality, Region

MODALITIES = [(modality.value, modality.label) for modality in Modality]


class ReferenceQuerySet(ClinicRowQuerySet):
    """Rows without patients: whoever may see a clinic's reports may see them."""

    view_permission = Permission.REPORT_VIEW


@history()
class TreatmentType(ClinicRow):
    """A kind of treatment a clinic gives, or one that came with its imported history."""

    code = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    modality = models.CharField(max_length=10, choices=MODALITIES)
    is_imported = models.BooleanField(default=False)

    objects = ReferenceQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "code", "label", "modality", "is_imported"}

    class Meta:
        ordering = ("label",)
        constraints = (
            models.UniqueConstraint("clinic", "code", name="treatment_type_once_per_code"),
            models.CheckConstraint(
                name="treatment_type_has_known_modality", condition=Q(modality__in=[m.value for m in Modality])
            ),
        )

    def __str__(self) -> str:
        return self.label


@history()
class Protocol(ClinicRow):
    """One version of a clinic's plan for a treatment. A change is a new version; courses keep theirs.

    ``technique`` holds what a session form is filled in with: parts ("session", "injection", "preparation", "holds",
    "aftercare") of fields and values, checked by ``treatments.actions.create_protocol``.
    """

    class Anchor(models.TextChoices):
        FIRST = "first", "First session of the series"
        LAST = "last", "Last session so far"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    treatment_type = models.ForeignKey(TreatmentType, models.PROTECT, related_name="protocols")
    name = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField(default=1)
    region = models.CharField(max_length=12, choices=[(region.value, region.label) for region in Region], blank=True)
    series_length = models.PositiveSmallIntegerField(default=1, help_text="sessions planned")
    series_interval_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="days between sessions")
    anchor = models.CharField(max_length=5, choices=Anchor.choices, default=Anchor.LAST)
    technique = models.JSONField(default=dict, blank=True)
    needs_ind = models.BooleanField(default=False, help_text="Research only: sessions need an IND number.")
    required_consents = ArrayField(
        models.CharField(max_length=30, choices=ConsentKind.choices), default=list, blank=True
    )
    is_retired = models.BooleanField(default=False, help_text="Offered for no new course.")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ReferenceQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "treatment_type", "name", "version", "region", "series_length"),
            *("series_interval_days", "anchor", "technique", "needs_ind", "required_consents", "is_retired"),
            *("published_at", "published_by"),
        }

    class Meta:
        ordering = ("name", "-version")
        constraints = (
            models.UniqueConstraint("clinic", "name", "version", name="protocol_once_per_version"),
            models.CheckConstraint(
                name="protocol_series_has_an_interval",
                condition=Q(series_length=1) | Q(series_length__gt=1, series_interval_days__gte=1),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


@history()
class Timepoint(ClinicRow):
    """A planned moment to measure. Days count from the course's opening (baseline) or its last session."""

    BASELINE = "baseline"

    protocol = models.ForeignKey(Protocol, models.PROTECT, related_name="timepoints")
    name = models.CharField(max_length=40, help_text='"baseline", or like "week 6" and "month 3".')
    target_day = models.PositiveSmallIntegerField()
    opens_day = models.PositiveSmallIntegerField()
    closes_day = models.PositiveSmallIntegerField()

    objects = ReferenceQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "protocol", "name", "target_day", "opens_day", "closes_day"}

    class Meta:
        ordering = ("target_day",)
        constraints = (
            models.UniqueConstraint("protocol", "name", name="timepoint_once_per_name"),
            models.CheckConstraint(
                name="timepoint_lies_in_its_window",
                condition=Q(opens_day__lte=F("target_day"), target_day__lte=F("closes_day")),
            ),
            # The baseline counts from another day than the others, so it cannot overlap with them.
            ExclusionConstraint(
                name="timepoint_windows_do_not_overlap",
                expressions=[
                    ("protocol", RangeOperators.EQUAL),
                    (
                        Func(
                            *(F("opens_day"), F("closes_day"), Value("[]")),
                            function="int4range",
                            output_field=IntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(name="baseline"),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_baseline(self) -> bool:
        return self.name == self.BASELINE
