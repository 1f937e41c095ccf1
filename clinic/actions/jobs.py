"""Long work: asked for once, taken by one worker at a time, and taken up again when that worker died."""

import datetime as dt
from typing import Any

from django.db import transaction

from clinic.actions.gate import require
from clinic.models import Clinic, Job, JobFilePart, User
from clinic.permissions import Permission

GIVEN_UP = "No worker came to the end of it."


@transaction.atomic
def ask_for_job(*, clinic: Clinic, kind: str, asked: list[list[str]], version: str, by: User, at: dt.datetime) -> Job:
    """The job that answers this question about this version of the data; the one there is, unless it failed."""
    require(by, clinic, Permission.REPORT_VIEW)
    same = Job.objects.filter(clinic=clinic, kind=kind, version=version)
    found: Job | None = same.exclude(state=Job.State.FAILED).first()
    if found is None:
        new = Job(clinic=clinic, kind=kind, asked=asked, version=version, made_by=by, made_at=at)
        # Of two who ask at once, the second finds the first one's.
        Job.objects.bulk_create([new], ignore_conflicts=True)
        found = same.exclude(state=Job.State.FAILED).get()
    return found


@transaction.atomic
def take_job(*, kind: str, at: dt.datetime) -> Job | None:
    """The next job of this kind, which is the caller's for as long as it gives signs of life; None without one.

    What was begun too often is failed instead: its workers died of it.
    """
    job: Job
    for job in Job.objects.select_for_update(skip_locked=True).filter(kind=kind).takeable(at):
        if job.attempts >= Job.MOST_ATTEMPTS:
            fail_job(job=job, problem=GIVEN_UP, at=at)
            continue
        job.state, job.attempts, job.progress = Job.State.RUNNING, job.attempts + 1, 0
        job.started_at = job.alive_at = at
        job.save(update_fields=["state", "attempts", "progress", "started_at", "alive_at"])
        return job
    return None


def report_progress(*, job: Job, percent: int, at: dt.datetime) -> None:
    """A sign of life, and how far it is."""
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(progress=percent, alive_at=at)


def finish_job(*, job: Job, result: Any, at: dt.datetime) -> None:
    """Its answer. Nothing happens when somebody else has finished it meanwhile: the answer is the same."""
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    running.update(state=Job.State.DONE, progress=100, result=result, finished_at=at)


def fail_job(*, job: Job, problem: str, at: dt.datetime) -> None:
    """Why there will be no answer, in words for whoever asked."""
    waiting = Job.objects.filter(pk=job.pk, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    waiting.update(state=Job.State.FAILED, problem=problem[:200], finished_at=at)


def keep_file_part(*, job: Job, number: int, n_rows: int, content: bytes) -> None:
    """One more piece of the file that the job makes; the first one takes the place of what an earlier attempt left."""
    if number == 0:
        JobFilePart.objects.filter(job=job).delete()
    JobFilePart.objects.create(clinic_id=job.clinic_id, job=job, number=number, n_rows=n_rows, content=content)


def forget_job_files(*, at: dt.datetime) -> int:
    """Delete files whose time is over; how many pieces. That there was a file stays in its job."""
    return JobFilePart.objects.filter(job__finished_at__lt=at - Job.FILE_KEPT).delete()[0]
