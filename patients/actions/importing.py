"""Bringing patients from a file: uploaded, its columns said, checked, and registered all or nothing."""

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Max, QuerySet

from clinic.actions import require
from clinic.files import tidy_name
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.actions.consents import sign_consent
from patients.actions.many import ContactDocuments, NewPatient, register_patients
from patients.actions.patients import update_patient
from patients.importing.fields import proposed
from patients.importing.plan import MOST_FINDINGS, Finding, Line, Plan
from patients.importing.sheets import Sheet, read_sheet
from patients.models import Consent, ImportedPatient, Patient, PatientImport

BATCH = 500
WAIT = "A worker is at this file. Wait until it is done."
CHANGED_MEANWHILE = "Patients were changed here since the file was checked. Nothing was saved; check the file again."


class ImportRefused(RuleBroken):
    code = "import_refused"


def upload_patients(
    *, clinic: Clinic, name: str, content: bytes, encoding: str, delimiter: str, at: dt.datetime, by: User
) -> PatientImport:
    """The file, kept for a day; nothing of it is a patient yet. Columns are proposed, as in the last file like it.

    ``encoding`` and ``delimiter`` are "" where they are to be found out. Raises SheetRefused, PermissionDenied.
    """
    require(by, clinic, Permission.PATIENTS_IMPORT)
    sheet = read_sheet(content, encoding=encoding, delimiter=delimiter)
    alike = PatientImport.objects.filter(clinic=clinic, headers=list(sheet.headers)).exclude(columns={})
    earlier = alike.only("columns", "choices").first()
    return PatientImport.objects.create(
        clinic=clinic,
        name=tidy_name(name, ".csv"),
        content=zlib.compress(content),
        sha256=hashlib.sha256(content).hexdigest(),
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        headers=list(sheet.headers),
        n_rows=len(sheet.rows),
        columns=earlier.columns if earlier else proposed(sheet.headers),
        choices=earlier.choices if earlier else {},
        uploaded_at=at,
        uploaded_by=by,
    )


def sheet_of(patient_import: PatientImport) -> Sheet:
    """The file as it was uploaded. Raises ImportRefused once it is no longer kept."""
    if not patient_import.is_kept:
        raise ImportRefused("The file is no longer kept. Upload it again.")
    content = zlib.decompress(patient_import.content)
    return read_sheet(content, encoding=patient_import.encoding, delimiter=patient_import.delimiter)


@transaction.atomic
def say_columns(*, patient_import: PatientImport, columns: Mapping[str, int], by: User) -> PatientImport:
    """What the columns hold. What was checked before no longer counts. Raises ImportRefused, PermissionDenied."""
    return _said(patient_import, by, columns=dict(columns))


@transaction.atomic
def say_values(*, patient_import: PatientImport, choices: Mapping[str, Any], by: User) -> PatientImport:
    """What coded values mean and how dates are written. Raises ImportRefused, PermissionDenied."""
    return _said(patient_import, by, choices=dict(choices))


def _said(patient_import: PatientImport, by: User, **said: Any) -> PatientImport:
    ours = lock_idle(patient_import, by)
    if ours.done_at:
        raise ImportRefused("These patients were imported already. Upload the file again to bring it once more.")
    for name, value in said.items():
        setattr(ours, name, value)
    ours.check_job = ours.import_job = ours.counts = None
    ours.digest, ours.findings = "", b""
    ours.save(update_fields=[*said, "check_job", "import_job", "counts", "digest", "findings"])
    return ours


def lock_idle(patient_import: PatientImport, by: User) -> PatientImport:
    """The row, locked for a change by a person. Raises ImportRefused while a worker is at it, PermissionDenied."""
    require(by, patient_import.clinic, Permission.PATIENTS_IMPORT)
    # First without the lock, which a worker may hold for minutes.
    if patient_import.is_at_work:
        raise ImportRefused(WAIT)
    ours = lock_import(patient_import)
    if ours.is_at_work:
        raise ImportRefused(WAIT)
    return ours


def lock_import(patient_import: PatientImport) -> PatientImport:
    """The row as it is now, so that nobody else goes on with it in between."""
    rows = PatientImport.objects.select_for_update(of=("self",))
    ours: PatientImport = rows.select_related("check_job", "import_job", "undo_job", "clinic").get(pk=patient_import.pk)
    return ours


def record_check(*, patient_import: PatientImport, plan: Plan) -> None:
    """What a check found, for people to read and for the import to agree with."""
    kept = [list(asdict(finding).values()) for finding in plan.findings[:MOST_FINDINGS]]
    PatientImport.objects.filter(pk=patient_import.pk).update(
        counts=plan.counts(), digest=plan.digest(), findings=zlib.compress(json.dumps(kept).encode())
    )


