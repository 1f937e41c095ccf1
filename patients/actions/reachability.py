"""What stands against a channel: the patient stopped it, or the address takes nothing. Reported by providers and patients.

A machine may say so, so none of these asks for a person's permission; who said it is in the history.
"""

import datetime as dt

from patients.models import EMAIL, Patient

STOPPED = {EMAIL: "email_stopped_at", "sms": "sms_stopped_at"}
FLAGGED = {EMAIL: "email_bounced_at", "sms": "sms_failed_at"}
ADDRESS = {EMAIL: "email", "sms": "phone"}


def flag_address(*, patient_id: int, channel: str, address: str, at: dt.datetime) -> bool:
    """The address takes no messages. False, and nothing changes, when it is not the patient's any more."""
    field = FLAGGED[channel]
    current = Patient.objects.filter(pk=patient_id, **{ADDRESS[channel]: address, field: None})
    return bool(current.update(**{field: at}))


def stop_channel(*, patient_id: int, channel: str, at: dt.datetime) -> bool:
    """The patient wants no more messages on this channel; False when that was known already."""
    field = STOPPED[channel]
    return bool(Patient.objects.filter(pk=patient_id, **{field: None}).update(**{field: at}))


def resume_channel(*, patient_id: int, channel: str) -> bool:
    """The patient wants messages on this channel again; False when they were never stopped."""
    field = STOPPED[channel]
    return bool(Patient.objects.filter(pk=patient_id, **{f"{field}__isnull": False}).update(**{field: None}))
