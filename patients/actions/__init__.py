"""Every change of patients and of what they agreed to."""

from patients.actions.consents import (
    ConsentMissing,
    ConsentRefused,
    attach_scan,
    record_consent,
    sign_consent,
    withdraw_consent,
    withdraw_consent_kind,
)
from patients.actions.documents import DocumentRefused, publish_consent_document
from patients.actions.patients import (
    ChartNumberTaken,
    PastPatient,
    import_patients,
    register_patient,
    update_patient,
)
from patients.actions.requests import (
    SIGNING_GRACE,
    RequestOver,
    RequestRefused,
    TextChanged,
    ask_for_consent,
    sign_requested,
)

__all__ = [
    "SIGNING_GRACE",
    "ChartNumberTaken",
    "ConsentMissing",
    "ConsentRefused",
    "DocumentRefused",
    "PastPatient",
    "RequestOver",
    "RequestRefused",
    "TextChanged",
    "ask_for_consent",
    "attach_scan",
    "import_patients",
    "publish_consent_document",
    "record_consent",
    "register_patient",
    "sign_consent",
    "sign_requested",
    "update_patient",
    "withdraw_consent",
    "withdraw_consent_kind",
]
