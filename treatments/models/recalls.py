"""A lot called back, and the work with every patient who received it."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, User
from patients.models import Patient
from treatments.models.products import Lot


@history()
class Recall(ClinicRow):
    """Why and when a lot was called back. Starting one blocks the lot in the same transaction."""

    class Severity(models.TextChoices):
        CLASS_I = "I", "Class I: may cause serious harm or death"
        CLASS_II = "II", "Class II: may cause temporary or reversible harm"
        CLASS_III = "III", "Class III: not likely to cause harm"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lot = models.OneToOneField(Lot, models.PROTECT, related_name="recall")
    severity = models.CharField(max_length=3, choices=Severity.choices)
    reason = models.CharField(max_length=500)
    announced_on = models.DateField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "lot", "severity", "reason", "announced_on", "started_at", "started_by"),
        }

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"recall of lot {self.lot_id}, class {self.severity}"


@history()
class RecallCase(ClinicRow):
    """One exposed patient of a recall, from not yet contacted to closed."""

    class State(models.TextChoices):
        TO_CONTACT = "to_contact", "To contact"
        CONTACTED = "contacted", "Contacted"
        SYMPTOMS = "symptoms", "Symptoms asked"
        TESTS = "tests", "Tests under way"
        CLOSED = "closed", "Closed"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recall = models.ForeignKey(Recall, models.PROTECT, related_name="cases")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="recall_cases")
    state = models.CharField(max_length=12, choices=State.choices, default=State.TO_CONTACT)
    opened_at = models.DateTimeField()

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "public_id", "clinic", "recall", "patient", "state", "opened_at"}

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint("recall", "patient", name="recall_case_once_per_patient"),
            models.CheckConstraint(
                name="recall_case_has_known_state",
                condition=Q(state__in=["to_contact", "contacted", "symptoms", "tests", "closed"]),
            ),
        )
        indexes = (
            # For the work list: what still has to be done.
            models.Index(name="recall_case_open", fields=["clinic", "recall"], condition=~Q(state="closed")),
        )

    def __str__(self) -> str:
        return f"patient {self.patient_id}: {self.state}"


@history()
class RecallStep(ClinicRow):
    """What was done about one case, by whom. Only ever added (a trigger sees to it)."""

    case = models.ForeignKey(RecallCase, models.PROTECT, related_name="steps")
    state = models.CharField(max_length=12, choices=RecallCase.State.choices)
    note = models.CharField(max_length=1000, blank=True)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"note"}
        plain: ClassVar[set[str]] = {"id", "clinic", "case", "state", "taken_at", "taken_by"}

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.state} at {self.taken_at:%Y-%m-%d %H:%M}"
