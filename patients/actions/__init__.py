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
from patients.actions.deaths import DeathRefused, record_death, take_back_death
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
from patients.actions.reachability import (
    ChannelUnchanged,
    flag_address,
    resume_channel,
    stop_channel,
    try_address_again,
    wants_messages_again,
    wants_no_messages,
)
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
    "ChannelUnchanged",
    "ChartNumberTaken",
    "ConsentMissing",
    "ConsentRefused",
    "DeathRefused",
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
    "record_death",
    "register_patient",
    "resume_channel",
    "sign_consent",
    "sign_requested",
    "stop_channel",
    "take_back_death",
    "try_address_again",
    "update_patient",
    "wants_messages_again",
    "wants_no_messages",
    "withdraw_consent",
    "withdraw_consent_kind",
]
