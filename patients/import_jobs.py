"""Checking, importing and undoing as jobs: asked for on a page, done by a worker for whoever asked, found again later."""

import datetime as dt
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from clinic import scope
from clinic.actions import ask_for_job, fail_job, finish_job, report_progress, require, take_job
from clinic.change_context import changing
from clinic.clock import Clock
from clinic.crash_points import crash_point
from clinic.models import Job, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.actions.importing import (
    ImportRefused,
    carry_out_import,
    chosen_count,
    lock_idle,
    record_check,
    sheet_of,
)
from patients.actions.many import ContactDocuments
from patients.actions.undoing import check_undoable, undo_import
from patients.importing.cells import Reading
from patients.importing.fields import CHART, CONSENTED, FAMILY, FULL
from patients.importing.plan import Plan, plan_of
from patients.models import PatientImport

CHECK, IMPORT, UNDO = "patients-check", "patients-import", "patients-undo"
TITLES = {CHECK: "Check of a file with patients", IMPORT: "Patients from a file", UNDO: "Undoing an import of patients"}
MOST_SECONDS_OF_A_CHECK = 60
REPORT_EVERY = dt.timedelta(seconds=1)
NO_LONGER = "Whoever asked may no longer bring patients to this clinic."


def ask_for_check(*, patient_import: PatientImport, at: dt.datetime, by: User) -> Job:
    """A job that says what the file would do; nothing is saved. Raises ImportRefused, PermissionDenied."""
    with transaction.atomic():
        ours = lock_idle(patient_import, by)
        if CHART not in ours.columns or not {FAMILY, FULL} & set(ours.columns):
            raise ImportRefused("Say first which columns hold the chart number and the family name.")
        if CONSENTED in ours.columns and not ContactDocuments(ours.clinic):
            raise ImportRefused("The clinic has no contact document yet. Publish one, or leave the day of consent out.")
        ours.check_job = _asked(ours, CHECK, at, by)
        ours.counts, ours.digest, ours.findings, ours.import_job = None, "", b"", None
        ours.save(update_fields=["check_job", "counts", "digest", "findings", "import_job"])
        return ours.check_job


def ask_for_import(
    *, patient_import: PatientImport, takes_changes: bool, takes_alike: bool, at: dt.datetime, by: User
) -> Job:
    """A job that registers what was checked. Raises ImportRefused, PermissionDenied."""
    with transaction.atomic():
        ours = lock_idle(patient_import, by)
        if ours.done_at or ours.counts is None or ours.counts["problems"]:
            raise ImportRefused("Only a file that was checked and has no problems can be imported, once.")
        ours.takes_changes, ours.takes_alike = takes_changes, takes_alike
        if not chosen_count(ours):
            raise ImportRefused(
                "There is nobody to register or change. Choose what to do with the look-alikes or changes."
            )
        ours.import_job = _asked(ours, IMPORT, at, by)
        ours.save(update_fields=["import_job", "takes_changes", "takes_alike"])
        return ours.import_job


def ask_for_undo(*, patient_import: PatientImport, at: dt.datetime, by: User) -> Job:
    """A job that undoes an import. Raises ImportRefused, PermissionDenied."""
    with transaction.atomic():
        ours = lock_idle(patient_import, by)
        check_undoable(ours, at)
        ours.undo_job = _asked(ours, UNDO, at, by)
        ours.save(update_fields=["undo_job"])
        return ours.undo_job


def _asked(ours: PatientImport, kind: str, at: dt.datetime, by: User) -> Job:
    asked = [["import", str(ours.public_id)]]
    done = Job.objects.filter(clinic=ours.clinic, kind=kind, asked=asked, finished_at__isnull=False).count()
    version = hashlib.sha256(f"{ours.public_id} {kind} {done}".encode()).hexdigest()
    return ask_for_job(clinic=ours.clinic, kind=kind, asked=asked, version=version, by=by, at=at)


def work_on_next_import(*, clock: Clock) -> bool:
    """Take one job and bring it to its end; False without one. What cannot be done is said in the job, and nothing done."""
    for kind, work in WORK.items():
        job = take_job(kind=kind, at=clock())
        if job is not None:
            with changing(user=job.made_by_id, clinic=job.clinic_id, route=kind):
                _do(job, work, clock)
            return True
    return False


class Progress:
    """How far a job is, told on a connection of its own: what the work itself writes is seen only when it is done."""

    def __init__(self, job: Job, clock: Clock) -> None:
        self._job, self._clock = job, clock
        self._told_at = clock()
        self._thread = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.submit(self._hang_up).result()
        self._thread.shutdown()

    def __call__(self, done: int, total: int) -> None:
        """So many of so many; told at most once a second."""
        at = self._clock()
        if at - self._told_at >= REPORT_EVERY:
            self._told_at = at
            self._thread.submit(self._tell, min(99, 100 * done // max(total, 1)), at).result()

    def _tell(self, percent: int, at: dt.datetime) -> None:
        with scope.of_clinic(self._job.clinic_id):
            report_progress(job=self._job, percent=percent, at=at)

    @staticmethod
    def _hang_up() -> None:
        connection.close()


Work = Callable[[Job, PatientImport, Progress, Clock], dict[str, int]]


def _do(job: Job, work: Work, clock: Clock) -> None:
    """The work and the end of its job in one transaction: it is done when its job says so, and never otherwise."""
    patient_import = PatientImport.objects.select_related("clinic").get(clinic=job.clinic, public_id=job.asked[0][1])
    try:
        with transaction.atomic(), Progress(job, clock) as progress:
            result = work(job, patient_import, progress, clock)
            crash_point("before_import_is_done")
            finish_job(job=job, result=result, at=clock())
    except RuleBroken as broken:
        fail_job(job=job, problem=broken.message, at=clock())
    except PermissionDenied:
        fail_job(job=job, problem=NO_LONGER, at=clock())


def _check(job: Job, patient_import: PatientImport, tell: Progress, clock: Clock) -> dict[str, int]:
    require(job.made_by, job.clinic, Permission.PATIENTS_IMPORT)
    plan = _planned(patient_import, tell, clock)
    record_check(patient_import=patient_import, plan=plan)
    return plan.counts()


def _import(job: Job, patient_import: PatientImport, tell: Progress, clock: Clock) -> dict[str, int]:
    plan = _planned(patient_import, lambda _done, _total: None, clock)
    return carry_out_import(patient_import=patient_import, plan=plan, at=clock(), by=job.made_by, tell=tell)


def _undo(job: Job, patient_import: PatientImport, tell: Progress, clock: Clock) -> dict[str, int]:
    return undo_import(patient_import=patient_import, at=job.made_at, by=job.made_by, tell=tell)


WORK: dict[str, Work] = {CHECK: _check, IMPORT: _import, UNDO: _undo}


def _planned(patient_import: PatientImport, tell: Callable[[int, int], object], clock: Clock) -> Plan:
    """What the file would do now. Raises ImportRefused for a file that takes more than a minute."""
    began_at = clock()
    sheet = sheet_of(patient_import)

    def still_in_time(done: int) -> None:
        tell(done, len(sheet.rows))
        if (clock() - began_at).total_seconds() > MOST_SECONDS_OF_A_CHECK:
            raise ImportRefused("Checking took longer than a minute. Bring the patients in two files.")

    clinic = patient_import.clinic
    today = began_at.astimezone(ZoneInfo(clinic.time_zone)).date()
    reading = Reading(patient_import.columns, patient_import.choices, today)
    return plan_of(sheet, reading, clinic=clinic, tell=still_in_time)
