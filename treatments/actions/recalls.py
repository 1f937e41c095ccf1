"""Calling a lot back, and the work with every patient who received it."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.models import Patient
from treatments.models import Lot, Recall, RecallCase, RecallStep

OPEN_CASES = """
INSERT INTO treatments_recallcase (public_id, clinic_id, recall_id, patient_id, state, opened_at)
SELECT gen_random_uuid(), clinic_id, %(recall)s, patient_id, 'to_contact', %(at)s
FROM treatments_lotuse WHERE lot_id = %(lot)s AND reversed_at IS NULL
GROUP BY clinic_id, patient_id ORDER BY patient_id
"""
ORDER = [state.value for state in RecallCase.State]


class AlreadyRecalled(RuleBroken):
    code = "already_recalled"


class RecallRefused(RuleBroken):
    code = "recall_refused"


class CaseRefused(RuleBroken):
    code = "case_refused"


class NoteMissing(RuleBroken):
    code = "note_missing"


@transaction.atomic
def recall_lot(
    *, lot: Lot, severity: Recall.Severity | str, reason: str, announced_on: dt.date, at: dt.datetime, by: User
) -> Recall:
    """Block the lot for everybody and open one case for each patient who received it, all at once.

    Whoever is taking from the lot at this moment either gets it first, and is on the list, or is refused. Raises
    AlreadyRecalled, RecallRefused, PermissionDenied.
    """
    require(by, lot.clinic, Permission.LOT_RECALL)
    locked = Lot.objects.select_for_update(of=("self",), no_key=True).select_related("clinic")
    lot = locked.get(pk=lot.pk)
    if lot.status == Lot.Status.RECALLED:
        raise AlreadyRecalled(f"Lot {lot.lot_number} is already recalled.")
    _check(lot, reason, announced_on, at)
    lot.status = Lot.Status.RECALLED
    lot.save(update_fields=["status"])
    recall = Recall.objects.create(
        clinic_id=lot.clinic_id,
        lot=lot,
        severity=Recall.Severity(severity).value,
        reason=reason.strip(),
        announced_on=announced_on,
        started_at=at,
        started_by=by,
    )
    with connection.cursor() as cursor:
        cursor.execute(OPEN_CASES, {"recall": recall.pk, "lot": lot.pk, "at": at})
    return recall


@transaction.atomic
def move_case(
    *, case: RecallCase, state: RecallCase.State | str, at: dt.datetime, by: User, note: str = ""
) -> RecallCase:
    """The next step with one patient: contacted, symptoms asked, tests, closed.

    A step that skips another or closes the case needs a note; going back needs one that says why. Raises CaseRefused,
    NoteMissing, PermissionDenied.
    """
    require(by, case.clinic, Permission.PATIENT_EDIT)
    case = RecallCase.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    state = RecallCase.State(state)
    steps = ORDER.index(state.value) - ORDER.index(case.state)
    if steps == 0:
        raise CaseRefused(f"This case already stands at “{state.label}”.", "state")
    if steps < 0 and not note.strip():
        raise NoteMissing("Say why the case goes back.", "note")
    if steps > 1 and not note.strip():
        raise NoteMissing("Say why a step is left out.", "note")
    if state == RecallCase.State.CLOSED and not note.strip():
        raise NoteMissing("Say with what result the case is closed.", "note")
    case.state = state.value
    case.save(update_fields=["state"])
    _add_step(case, note.strip(), at, by)
    return case


@transaction.atomic
def add_exposed_patient(*, recall: Recall, patient: Patient, note: str, at: dt.datetime, by: User) -> RecallCase:
    """A patient who received the lot without its being logged then. Raises CaseRefused, NoteMissing."""
    require(by, recall.clinic, Permission.PATIENT_EDIT)
    if patient.clinic_id != recall.clinic_id:
        raise CaseRefused("There is no such patient at this clinic.", "patient")
    if not note.strip():
        raise NoteMissing("Say when and how the patient received the lot.", "note")
    case, is_new = RecallCase.objects.get_or_create(
        recall=recall, patient=patient, defaults={"clinic_id": recall.clinic_id, "opened_at": at}
    )
    if not is_new:
        raise CaseRefused("This patient is already on the list.", "patient")
    _add_step(case, note.strip(), at, by)
    return case


def _check(lot: Lot, reason: str, announced_on: dt.date, at: dt.datetime) -> None:
    if not reason.strip():
        raise RecallRefused("Say why the lot is recalled.", "reason")
    if announced_on > at.astimezone(ZoneInfo(lot.clinic.time_zone)).date():
        raise RecallRefused("The recall cannot have been announced in the future.", "announced_on")
    if announced_on.year < 1990:
        raise RecallRefused("Announced on is too long ago. Check the year.", "announced_on")


def _add_step(case: RecallCase, note: str, at: dt.datetime, by: User) -> None:
    RecallStep.objects.create(
        clinic_id=case.clinic_id, case=case, state=case.state, note=note, taken_at=at, taken_by=by
    )
