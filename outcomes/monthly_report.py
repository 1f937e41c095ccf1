"""The report that a clinic has kept for its managers once a month."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from clinic.actions import queue_letter
from clinic.models import Clinic, Membership, StaffLetter
from clinic.permissions import Role
from outcomes.models import ReportSnapshot
from outcomes.report_keeping import keep_report
from outcomes.report_kinds import kind_named
from outcomes.reports import parse_filter
from outcomes.reports.scope import scope_of_clinic

KIND = "collection"
FIRST_DAY = 2


def send_monthly_reports(*, at: dt.datetime) -> int:
    """Keep this month's report of every clinic that wishes it and has none, from the 2nd of its calendar on; how many.

    Repeatable, by any number of workers. A clinic whose messages are held keeps none until they are let go.
    """
    wishing = Clinic.objects.filter(sends_monthly_report=True, messages_held_at=None).order_by("pk")
    return sum(_send(clinic, at) for clinic in wishing)


@transaction.atomic
def _send(clinic: Clinic, at: dt.datetime) -> bool:
    today = at.astimezone(ZoneInfo(clinic.time_zone)).date()
    kind = kind_named(KIND)
    # Whoever comes second waits here, and then finds what the first has made.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    month = today.replace(day=1)
    is_made = ReportSnapshot.objects.filter(clinic=clinic, of_month=month).exists()
    if kind is None or today.day < FIRST_DAY or is_made:
        return False
    scope = scope_of_clinic(clinic)
    made = keep_report(
        kind=kind,
        asked=parse_filter({}, scope),
        scope=scope,
        clinic=clinic,
        at=at,
        on=today,
        by=None,
        of_month=month,
    )
    link = settings.SITE_URL + reverse("report-snapshot", args=[made.public_id])
    managers = Membership.objects.filter(clinic=clinic, role=Role.MANAGER, user__is_active=True)
    for email in managers.order_by("user__email").values_list("user__email", flat=True):
        queue_letter(kind=StaffLetter.Kind.MONTHLY_REPORT, email=email, at=at, link=link)
    return True
