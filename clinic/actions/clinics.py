"""Clinics: made, and how they keep what patients told."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from clinic.actions.gate import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from clinic.time_zones import every_time_zone

DIALLED = re.compile(r"[0-9+][0-9 ()+-]{0,19}")


class UnknownTimeZone(RuleBroken):
    code = "unknown_time_zone"


class AlertingRefused(RuleBroken):
    code = "alerting_refused"


def create_clinic(
    *,
    name: str,
    sender_name: str,
    phone: str,
    time_zone: str,
    is_demo: bool = False,
    send_from_hour: int = 9,
    send_until_hour: int = 20,
    sends_on_weekends: bool = False,
) -> Clinic:
    """A new clinic without people, protocols or patients. Messages go out from one hour until the other, local time.

    Raises UnknownTimeZone.
    """
    if time_zone not in every_time_zone():
        raise UnknownTimeZone("Choose a time zone like America/Chicago.", "time_zone")
    return Clinic.objects.create(
        name=name,
        sender_name=sender_name,
        phone=phone,
        time_zone=time_zone,
        is_demo=is_demo,
        send_from_hour=send_from_hour,
        send_until_hour=send_until_hour,
        sends_on_weekends=sends_on_weekends,
    )


def set_retention(*, clinic: Clinic, years: int | None, by: User) -> Clinic:
    """For how many years after the last contact identities are kept; None: for good. Raises PermissionDenied."""
    require(by, clinic, Permission.PATIENT_ERASE)
    clinic.keeps_patients_years = years
    clinic.save(update_fields=["keeps_patients_years"])
    return clinic


def set_withdrawn_answers_policy(*, clinic: Clinic, keeps: bool, by: User) -> Clinic:
    """Whether the answers of patients who leave the registry from now on are kept. Raises PermissionDenied."""
    require(by, clinic, Permission.CONSENT_PUBLISH)
    clinic.keeps_withdrawn_answers = keeps
    clinic.save(update_fields=["keeps_withdrawn_answers"])
    return clinic


def set_curve_on_tablet(*, clinic: Clinic, shows: bool, by: User) -> Clinic:
    """Whether patients see their curve at the end of a check-in on the clinic's tablet. Raises PermissionDenied."""
    require(by, clinic, Permission.MESSAGE_EDIT)
    clinic.shows_curve_on_tablet = shows
    clinic.save(update_fields=["shows_curve_on_tablet"])
    return clinic


def set_time_out(*, clinic: Clinic, needs: bool, by: User) -> Clinic:
    """Whether the five points of a time-out are confirmed before a session can be logged. Raises PermissionDenied."""
    require(by, clinic, Permission.PROTOCOL_PUBLISH)
    clinic.needs_time_out = needs
    clinic.save(update_fields=["needs_time_out"])
    return clinic


def set_monthly_report(*, clinic: Clinic, sends: bool, by: User) -> Clinic:
    """Whether managers get a link to a report that is kept once a month. Raises PermissionDenied."""
    require(by, clinic, Permission.MEMBER_MANAGE)
    clinic.sends_monthly_report = sends
    clinic.save(update_fields=["sends_monthly_report"])
    return clinic


def set_alerting(
    *,
    clinic: Clinic,
    on_call_email: str,
    second_on_call_email: str,
    emergency_number: str,
    crisis_line: str,
    confirms_queue: bool,
    at: dt.datetime,
    by: User,
) -> Clinic:
    """Who is told of answers that need a person, and which numbers patients then read; ``crisis_line`` may be empty.

    ``confirms_queue``: somebody watches red flags in office hours; who first said so, and when, stays until it is taken
    back. Raises AlertingRefused, PermissionDenied.
    """
    require(by, clinic, Permission.MESSAGE_EDIT)
    clinic.on_call_email = _address(on_call_email, "on_call_email")
    clinic.second_on_call_email = _address(second_on_call_email, "second_on_call_email")
    clinic.emergency_number = _number(emergency_number, "emergency_number")
    clinic.crisis_line = _number(crisis_line, "crisis_line") if crisis_line else ""
    if confirms_queue != bool(clinic.queue_confirmed_at):
        clinic.queue_confirmed_at, clinic.queue_confirmed_by = (at, by) if confirms_queue else (None, None)
    clinic.save(
        update_fields=[
            *("on_call_email", "second_on_call_email", "emergency_number", "crisis_line"),
            *("queue_confirmed_at", "queue_confirmed_by"),
        ]
    )
    return clinic


def _address(email: str, field: str) -> str:
    """The address in lower case, or nothing."""
    email = email.strip().lower()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise AlertingRefused("This is not an e-mail address like on-call@example.org.", field) from None
    return email


def _number(number: str, field: str) -> str:
    number = " ".join(number.split())
    if not DIALLED.fullmatch(number):
        raise AlertingRefused("Write the number as patients dial it, like 911 or +44 116 123.", field)
    return number


def set_recipient_check(*, clinic: Clinic, kind: str, by: User) -> Clinic:
    """What whoever opens a survey's link has to know, one of Clinic.RecipientCheck. Raises PermissionDenied."""
    require(by, clinic, Permission.MESSAGE_EDIT)
    clinic.recipient_check = Clinic.RecipientCheck(kind)
    clinic.save(update_fields=["recipient_check"])
    return clinic
