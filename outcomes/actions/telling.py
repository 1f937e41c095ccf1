"""Who is told by e-mail that an answer needs a person: at once, after four and after eight working hours."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from clinic.actions import queue_letter
from clinic.models import Clinic, Membership, StaffLetter
from clinic.permissions import Role
from outcomes.models import Alert
from outcomes.working_hours import WorkingHours

SECOND_AFTER = dt.timedelta(hours=4)
MANAGER_AFTER = dt.timedelta(hours=8)
# Answers of one check-in come within minutes of each other: one letter says it for all of them.
TOGETHER = dt.timedelta(minutes=30)


def tell_first(*, alerts: Iterable[Alert], at: dt.datetime) -> None:
    """A letter to whoever is on call, in the transaction that raised the alerts of this one survey; red goes first."""
    for alert in sorted(alerts, key=lambda one: one.level != Alert.Level.RED):
        clinic = alert.clinic
        _tell(alert, "first_told_at", [clinic.on_call_email] if clinic.on_call_email else _clinicians(clinic), at)


@transaction.atomic
def escalate_alerts(*, at: dt.datetime) -> int:
    """Tell the next person about alerts that nobody took on; how many were told of. Repeatable, by any number of workers."""
    waiting = Alert.objects.open().urgent_first().filter(manager_told_at=None, clinic__messages_held_at=None)
    locked = waiting.select_related("clinic").select_for_update(of=("self",), skip_locked=True)
    return sum(_escalate(alert, at) for alert in locked)


def _escalate(alert: Alert, at: dt.datetime) -> bool:
    clinic = alert.clinic
    waited = WorkingHours(clinic.time_zone, clinic.send_from_hour, clinic.send_until_hour).between(alert.raised_at, at)
    is_second_due = waited >= SECOND_AFTER and alert.second_person_told_at is None
    if is_second_due:
        second = clinic.second_on_call_email
        _tell(alert, "second_person_told_at", [second] if second else _clinicians(clinic), at, waited=SECOND_AFTER)
    if waited >= MANAGER_AFTER:
        _tell(alert, "manager_told_at", _people(clinic, Role.MANAGER), at, waited=MANAGER_AFTER)
    return is_second_due or waited >= MANAGER_AFTER


def _tell(
    alert: Alert, stamp: str, addresses: Iterable[str], at: dt.datetime, *, waited: dt.timedelta | None = None
) -> None:
    """Queue the letters, unless one about this check-in has just gone to the same people; either way it is stamped."""
    same = Alert.objects.open().filter(survey=alert.survey_id, **{f"{stamp}__gt": at - TOGETHER}).exclude(pk=alert.pk)
    is_said = same.filter(level__in={Alert.Level.RED, alert.level}).exists()
    link = settings.SITE_URL + reverse("alert", args=[alert.public_id])
    kind, about = StaffLetter.Kind.ALERT, ""
    if waited:
        kind, about = StaffLetter.Kind.ALERT_WAITS, f"{waited // dt.timedelta(hours=1)}"
    for address in () if is_said else addresses:
        queue_letter(kind=kind, email=address, at=at, about=about, link=link)
    setattr(alert, stamp, at)
    alert.save(update_fields=[stamp])


def _clinicians(clinic: Clinic) -> list[str]:
    """Their addresses; the managers' where no clinician works."""
    return _people(clinic, Role.CLINICIAN) or _people(clinic, Role.MANAGER)


def _people(clinic: Clinic, role: Role) -> list[str]:
    members = Membership.objects.filter(clinic=clinic, role=role, user__is_active=True)
    return list(members.order_by("user__email").values_list("user__email", flat=True))
