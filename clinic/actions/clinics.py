"""Clinics: made, and how they keep what patients told."""

from clinic.actions.gate import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from clinic.time_zones import every_time_zone


class UnknownTimeZone(RuleBroken):
    code = "unknown_time_zone"


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
    require(by, clinic, Permission.CONSENT_PUBLISH)
    clinic.shows_curve_on_tablet = shows
    clinic.save(update_fields=["shows_curve_on_tablet"])
    return clinic
