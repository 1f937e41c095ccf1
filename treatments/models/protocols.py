"""What kind of treatment, and the plan of moments at which we ask how it went."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from clinic.models import ClinicRow, ClinicRowQuerySet
from clinic.permissions import Permission
from treatments.vocabulary import Modality

MODALITIES = [(modality.value, modality.label) for modality in Modality]


class ReferenceQuerySet(ClinicRowQuerySet):
    """Rows without patients: whoever may see a clinic's reports may see them."""

    view_permission = Permission.REPORT_VIEW


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


class Protocol(ClinicRow):
    """One version of a clinic's plan for a treatment. A change is a new version; courses keep theirs."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    treatment_type = models.ForeignKey(TreatmentType, models.PROTECT, related_name="protocols")
    name = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField(default=1)

    objects = ReferenceQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "public_id", "clinic", "treatment_type", "name", "version"}

    class Meta:
        ordering = ("name", "-version")
        constraints = (models.UniqueConstraint("clinic", "name", "version", name="protocol_once_per_version"),)

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


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
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_baseline(self) -> bool:
        return self.name == self.BASELINE
