"""Patients and what they agreed to, as the API shows and accepts them."""

from patients.serializers.consents import (
    ConsentDocumentSerializer,
    ConsentSerializer,
    NewConsentDocumentSerializer,
    NewConsentSerializer,
    WithdrawalSerializer,
)
from patients.serializers.patients import NewPatientSerializer, PatientSerializer

__all__ = [
    "ConsentDocumentSerializer",
    "ConsentSerializer",
    "NewConsentDocumentSerializer",
    "NewConsentSerializer",
    "NewPatientSerializer",
    "PatientSerializer",
    "WithdrawalSerializer",
]
