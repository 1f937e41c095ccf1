"""Exports as jobs: asked for, written by a worker for whoever asked, kept for a day, described by a manifest."""

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from clinic.actions import ask_for_job, fail_job, finish_job, keep_file_part, require, take_job
from clinic.clock import Clock
from clinic.csv_files import Counted
from clinic.models import Clinic, Job, JobFilePart, User
from clinic.permissions import Permission
from outcomes.code_version import code_version
from outcomes.exports import DATASETS, Written, parse_question, written
from outcomes.outcome_rules import RULE_VERSION
from outcomes.reports.data_version import data_version

KIND = "export"
FORMAT, FORMAT_VERSION = "mendline-export", 1
NO_LONGER = "Whoever asked may no longer take answers out of this clinic."


def ask_for_export(*, question: str, clinic: Clinic, by: User, at: dt.datetime) -> Job:
    """A job that writes the file for this question, which is a query like ``dataset=answers&region=knee``.

    Asking again while it is at work gives the same job. Raises ExportRefused, PermissionDenied.
    """
    require(by, clinic, Permission.ANSWERS_EXPORT)
    asked = parse_question(question).pairs()
    same = Job.objects.filter(clinic=clinic, kind=KIND, asked=asked, made_by=by.pk)
    done = same.filter(finished_at__isnull=False).count()
    version = hashlib.sha256(json.dumps([asked, by.pk, done]).encode()).hexdigest()
    return ask_for_job(clinic=clinic, kind=KIND, asked=asked, version=version, by=by, at=at)


def write_next_export(*, clock: Clock) -> bool:
    """Take one job and bring it to its end; False without one. The file is whole, or there is none."""
    job = take_job(kind=KIND, at=clock())
    if job is None:
        return False
    if not Clinic.objects.granting(job.made_by, Permission.ANSWERS_EXPORT).filter(pk=job.clinic_id).exists():
        fail_job(job=job, problem=NO_LONGER, at=clock())
        return True
    with transaction.atomic():
        before = data_version(job.clinic)
        made = _write(job)
        has_changed = data_version(job.clinic) != before
    at = clock()
    versions = {"data_version": before, "data_changed_meanwhile": has_changed}
    finish_job(job=job, result={**_described(job, made, at), **versions}, at=at)
    return True


def _write(job: Job) -> Written:
    def keep(number: int, n_rows: int, content: bytes) -> None:
        keep_file_part(job=job, number=number, n_rows=n_rows, content=content)

    pepper = settings.TOKEN_PEPPERS[0]
    question = parse_question(job.query())
    return written(question, clinic=job.clinic, by=job.made_by, pepper=pepper, keep=keep)


def _described(job: Job, made: Written, at: dt.datetime) -> dict[str, Any]:
    question = parse_question(job.query())
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "dataset": question.dataset.name,
        "clinic": {"id": str(job.clinic.public_id), "name": job.clinic.name},
        "filters": dict(question.filters),
        "rows": made.rows,
        "bytes": made.size,
        "sha256": made.sha256,
        "encoding": "UTF-8 with byte order mark, CRLF, RFC 4180",
        "columns": [column.facts() for column in question.dataset.columns],
        "rule_version": RULE_VERSION,
        "code_version": code_version(),
        "created_at": at.isoformat(timespec="seconds"),
    }


def manifest_of(job: Job, viewer: User) -> dict[str, Any] | None:
    """What describes the file; None before it is done. Who asked for it is named to whoever may see patients, too."""
    if job.kind != KIND or job.result is None:
        return None
    is_own = job.made_by_id == viewer.pk
    may_know = is_own or Clinic.objects.granting(viewer, Permission.PATIENT_VIEW).filter(pk=job.clinic_id).exists()
    until = job.file_until
    return {
        **job.result,
        "created_by": job.made_by.full_name if may_know else "somebody of the clinic",
        "kept_until": until.isoformat(timespec="seconds") if until else None,
    }


def file_name(job: Job) -> str:
    """Like answers-2026-03-31-5d41402a.csv, without the ending."""
    made = job.finished_at or job.made_at
    return f"{DATASETS[dict(job.asked)['dataset']].name}-{made:%Y-%m-%d}-{str(job.public_id)[:8]}"


class KeptFile:
    """The file of a job for one who may take it: iterating gives its pieces, ``counted`` the lines that went past."""

    def __init__(self, job: Job, by: User) -> None:
        self._parts = JobFilePart.objects.visible_to(by).filter(job=job)
        self.counted = Counted(())

    def is_there(self, job: Job, at: dt.datetime) -> bool:
        """It was made, and its time is not over."""
        return job.file_until is not None and at < job.file_until and self._parts.exists()

    def __iter__(self) -> Iterator[bytes]:
        last = self._parts.aggregate(last=Max("number"))["last"]
        for number in range(-1 if last is None else last + 1):
            part = self._parts.get(number=number)
            self.counted.n += part.n_rows
            yield zlib.decompress(part.content)
