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
from patients.actions.erasing import ErasureRefused, erase_identity
from patients.actions.patients import (
    ChartNumberTaken,
    NameRefused,
    PastPatient,
    PatientErased,
    check_not_erased,
    import_patients,
    register_patient,
    update_patient,
)
from patients.actions.reachability import flag_address, resume_channel, stop_channel
from patients.actions.requests import (
    SIGNING_GRACE,
    RequestOver,
    RequestRefused,
    TextChanged,
    ask_for_consent,
    forget_requests,
    sign_requested,
)

__all__ = [
    "SIGNING_GRACE",
    "ChartNumberTaken",
    "ConsentMissing",
    "ConsentRefused",
    "DocumentRefused",
    "ErasureRefused",
    "NameRefused",
    "PastPatient",
    "PatientErased",
    "RequestOver",
    "RequestRefused",
    "TextChanged",
    "ask_for_consent",
    "attach_scan",
    "check_not_erased",
    "erase_identity",
    "flag_address",
    "forget_requests",
    "import_patients",
    "publish_consent_document",
    "record_consent",
    "register_patient",
    "resume_channel",
    "sign_consent",
    "sign_requested",
    "stop_channel",
    "update_patient",
    "withdraw_consent",
    "withdraw_consent_kind",
]
