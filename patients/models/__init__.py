"""Patients, and what they agreed to."""

from patients.models.consents import Consent, ConsentDocument, ConsentKind, ConsentRequest
from patients.models.patients import ERASED_NAME, Digits, FindablePatient, Fold, Patient, PatientQuerySet

__all__ = [
    "ERASED_NAME",
    "Consent",
    "ConsentDocument",
    "ConsentKind",
    "ConsentRequest",
    "Digits",
    "FindablePatient",
    "Fold",
    "Patient",
    "PatientQuerySet",
]
