"""What the three kinds of preparation share."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, StoredFile
from treatments.models.sessions import TreatmentSession
from treatments.vocabulary import Modality


def measured(digits: int, places: int, unit: str, *, required: bool = False) -> models.DecimalField:
    """A measured quantity; ``unit`` is part of the field, so pages and API print it. Never negative."""
    return models.DecimalField(
        max_digits=digits,
        decimal_places=places,
        null=not required,
        blank=not required,
        help_text=unit,
        validators=[MinValueValidator(0)],
    )


def derived(digits: int, places: int, unit: str) -> models.DecimalField:
    """A quantity worked out from measured ones when they are saved; NULL where an input is missing."""
    return models.DecimalField(max_digits=digits, decimal_places=places, null=True, editable=False, help_text=unit)


def not_negative(name: str, *fields: str) -> models.CheckConstraint:
    """Every one of ``fields`` that was measured is 0 or more."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__gte": 0 for field in fields}))


class Preparation(ClinicRow):
    """What the three preparation records share: they belong to exactly one session."""

    modality: ClassVar[Modality]
    session_id: int

    objects = ClinicRowQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.modality.label} preparation of session {self.session_id}"


@history()
class ReleaseTest(ClinicRow):
    """One safety test of a cell or exosome product, with its certificate."""

    class Kind(models.TextChoices):
        STERILITY = "sterility", "Sterility"
        ENDOTOXIN = "endotoxin", "Endotoxin"
        MYCOPLASMA = "mycoplasma", "Mycoplasma"
        KARYOTYPE = "karyotype", "Karyotype"
        RESIDUAL_DNA = "residual_dna", "Residual DNA"

    class Result(models.TextChoices):
        PASSED = "passed", "Passed"
        FAILED = "failed", "Failed"
        PENDING = "pending", "Pending"

    session = models.ForeignKey(TreatmentSession, models.PROTECT, related_name="release_tests")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    result = models.CharField(max_length=10, choices=Result.choices)
    value = models.CharField(max_length=60, blank=True, help_text='As printed, like "< 0.5 EU/mL".')
    tested_on = models.DateField(null=True, blank=True)
    certificate = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "session", "kind", "result", "value", "tested_on", "certificate"}

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint("session", "kind", name="release_test_once_per_kind"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_result_display()}"
