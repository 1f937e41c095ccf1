"""Who a patient is and how to reach them."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.models import Patient
from patients.phone_numbers import e164
from patients.rules import check_allergies, check_name


class ChartNumberTaken(RuleBroken):
    code = "chart_number_taken"


class PatientErased(RuleBroken):
    code = "patient_erased"


class PatientChanged(RuleBroken):
    """Somebody else changed what the page had shown; ``patient`` is how it stands now."""

    code = "patient_changed"

    def __init__(self, patient: Patient) -> None:
        super().__init__("Somebody else changed these details meanwhile.")
        self.patient = patient


class PatientMerged(RuleBroken):
    """The record was merged into another of the same person."""

    code = "patient_merged"

    def __init__(self, kept: Patient) -> None:
        super().__init__("This record was merged into another of the same person. Use that one.")
        self.kept = kept

    def details(self) -> dict[str, Any]:
        return {"merged_into": str(self.kept.public_id)}


@dataclass(frozen=True, slots=True)
class PastPatient:
    """A patient of an imported history: pseudonymous, without name or contact."""

    ref: str
    sex: str
    age: int | None
    age_band: str


@transaction.atomic
def register_patient(
    *, clinic: Clinic, by: User, at: dt.datetime, chart_number: str, family_name: str, **details: Any
) -> Patient:
    """A new patient without consent to contact. Raises ChartNumberTaken, NameRefused, PermissionDenied.

    ``details``: given_name, born_on, sex, email, phone, language, preferred_channel, time_zone, allergy_status,
    allergies. Raises AllergiesRefused where the last two contradict each other.
    """
    require(by, clinic, Permission.PATIENT_EDIT)
    details |= {"chart_number": chart_number, "family_name": family_name}
    return save_patient(new_patient(clinic=clinic, by=by, at=at, **details))


def new_patient(*, clinic: Clinic, by: User, at: dt.datetime, **details: Any) -> Patient:
    """The row of a patient who is registered, not yet written. Raises NameRefused."""
    patient = Patient(clinic=clinic, registered_at=at, registered_by=by, **details)
    _check_details(patient)
    return patient


@transaction.atomic
def update_patient(*, patient: Patient, by: User, seen: Mapping[str, str] | None = None, **details: Any) -> Patient:
    """Change who somebody is, how to reach them, or their allergies.

    ``seen``: details as they were shown, as text; raises PatientChanged when one of them is not like that any more.
    Raises AllergiesRefused, ChartNumberTaken, NameRefused, PatientErased, PermissionDenied.
    """
    require(by, patient.clinic, Permission.PATIENT_EDIT)
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    check_not_erased(patient)
    if seen is not None and any(_as_text(getattr(patient, name)) != text for name, text in seen.items()):
        raise PatientChanged(patient)
    forget_what_stood_against(patient, details)
    for name, value in details.items():
        setattr(patient, name, value)
    return save_patient(patient)


def _as_text(value: object) -> str:
    """A day as 1958-03-03, nothing as an empty text."""
    return "" if value is None else str(value)


def forget_what_stood_against(patient: Patient, details: Mapping[str, Any]) -> None:
    """A new address has not refused anything yet, and a new number is not the one that was stopped."""
    if details.get("email", patient.email) != patient.email:
        patient.email_bounced_at = None
    if _number(details.get("phone", patient.phone)) != _number(patient.phone):
        patient.sms_failed_at = patient.sms_stopped_at = None


def _number(phone: str) -> str:
    """A number however it is written, with or without its country."""
    return e164(phone) or re.sub(r"\D", "", phone)


@transaction.atomic
def import_patients(*, clinic: Clinic, patients: Iterable[PastPatient], by: User | None, at: dt.datetime) -> None:
    """Patients marked as imported. Their references become chart numbers and must be new to the clinic.

    ``by`` is None for the operator of the server. Raises PermissionDenied.
    """
    if by is not None:
        require(by, clinic, Permission.HISTORY_IMPORT)
    rows = (
        Patient(
            clinic=clinic,
            chart_number=one.ref,
            sex=one.sex,
            age_at_import=one.age,
            age_band=one.age_band,
            is_imported=True,
            registered_at=at,
            registered_by=by,
        )
        for one in patients
    )
    Patient.objects.bulk_create(rows, batch_size=2000)


def check_not_erased(patient: Patient) -> None:
    """The record is one of a person. Raises PatientErased, PatientMerged."""
    if patient.erased_at is not None:
        raise PatientErased("Who this patient was is erased, so nothing can be added. Register the person anew.")
    if patient.merged_into is not None:
        raise PatientMerged(patient.merged_into)


def save_patient(patient: Patient) -> Patient:
    """The row as it now is, written. Raises AllergiesRefused, NameRefused, ChartNumberTaken."""
    _check_details(patient)
    with chart_numbers_are_free():
        patient.save()
    return patient


@contextmanager
def chart_numbers_are_free() -> Iterator[None]:
    """Patients are written inside, in a transaction of their own. Raises ChartNumberTaken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "patient_once_per_chart_number" in str(error):
            raise ChartNumberTaken("Another patient has this chart number.", "chart_number") from None
        raise


def _check_details(patient: Patient) -> None:
    check_allergies(patient.allergy_status, patient.allergies)
    for name in ("family_name", "given_name", "chart_number"):
        check_name(name, getattr(patient, name))
