"""Work that takes longer than a page can wait. The row is the queue, its progress, and in the end its answer."""

import datetime as dt
import uuid
from typing import ClassVar, Self
from urllib.parse import urlencode

from django.db import models
from django.db.models import Q

from clinic.models.clinics import User
from clinic.models.rows import ClinicRow, ClinicRowQuerySet
from clinic.permissions import Permission


class JobQuerySet(ClinicRowQuerySet):
    view_permission = Permission.REPORT_VIEW

    def takeable(self, at: dt.datetime) -> Self:
        """Not begun yet, or begun by a worker that gave no sign of life for too long."""
        lost = Q(state=Job.State.RUNNING, alive_at__lt=at - Job.LOST_AFTER)
        return self.filter(Q(state=Job.State.QUEUED) | lost).order_by("made_at", "pk")

    def at_work(self, at: dt.datetime) -> Self:
        """A worker is at it, as far as anybody knows."""
        return self.filter(state=Job.State.RUNNING, alive_at__gte=at - Job.LOST_AFTER)


class Job(ClinicRow):
    """One piece of long work for one clinic. ``result`` is what everybody who sees the clinic's reports may see.

    The same question about the same data is one job: ``version`` is made of both, and of the rules and code.
    """

    LOST_AFTER: ClassVar[dt.timedelta] = dt.timedelta(minutes=15)
    FILE_KEPT: ClassVar[dt.timedelta] = dt.timedelta(hours=24)
    MOST_ATTEMPTS: ClassVar[int] = 3

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "At work"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    asked = models.JSONField(help_text="The question, as pairs of parameter and value.")
    version = models.CharField(max_length=64, help_text="SHA-256 of question, data, rules and code.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent.")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True, help_text="When its worker last gave a sign of life.")
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    objects = JobQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "kind", "asked", "version", "state", "progress", "made_by", "made_at"),
            *("attempts", "started_at", "alive_at", "finished_at", "result", "problem"),
        }

    class Meta:
        ordering = ("id",)
        constraints = (
            # A failed one may be asked for again.
            models.UniqueConstraint(
                "clinic",
                "kind",
                "version",
                condition=~Q(state="failed"),
                name="job_once_per_version",
            ),
            models.CheckConstraint(
                name="job_has_a_known_state", condition=Q(state__in=["queued", "running", "done", "failed"])
            ),
            models.CheckConstraint(name="job_progress_is_percent", condition=Q(progress__lte=100)),
            models.CheckConstraint(
                name="job_is_finished_with_a_result_or_a_problem",
                condition=Q(state="done", result__isnull=False, finished_at__isnull=False, problem="")
                | Q(state="failed", finished_at__isnull=False) & ~Q(problem="")
                | Q(state__in=["queued", "running"], result=None, finished_at=None),
            ),
        )
        indexes = (
            # For clinic.actions.take_job.
            models.Index("kind", "made_at", condition=Q(state__in=["queued", "running"]), name="job_not_finished"),
        )

    def query(self) -> str:
        """The question as the query of an address."""
        return urlencode([(name, value) for name, value in self.asked])

    @property
    def file_until(self) -> dt.datetime | None:
        """Until when a file that it made is kept; None before it is done."""
        return self.finished_at + self.FILE_KEPT if self.finished_at else None

    @property
    def is_finished(self) -> bool:
        """Nothing changes any more."""
        return self.state in (self.State.DONE, self.State.FAILED)

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}: {self.state}"


class JobFilePartQuerySet(ClinicRowQuerySet):
    view_permission = Permission.ANSWERS_EXPORT


class JobFilePart(ClinicRow):
    """A piece of the file that a job made, in order of ``number``; thrown away after ``Job.FILE_KEPT``.

    In the database, so that one row gate holds it, and so that a worker on one machine writes what another machine's
    web process hands out. ``content`` is compressed text (zlib) with ``n_rows`` lines of data.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="file_parts")
    number = models.PositiveIntegerField()
    n_rows = models.PositiveIntegerField()
    content = models.BinaryField()

    objects = JobFilePartQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"content"}
        plain: ClassVar[set[str]] = {"id", "clinic", "job", "number", "n_rows"}

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint("job", "number", name="job_file_part_once"),)

    def __str__(self) -> str:
        return f"part {self.number} of job {self.job_id}"
