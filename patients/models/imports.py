"""Patients that a clinic brings from a file: the file, what its columns mean, and how far it came."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, Job, User
from clinic.permissions import Permission
from patients.models.consents import Consent
from patients.models.patients import Patient


class PatientImportQuerySet(ClinicRowQuerySet):
    view_permission = Permission.PATIENTS_IMPORT

    def over(self, at: dt.datetime) -> Self:
        """Their day is over: nothing of them waits for a worker, can be imported or undone any more."""
        at_work = [Job.State.QUEUED, Job.State.RUNNING]
        since = at - PatientImport.KEPT
        waits = Q(import_job__state__in=at_work) | Q(undo_job__state__in=at_work)
        return self.filter(uploaded_at__lt=since).exclude(waits).exclude(done_at__gte=since)


@history(without=("content", "findings", "headers", "choices", "name"))
class PatientImport(ClinicRow):
    """One file with patients, from its upload until its day is over; then only the numbers stay.

    ``columns``: field to number of its column. ``choices``: what the values of a coded column mean, and in which order
    a date is written. ``counts``: what the check found. Content and findings are compressed (zlib).
    """

    KEPT: ClassVar[dt.timedelta] = dt.timedelta(hours=24)

    class Encoding(models.TextChoices):
        UTF_8 = "utf-8", "UTF-8"
        CP1252 = "cp1252", "Windows-1252 (Western European)"

    class Delimiter(models.TextChoices):
        COMMA = ",", "Comma"
        SEMICOLON = ";", "Semicolon"
        TAB = "\t", "Tab"
        BAR = "|", "Vertical bar"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=160)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=8, choices=Encoding.choices)
    delimiter = models.CharField(max_length=1, choices=Delimiter.choices)
    headers = models.JSONField()
    n_rows = models.PositiveIntegerField()
    columns = models.JSONField(default=dict)
    choices = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    check_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    counts = models.JSONField(null=True)
    findings = models.BinaryField(default=b"")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of all that the check would do.")
    takes_changes = models.BooleanField(default=False, help_text="Patients who are there get what the file says.")
    takes_alike = models.BooleanField(
        default=False, help_text="Who looks like somebody who is there is new all the same."
    )
    import_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done = models.JSONField(null=True, help_text="How many were registered and changed.")
    undo_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone = models.JSONField(null=True, help_text="How many were taken out, put back, and stayed.")

    objects = PatientImportQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"name", "content", "headers", "choices", "findings"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "sha256", "encoding", "delimiter", "n_rows", "columns", "uploaded_at"),
            *("uploaded_by", "check_job", "counts", "digest", "takes_changes", "takes_alike", "import_job", "done_at"),
            *("done", "undo_job", "undone_at", "undone_by", "undone"),
        }

    class Meta:
        verbose_name = "import of patients"
        ordering = ("-uploaded_at",)
        constraints = (
            models.CheckConstraint(
                name="patient_import_is_undone_after_it_was_done",
                condition=Q(undone_at=None) | Q(done_at__isnull=False, undone_by__isnull=False, undone__isnull=False),
            ),
            models.CheckConstraint(
                name="patient_import_is_done_after_a_check",
                condition=Q(done_at=None) | Q(counts__isnull=False, done__isnull=False),
            ),
        )
        indexes = (
            # For patients.actions.forget_imports and the list of a clinic.
            models.Index(name="patient_import_newest", fields=["clinic", "-uploaded_at"]),
        )

    @property
    def is_kept(self) -> bool:
        """The file itself is still here."""
        return bool(self.content)

    @property
    def job(self) -> Job | None:
        """The last piece of long work that was asked for."""
        return self.undo_job or self.import_job or self.check_job

    @property
    def is_at_work(self) -> bool:
        """A worker is at it, or will be."""
        return self.job is not None and not self.job.is_finished

    @property
    def undo_until(self) -> dt.datetime | None:
        """Until when it can be undone; None where there is nothing to undo."""
        return self.done_at + self.KEPT if self.done_at and not self.undone_at else None

    def __str__(self) -> str:
        return f"{self.name} of {self.uploaded_at:%Y-%m-%d}"


class ImportedPatient(ClinicRow):
    """One patient whom an import registered or changed, for as long as it can be undone.

    ``before``: what the changed fields said; None for who is new. ``last_event``: the newest row of the patient's history
    when the import was done, so that whatever is changed later is seen.
    """

    patient_import = models.ForeignKey(PatientImport, models.PROTECT, related_name="imported")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="imported_rows")
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, related_name="+")
    before = models.JSONField(null=True)
    last_event = models.BigIntegerField(default=0)

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"before"}
        plain: ClassVar[set[str]] = {"id", "clinic", "patient_import", "patient", "consent", "last_event"}

    class Meta:
        constraints = (models.UniqueConstraint("patient_import", "patient", name="imported_patient_once_per_import"),)

    def __str__(self) -> str:
        return f"patient {self.patient_id} of import {self.patient_import_id}"
