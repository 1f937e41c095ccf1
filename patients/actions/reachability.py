"""What stands against a channel: the patient stopped it, or the address takes nothing.

Providers and patients report most of it. A machine may say so, so what they report asks for no person's permission; who
said it is in the history. What staff say does.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.actions.patients import check_not_erased
from patients.models import EMAIL, Patient, PatientMerge

STOPPED = {EMAIL: "email_stopped_at", "sms": "sms_stopped_at"}
FLAGGED = {EMAIL: "email_bounced_at", "sms": "sms_failed_at"}
ADDRESS = {EMAIL: "email", "sms": "phone"}


def flag_address(*, patient_id: int, channel: str, address: str, at: dt.datetime) -> bool:
    """The address takes no messages. False, and nothing changes, when it is not the patient's any more."""
    field = FLAGGED[channel]
    current = Patient.objects.filter(pk=patient_id, **{ADDRESS[channel]: address, field: None})
    return bool(current.update(**{field: at}))


def stop_channel(*, patient_id: int, channel: str, at: dt.datetime) -> bool:
    """The patient wants no more messages on this channel; False when that was known already.

    Known from another record, whose merge can be undone, it is said of this one from now on: undoing does not lift it.
    """
    field = STOPPED[channel]
    undoable = PatientMerge.objects.standing().filter(merged_at__gte=at - PatientMerge.UNDONE_WITHIN)
    is_news = Q(**{field: None}) | Exists(undoable.filter(kept=OuterRef("pk"), after__has_key=field))
    return bool(Patient.objects.filter(is_news, pk=patient_id).update(**{field: at}))


def resume_channel(*, patient_id: int, channel: str) -> bool:
    """The patient wants messages on this channel again; False when they were never stopped."""
    field = STOPPED[channel]
    return bool(Patient.objects.filter(pk=patient_id, **{f"{field}__isnull": False}).update(**{field: None}))


class ChannelUnchanged(RuleBroken):
    code = "channel_unchanged"


@transaction.atomic
def try_address_again(*, patient: Patient, channel: str, by: User) -> Patient:
    """Somebody made sure that the address is right. Raises ChannelUnchanged, PatientErased, PermissionDenied."""
    _change(patient, by, FLAGGED[channel], None, "Nothing stands against this address.")
    return patient


@transaction.atomic
def wants_messages_again(*, patient: Patient, channel: str, by: User) -> Patient:
    """The patient said to staff that messages may come again. Raises ChannelUnchanged, PatientErased, PermissionDenied."""
    _change(patient, by, STOPPED[channel], None, "The patient gets messages on this channel already.")
    return patient


@transaction.atomic
def wants_no_messages(*, patient: Patient, channel: str, at: dt.datetime, by: User) -> Patient:
    """The patient said to staff that no more may come. Raises ChannelUnchanged, PatientErased, PermissionDenied."""
    _change(patient, by, STOPPED[channel], at, "The patient gets no messages on this channel already.")
    return patient


def _change(patient: Patient, by: User, field: str, value: dt.datetime | None, otherwise: str) -> None:
    require(by, patient.clinic, Permission.PATIENT_EDIT)
    check_not_erased(patient)
    otherwise_now = Patient.objects.filter(pk=patient.pk, **{f"{field}__isnull": value is not None})
    if not otherwise_now.update(**{field: value}):
        raise ChannelUnchanged(otherwise, "channel")
    setattr(patient, field, value)
