"""That a patient has died, recorded so that nothing is ever sent to them again; and that this was a mistake."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.actions.patients import check_not_erased
from patients.models import Patient


class DeathRefused(RuleBroken):
    code = "death_refused"


@transaction.atomic
def record_death(*, patient: Patient, died_on: dt.date, at: dt.datetime, by: User) -> Patient:
    """Nothing is sent any more from now on. Raises DeathRefused, PatientErased, PermissionDenied."""
    patient = _locked(patient, by)
    if patient.died_on is not None:
        raise DeathRefused("It is recorded already that this patient has died.")
    if died_on > at.astimezone(ZoneInfo(patient.clinic.time_zone)).date():
        raise DeathRefused("The day of death cannot be in the future.", "died_on")
    if patient.born_on and died_on < patient.born_on:
        raise DeathRefused("The day of death cannot be before the date of birth.", "died_on")
    patient.died_on, patient.died_recorded_at, patient.died_recorded_by = died_on, at, by
    return _save(patient)


@transaction.atomic
def take_back_death(*, patient: Patient, by: User) -> Patient:
    """It was entered in error: messages go on. Raises DeathRefused, PatientErased, PermissionDenied."""
    patient = _locked(patient, by)
    if patient.died_on is None:
        raise DeathRefused("It is not recorded that this patient has died.")
    patient.died_on = patient.died_recorded_at = patient.died_recorded_by = None
    return _save(patient)


def _locked(patient: Patient, by: User) -> Patient:
    require(by, patient.clinic, Permission.PATIENT_EDIT)
    locked: Patient = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    check_not_erased(locked)
    return locked


def _save(patient: Patient) -> Patient:
    patient.save(update_fields=["died_on", "died_recorded_at", "died_recorded_by"])
    return patient
