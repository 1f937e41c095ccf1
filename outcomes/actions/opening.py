"""Follow-ups whose window is open become surveys, each with an invitation waiting to go out."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from clinic.models import Clinic
from outcomes.delivery_rules import WAITS_FOR_HOURS, SendingHours
from outcomes.models import AssignedInstrument, Delivery
from patients.models import Patient
from treatments.models import FollowUp

# Rows are taken in the order of their ids, so that two ticks at once wait for each other and never deadlock.
OPEN_SURVEYS = """
WITH opened AS (
  INSERT INTO outcomes_survey (public_id, clinic_id, follow_up_id, instruments, opened_at)
  SELECT gen_random_uuid(), clinic_id, id, codes, %s FROM ({waiting}) waiting ORDER BY id
  ON CONFLICT (follow_up_id) DO NOTHING
  RETURNING id, clinic_id
)
INSERT INTO outcomes_delivery
  (public_id, clinic_id, survey_id, kind, status, not_before, fence, attempts, reason)
SELECT gen_random_uuid(), clinic_id, id, %s, %s, %s, 0, 0, %s FROM opened
"""


def open_due_surveys(*, at: dt.datetime) -> int:
    """Open every due survey whose patient may be contacted now, and queue its invitation; how many.

    Repeatable, also by two workers at once. A patient who may not be contacted yet is asked as soon as that
    changes, while the window is open. Timepoints without instruments ask nothing.
    """
    return sum(_open_for(clinic, at=at) for clinic in Clinic.objects.all())


@transaction.atomic
def _open_for(clinic: Clinic, *, at: dt.datetime) -> int:
    assigned = AssignedInstrument.objects.filter(
        Q(region="") | Q(region=OuterRef("course__region")), timepoint=OuterRef("timepoint")
    )
    waiting = (
        FollowUp.objects.due(on=at.astimezone(ZoneInfo(clinic.time_zone)).date())
        .filter(
            Exists(assigned), clinic=clinic, survey=None, course__patient__in=Patient.objects.contactable().answerable()
        )
        .annotate(codes=ArraySubquery(assigned.order_by("position").values("instrument")))
        .order_by()
        .values("id", "clinic_id", "codes")
    )
    rows, values = waiting.query.sql_with_params()
    hours = SendingHours(clinic.time_zone, clinic.send_from_hour, clinic.send_until_hour)
    not_before = hours.next_allowed(at)
    reason = "" if not_before <= at else WAITS_FOR_HOURS
    with connection.cursor() as cursor:
        cursor.execute(
            OPEN_SURVEYS.format(waiting=rows),
            [at, *values, Delivery.Kind.INVITATION, Delivery.Status.QUEUED, not_before, reason],
        )
        return int(cursor.rowcount)
