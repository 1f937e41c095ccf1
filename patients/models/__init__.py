"""Patients, and what they agreed to."""

from patients.models.consents import Consent, ConsentDocument, ConsentKind, ConsentRequest
from patients.models.findable import FindablePatient
from patients.models.imports import ImportedPatient, PatientImport
from patients.models.links import BirthCheck, BirthGuesses, PatientLetter, PatientLink
from patients.models.merges import KeptApart, MergedRow, PatientMerge
from patients.models.patients import (
    EMAIL,
    ERASED_NAME,
    SMS,
    Digits,
    Fold,
    Patient,
    PatientQuerySet,
    first_channel,
    reachable_by,
)

__all__ = [
    "EMAIL",
    "ERASED_NAME",
    "SMS",
    "BirthCheck",
    "BirthGuesses",
    "Consent",
    "ConsentDocument",
    "ConsentKind",
    "ConsentRequest",
    "Digits",
    "FindablePatient",
    "Fold",
    "ImportedPatient",
    "KeptApart",
    "MergedRow",
    "Patient",
    "PatientImport",
    "PatientLetter",
    "PatientLink",
    "PatientMerge",
    "PatientQuerySet",
    "first_channel",
    "reachable_by",
]
