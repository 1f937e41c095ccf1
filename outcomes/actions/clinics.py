"""What a clinic is called and when it sends, as managers change it: checked, and never over what somebody else saved."""

import re
from typing import Any

from django.db import IntegrityError, transaction

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from clinic.time_zones import every_time_zone
from outcomes.text_rules import sender_problems

DIALLED = re.compile(r"[0-9+(][0-9 ()+.-]{5,28}[0-9]")
LONGEST_NAME = 120
MOST_A_DAY, MOST_A_WEEK = 5, 20


class DetailsRefused(RuleBroken):
    code = "details_refused"


class HoursRefused(RuleBroken):
    code = "hours_refused"


class ClinicChanged(RuleBroken):
    code = "clinic_changed"


@transaction.atomic
def set_details(
    *, clinic: Clinic, version: int, name: str, sender_name: str, phone: str, time_zone: str, by: User
) -> Clinic:
    """What the clinic is called, by staff and in messages, its number and its calendar.

    ``version``: of the clinic that ``by`` looked at. Raises DetailsRefused, ClinicChanged, PermissionDenied.
    """
    require(by, clinic, Permission.CLINIC_EDIT)
    typed = {
        "name": " ".join(name.split()),
        "sender_name": " ".join(sender_name.split()),
        "phone": " ".join(phone.split()),
        "time_zone": time_zone,
    }
    _check_details(**typed)
    try:
        with transaction.atomic():
            return _save(clinic, version, typed)
    except IntegrityError:
        raise DetailsRefused("Name is that of another clinic here. Choose one that tells them apart.", "name") from None


@transaction.atomic
def set_sending_hours(
    *,
    clinic: Clinic,
    version: int,
    send_from_hour: int,
    send_until_hour: int,
    sends_on_weekends: bool,
    messages_a_day: int,
    messages_a_week: int,
    by: User,
) -> Clinic:
    """Between which hours of its own clock the clinic sends, on which days, and how much to one patient.

    ``version``: of the clinic that ``by`` looked at. Raises HoursRefused, ClinicChanged, PermissionDenied.
    """
    require(by, clinic, Permission.CLINIC_EDIT)
    _check_hours(send_from_hour, send_until_hour)
    _check_budget(messages_a_day, messages_a_week)
    typed = {
        "send_from_hour": send_from_hour,
        "send_until_hour": send_until_hour,
        "sends_on_weekends": sends_on_weekends,
        "messages_a_day": messages_a_day,
        "messages_a_week": messages_a_week,
    }
    return _save(clinic, version, typed)


def _check_details(*, name: str, sender_name: str, phone: str, time_zone: str) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise DetailsRefused(f"Name must have 1 to {LONGEST_NAME} letters.", "name")
    for problem in sender_problems(sender_name):
        raise DetailsRefused(problem.message, problem.field)
    if not DIALLED.fullmatch(phone):
        raise DetailsRefused("Phone must be a number as patients dial it, like 512-555-0134.", "phone")
    if time_zone not in every_time_zone():
        raise DetailsRefused("Time zone must be one of the list, like America/Chicago.", "time_zone")


def _check_hours(from_hour: int, until_hour: int) -> None:
    if not (0 <= from_hour <= 23 and 1 <= until_hour <= 24):
        raise HoursRefused("Hours must lie between 0:00 and 24:00.", "send_from_hour")
    if until_hour <= from_hour:
        raise HoursRefused(
            f"The last hour must be later than the first: from {from_hour}:00 until {until_hour}:00 nothing could go out.",
            "send_until_hour",
        )


def _check_budget(a_day: int, a_week: int) -> None:
    if not 1 <= a_day <= MOST_A_DAY:
        raise HoursRefused(f"Messages a day must be 1 to {MOST_A_DAY}.", "messages_a_day")
    if not 1 <= a_week <= MOST_A_WEEK:
        raise HoursRefused(f"Messages a week must be 1 to {MOST_A_WEEK}.", "messages_a_week")
    if a_week < a_day:
        raise HoursRefused(
            f"Messages a week must be at least as many as on one day: {a_week} a week leave no room for {a_day} a day.",
            "messages_a_week",
        )


def _save(clinic: Clinic, version: int, typed: dict[str, Any]) -> Clinic:
    now: Clinic = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    if now.version != version:
        raise ClinicChanged(
            "Somebody else has saved other values meanwhile; what you typed is still below, and not saved. Look at "
            "both, then press Save to put yours in place of theirs."
        )
    for name, value in typed.items():
        setattr(now, name, value)
    now.version += 1
    now.save(update_fields=[*typed, "version"])
    return now