def findings_of(patient_import: PatientImport) -> list[Finding]:
    """What the check found, problems first; none before it was done, or when its day is over."""
    content = bytes(patient_import.findings)
    return [Finding(*one) for one in json.loads(zlib.decompress(content))] if content else []


@transaction.atomic
def carry_out_import(
    *, patient_import: PatientImport, plan: Plan, at: dt.datetime, by: User, tell: Callable[[int, int], object]
) -> dict[str, int]:
    """Register and change everybody in the plan, or nobody; how many of each.

    ``tell`` is called with how many of how many are done. Raises ImportRefused when the plan is not the one that was
    checked, whatever registering raises, PermissionDenied.
    """
    require(by, patient_import.clinic, Permission.PATIENTS_IMPORT)
    ours = lock_import(patient_import)
    if ours.done_at or plan.digest() != ours.digest:
        raise ImportRefused(CHANGED_MEANWHILE)
    new, changed = chosen(plan, ours)
    documents = ContactDocuments(ours.clinic)
    imported: list[ImportedPatient] = []
    for start in range(0, len(new), BATCH):
        tell(start, len(new) + len(changed))
        imported += _register(new[start : start + BATCH], ours, documents, at, by)
    for done, line in enumerate(changed, len(new)):
        tell(done, len(new) + len(changed))
        imported.append(_change(line, ours, documents, at, by))
    ImportedPatient.objects.bulk_create(imported, batch_size=2000)
    _note_events(ours)
    ours.done = {"registered": len(new), "changed": len(changed)}
    ours.done_at = at
    ours.save(update_fields=["done", "done_at"])
    return ours.done


def chosen(plan: Plan, patient_import: PatientImport) -> tuple[list[Line], list[Line]]:
    """The new and the changed that are carried out by what was chosen for look-alikes and for patients who are there."""
    new = [line for line in plan.new if patient_import.takes_alike or not line.is_alike]
    return new, plan.changed if patient_import.takes_changes else []


def chosen_count(patient_import: PatientImport) -> int:
    """How many patients would be registered or changed by what was checked and chosen."""
    counts = patient_import.counts or {}
    alike = counts["alike"] if patient_import.takes_alike else 0
    return int(counts["new"] + alike + (counts["changed"] if patient_import.takes_changes else 0))


def _register(
    lines: list[Line], ours: PatientImport, documents: ContactDocuments, at: dt.datetime, by: User
) -> list[ImportedPatient]:
    people = [NewPatient(line.details, line.consented_on) for line in lines]
    made = register_patients(clinic=ours.clinic, people=people, documents=documents, at=at, by=by)
    return [
        ImportedPatient(clinic=ours.clinic, patient_import=ours, patient=patient, consent=consent)
        for patient, consent in made
    ]


def _change(line: Line, ours: PatientImport, documents: ContactDocuments, at: dt.datetime, by: User) -> ImportedPatient:
    patient = Patient.objects.select_related("clinic").get(pk=line.patient_id)
    before = {name: _storable(getattr(patient, name)) for name in line.details}
    if line.details:
        patient = update_patient(patient=patient, by=by, **line.details)
    consent = _sign(patient, line.consented_on, documents, at, by) if line.consented_on else None
    return ImportedPatient(clinic=ours.clinic, patient_import=ours, patient=patient, consent=consent, before=before)


def _storable(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _sign(patient: Patient, day: dt.date, documents: ContactDocuments, at: dt.datetime, by: User) -> Consent:
    return sign_consent(
        patient=patient,
        document=documents.of(day),
        language=patient.language,
        way=Consent.Way.PAPER,
        signed_name=f"{patient.given_name} {patient.family_name}",
        signed_at=documents.signed_at(day, at),
        at=at,
        by=by,
    )


def _note_events(ours: PatientImport) -> None:
    """Where the history of each patient stands, so that any later change is seen."""
    rows = list(ours.imported.all())
    newest = newest_events(ours.imported.order_by().values("patient"))
    for row in rows:
        row.last_event = newest[row.patient_id]
    ImportedPatient.objects.bulk_update(rows, ["last_event"], batch_size=2000)


def newest_events(patients: QuerySet[Any, Any]) -> dict[int, int]:
    """Patient to the newest row of their history, for the ids in ``patients``."""
    events = apps.get_model("patients", "PatientHistory").objects.filter(id__in=patients).order_by()
    return dict(events.values_list("id").annotate(newest=Max("pgh_id")))


def forget_imports(*, at: dt.datetime) -> int:
    """Throw away the files whose day is over, and what could still be undone of them; how many files."""
    over = PatientImport.objects.over(at)
    ImportedPatient.objects.filter(patient_import__in=over).delete()
    kept = PatientImport.objects.filter(pk__in=over.values("pk")).exclude(content=b"")
    return kept.update(content=b"", findings=b"")
