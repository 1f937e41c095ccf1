"""The patient's own page: asking for its link, and what patients change there themselves.

Whoever opens the page has the link that went to the address on record and knows the date of birth, so what happens
there asks for no person's permission; the history names the page.
"""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from clinic.actions import require
from clinic.links import hash_link, new_token
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.actions.consents import lock_patient
from patients.actions.patients import forget_what_stood_against, save_patient
from patients.models import EMAIL, SMS, Patient, PatientLetter, PatientLink
from patients.rules import check_phone

LINK_LIVES = dt.timedelta(hours=24)
# Nobody's mailbox is filled by somebody who presses the button again and again.
ASKED_EVERY = dt.timedelta(minutes=10)
KEPT = dt.timedelta(days=90)

Kind = PatientLetter.Kind


class OwnPageRefused(RuleBroken):
    code = "own_page_refused"


class EmailRefused(RuleBroken):
    code = "email_refused"


class NoWayLeft(RuleBroken):
    """Without an e-mail address and a phone number nobody could reach the patient."""

    code = "no_way_left"


def own_page_channel(patient: Patient) -> str:
    """By which channel a link can be sent to this patient, the preferred one first; empty when by none.

    Whoever wants no e-mail about check-ins may still ask for this one. Text messages that were stopped stay stopped:
    their carriers see to it.
    """
    by_email = patient.email and not patient.email_bounced_at
    by_sms = settings.SMS_URL and patient.phone and not patient.sms_failed_at and not patient.sms_stopped_at
    usable = [channel for channel, is_usable in ((EMAIL, by_email), (SMS, by_sms)) if is_usable]
    return min(usable, key=lambda channel: channel != patient.preferred_channel, default="")


@transaction.atomic
def send_own_page(*, patient: Patient, at: dt.datetime, by: User | None) -> PatientLetter:
    """Queue a message with a link to the patient's own page; one that was asked for just now stays the only one.

    ``by`` is None when the patient asks, from the page of a check-in. Raises OwnPageRefused, PatientErased,
    PermissionDenied.
    """
    if by is not None:
        require(by, patient.clinic, Permission.PATIENT_EDIT)
    patient = lock_patient(patient)
    channel = _channel_to(patient, by)
    recent = PatientLetter.objects.filter(patient=patient, kind=Kind.OWN_PAGE, queued_at__gt=at - ASKED_EVERY)
    return recent.first() or _queued(
        patient, Kind.OWN_PAGE, channel, patient.email if channel == EMAIL else patient.phone, at, by
    )


def _channel_to(patient: Patient, by: User | None) -> str:
    if patient.died_on:
        raise OwnPageRefused("The patient has died.")
    if by is not None and not patient.has_agreed:
        raise OwnPageRefused("The patient has not agreed to be contacted.")
    if patient.born_on is None:
        raise OwnPageRefused("The page asks for the date of birth, which is not recorded.")
    channel = own_page_channel(patient)
    if not channel:
        raise OwnPageRefused("No message reaches the patient: there is no e-mail address or phone number that works.")
    return channel


def _queued(
    patient: Patient, kind: PatientLetter.Kind, channel: str, address: str, at: dt.datetime, by: User | None
) -> PatientLetter:
    return PatientLetter.objects.create(
        clinic_id=patient.clinic_id,
        patient=patient,
        kind=kind,
        channel=channel,
        address=address,
        queued_at=at,
        queued_by=by,
        next_try_at=at,
    )


@transaction.atomic
def issue_own_link(*, patient: Patient, at: dt.datetime) -> str:
    """The secret of a link that works for a day, returned once. Earlier links of the patient stop working."""
    PatientLink.objects.filter(patient=patient, expires_at__gt=at, issued_at__lt=at).update(expires_at=at)
    token = new_token()
    PatientLink.objects.create(
        clinic_id=patient.clinic_id,
        patient=patient,
        token_hash=hash_link(token),
        issued_at=at,
        expires_at=at + LINK_LIVES,
    )
    return token


@transaction.atomic
def change_own_details(*, patient: Patient, email: str, phone: str, language: str, at: dt.datetime) -> Patient:
    """The patient changes how to be reached. An e-mail address that is given up is told so by a short letter.

    ``language``: one of Patient.Language. Raises EmailRefused, PhoneRefused, NoWayLeft, PatientErased.
    """
    patient = lock_patient(patient)
    details = {"email": email.strip(), "phone": phone.strip(), "language": Patient.Language(language).value}
    _check(details)
    earlier = patient.email
    forget_what_stood_against(patient, details)
    for name, value in details.items():
        setattr(patient, name, value)
    save_patient(patient)
    if earlier and earlier.casefold() != patient.email.casefold():
        _queued(patient, Kind.ADDRESS_CHANGED, EMAIL, earlier, at, None)
    return patient


def _check(details: dict[str, str]) -> None:
    if not details["email"] and not details["phone"]:
        raise NoWayLeft("Leave an e-mail address or a phone number.", "email")
    if details["phone"]:
        check_phone(details["phone"])
    if details["email"]:
        try:
            validate_email(details["email"])
        except ValidationError:
            raise EmailRefused("Type an e-mail address like name@example.org.", "email") from None


def forget_own_links(*, at: dt.datetime) -> int:
    """Delete links that ended and letters that were queued long ago; how many."""
    links = PatientLink.objects.filter(expires_at__lt=at - KEPT).delete()[0]
    return links + PatientLetter.objects.filter(queued_at__lt=at - KEPT).delete()[0]
