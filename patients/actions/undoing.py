"""Undoing an import: whoever it registered goes, whatever it changed is put back, unless something was done with them.

A patient who was brought by mistake and never used is no clinical record, so the row is deleted; that it was there, and
who brought and who took it out, stays in the history.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import Q, prefetch_related_objects

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from patients.actions.erasing import children_of
from patients.actions.importing import ImportRefused, lock_import, newest_events
from patients.actions.patients import update_patient
from patients.models import Consent, ImportedPatient, Patient, PatientImport

NO_LONGER = "An import can be undone for 24 hours, once."
CHANGED = "details or consent were changed since"


@dataclass
class Undoing:
    """What undoing an import does now: rows of new patients, rows of changed ones, and who stays, and why."""

    new: list[ImportedPatient] = field(default_factory=list)
    changed: list[ImportedPatient] = field(default_factory=list)
    staying: list[tuple[ImportedPatient, str]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {"removed": len(self.new), "restored": len(self.changed), "stayed": len(self.staying)}

    def reasons(self) -> list[tuple[str, int]]:
        """Why patients stay, the most frequent first."""
        return Counter(why for _row, why in self.staying).most_common()


def check_undoable(patient_import: PatientImport, at: dt.datetime) -> None:
    """Raises ImportRefused unless it was done within the last 24 hours and not undone."""
    until = patient_import.undo_until
    if until is None or at >= until:
        raise ImportRefused(NO_LONGER)


def undoing_of(patient_import: PatientImport) -> Undoing:
    """What would happen now. Reads only."""
    rows = list(patient_import.imported.order_by("pk"))
    reasons = _reasons(patient_import, rows)
    found = Undoing()
    for row in rows:
        if row.pk in reasons:
            found.staying.append((row, reasons[row.pk]))
        else:
            (found.new if row.before is None else found.changed).append(row)
    return found


def _reasons(patient_import: PatientImport, rows: list[ImportedPatient]) -> dict[int, str]:
    """Row to what was done with its patient since, for those with whom something was."""
    imported = patient_import.imported.order_by()
    newest = newest_events(imported.values("patient"))
    consents = imported.filter(consent__isnull=False).values("consent")
    touched = set(
        Consent.objects.filter(Q(scan__isnull=False) | Q(withdrawn_at__isnull=False), pk__in=consents).values_list(
            "pk", flat=True
        )
    )
    reasons = {row.pk: CHANGED for row in rows if newest[row.patient_id] != row.last_event or row.consent_id in touched}
    new = {row.patient_id: row.pk for row in rows if row.before is None}
    # By their keys: of rows that were just written the database does not know yet how many there are, and joins badly.
    keys = list(new)
    for model, name in children_of(Patient):
        below = model._base_manager.filter(**{f"{name}__in": keys})
        if model is ImportedPatient:
            below = below.exclude(patient_import=patient_import)
        if model is Consent:
            below = below.exclude(pk__in=[row.consent_id for row in rows if row.consent_id])
        for patient_id in below.order_by().values_list(name, flat=True).distinct():
            reasons.setdefault(new[patient_id], f"{_named(model)} recorded since")
    return reasons


def _named(model: type[models.Model]) -> str:
    name = str(model._meta.verbose_name)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name} was"


@transaction.atomic
def undo_import(
    *, patient_import: PatientImport, at: dt.datetime, by: User, tell: Callable[[int, int], object]
) -> dict[str, int]:
    """Take out whom it registered and put back what it changed, but for those who stay; how many of each.

    A consent that it recorded for a patient who was there before stays, because messages may rest on it. Raises
    ImportRefused, PermissionDenied.
    """
    require(by, patient_import.clinic, Permission.PATIENTS_IMPORT)
    ours = lock_import(patient_import)
    check_undoable(ours, at)
    rows = ours.imported.values("patient_id")
    list(Patient.objects.select_for_update().filter(pk__in=rows).order_by("pk").values_list("pk"))
    undoing = undoing_of(ours)
    _take_out(undoing.new, tell)
    prefetch_related_objects(undoing.changed, "patient__clinic")
    for done, row in enumerate(undoing.changed):
        tell(done, len(undoing.changed))
        update_patient(patient=row.patient, by=by, **_before(row))
    ours.undone, ours.undone_at, ours.undone_by = undoing.counts(), at, by
    ours.save(update_fields=["undone", "undone_at", "undone_by"])
    return undoing.counts()


BATCH = 500


def _take_out(rows: list[ImportedPatient], tell: Callable[[int, int], object]) -> None:
    """Delete the patients and the signatures that came with them. Whatever else hung on one would stop it."""
    for start in range(0, len(rows), BATCH):
        tell(start, len(rows))
        some = rows[start : start + BATCH]
        ImportedPatient.objects.filter(pk__in=[row.pk for row in some]).delete()
        Consent.objects.filter(pk__in=[row.consent_id for row in some if row.consent_id]).delete()
        Patient.objects.filter(pk__in=[row.patient_id for row in some]).delete()


def _before(row: ImportedPatient) -> dict[str, Any]:
    said: dict[str, Any] = dict(row.before or {})
    if said.get("born_on"):
        said["born_on"] = dt.date.fromisoformat(said["born_on"])
    return said
