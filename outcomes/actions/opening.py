"""Follow-ups whose window is open become surveys; one invitation leads to all that fall together."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from clinic import scope
from clinic.models import Clinic
from outcomes.delivery_rules import WAITS_FOR_HOURS, SendingHours
from outcomes.models import AssignedInstrument, Delivery, Survey
from patients.models import Patient
from treatments.models import FollowUp, Timepoint

# Surveys of one patient that are due within so many days of each other are one visit, with one link.
VISIT = dt.timedelta(days=7)
# For so long after the first survey of a visit was sent in, the patient is taken to be on the way through the next.
VISIT_LASTS = dt.timedelta(hours=1)

Status = Delivery.Status
# Deliveries that reached the patient or will. One whose fate is unknown is not relied on.
RELIABLE = (Status.QUEUED, Status.CLAIMED, Status.SENDING, Status.SENT)

# One survey a patient and statement, so that the next statement finds it and lets the others join it. Follow-ups are
# held, in the order of their ids, against a session that is being changed: what it moves or takes back is not opened.
OPEN_SURVEYS = """
WITH waiting AS MATERIALIZED ({waiting}), first AS MATERIALIZED (
  SELECT DISTINCT ON (patient_id) id, clinic_id, codes, lead_id FROM waiting ORDER BY patient_id, due_on, id
), held AS MATERIALIZED (
  SELECT follow_up.id FROM treatments_followup follow_up JOIN first ON first.id = follow_up.id
  WHERE follow_up.ended_on IS NULL AND follow_up.answered_at IS NULL
    AND %s BETWEEN follow_up.opens_on AND follow_up.closes_on
  ORDER BY follow_up.id FOR KEY SHARE OF follow_up
), opened AS (
  INSERT INTO outcomes_survey (public_id, clinic_id, follow_up_id, instruments, opened_at, asked_with_id)
  SELECT gen_random_uuid(), first.clinic_id, id, first.codes, %s, first.lead_id FROM first JOIN held USING (id)
  ORDER BY id
  ON CONFLICT (follow_up_id) DO NOTHING
  RETURNING id, clinic_id, asked_with_id
), invited AS (
  INSERT INTO outcomes_delivery (public_id, clinic_id, survey_id, kind, status, not_before, fence, attempts, reason)
  SELECT gen_random_uuid(), clinic_id, id, 'invitation', 'queued', %s, 0, 0, %s
  FROM opened WHERE asked_with_id IS NULL
)
SELECT (SELECT count(*) FROM opened), (SELECT count(*) FROM waiting)
"""


def open_due_surveys(*, at: dt.datetime) -> int:
    """Open every due survey whose patient may be contacted now, and queue its invitation; how many.

    Repeatable, also by two workers at once. A patient who may not be contacted yet is asked as soon as that
    changes, while the window is open. Timepoints without instruments ask nothing. A survey that falls together with an
    open one of the same patient's other course gets no invitation of its own: that one's link leads to it.
    """
    return sum(_open_for(clinic, at=at) for clinic in Clinic.objects.all())


def _open_for(clinic: Clinic, *, at: dt.datetime) -> int:
    with scope.of_clinic(clinic.pk):
        return _open_in_scope(clinic, at)


def _open_in_scope(clinic: Clinic, at: dt.datetime) -> int:
    # One worker a clinic: two that opened different surveys of one patient would not see that they fall together.
    if not Clinic.objects.filter(pk=clinic.pk).select_for_update(no_key=True, skip_locked=True):
        return 0
    today = at.astimezone(ZoneInfo(clinic.time_zone)).date()
    waiting, values = _waiting(clinic, today).query.sql_with_params()
    all_values = [*values, today, at, *_when_to_send(clinic, at).values()]
    opened = _open_one_after_another(OPEN_SURVEYS.format(waiting=waiting), all_values)
    _invite_left_alone(clinic, today=today, at=at)
    return opened


def _open_one_after_another(statement: str, values: list[Any]) -> int:
    """Run the statement until no patient's second survey waits any more; how many were opened."""
    total: int = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(statement, values)
            opened, waiting = map(int, cursor.fetchone())
            total += opened
            if opened in (0, waiting):
                return total


def _when_to_send(clinic: Clinic, at: dt.datetime) -> dict[str, Any]:
    hours = SendingHours(clinic.time_zone, clinic.send_from_hour, clinic.send_until_hour)
    not_before = hours.next_allowed(at)
    return {"not_before": not_before, "reason": "" if not_before <= at else WAITS_FOR_HOURS}


def _waiting(clinic: Clinic, today: dt.date) -> QuerySet[FollowUp, dict[str, Any]]:
    """What could be opened now: one that another is about to join waits for it, so that both go out together."""
    waiting: QuerySet[FollowUp, dict[str, Any]] = (
        FollowUp.objects.due(on=today)
        .filter(_asks_something(), clinic=clinic, survey=None)
        .filter(course__patient__in=Patient.objects.contactable().answerable())
        .filter(Q(timepoint__name=Timepoint.BASELINE) | ~Exists(_opening_soon(today)))
        .annotate(
            patient_id=F("course__patient_id"),
            codes=ArraySubquery(_assigned().order_by("position").values("instrument")),
            lead_id=Subquery(_leads(today).order_by("follow_up__due_on", "pk").values("pk")[:1]),
        )
        .order_by()
        .values("id", "clinic_id", "patient_id", "due_on", "codes", "lead_id")
    )
    return waiting


def _assigned() -> QuerySet[AssignedInstrument]:
    return AssignedInstrument.objects.filter(
        Q(region="") | Q(region=OuterRef("course__region")), timepoint=OuterRef("timepoint")
    )


def _asks_something() -> Exists:
    return Exists(_assigned())


def _falls_together(path: str = "") -> Q:
    """Of the same patient's other course, and due within a visit of the outer follow-up."""
    days = (OuterRef("due_on") - VISIT, OuterRef("due_on") + VISIT)
    same_patient = Q(**{f"{path}course__patient": OuterRef("course__patient"), f"{path}due_on__range": days})
    return same_patient & ~Q(**{f"{path}course": OuterRef("course")})


def _opening_soon(today: dt.date) -> QuerySet[FollowUp]:
    unopened = FollowUp.objects.unopened().filter(_falls_together(), _asks_something(), ended_on=None)
    return unopened.filter(opens_on__gt=today, opens_on__lte=OuterRef("due_on"))


def _leads(today: dt.date) -> QuerySet[Survey]:
    """Open, unanswered surveys whose invitation reaches the patient, and which are not themselves led to by another."""
    return Survey.objects.filter(
        _falls_together("follow_up__"),
        Exists(Delivery.objects.filter(survey=OuterRef("pk"), status__in=RELIABLE)),
        completed_at=None,
        asked_with=None,
        follow_up__ended_on=None,
        follow_up__closes_on__gte=today,
    )


def _invite_left_alone(clinic: Clinic, *, today: dt.date, at: dt.datetime) -> None:
    """Queue an own invitation for every survey that no other's link leads the patient to any more."""
    reliable = Exists(Delivery.objects.filter(survey=OuterRef("asked_with"), status__in=RELIABLE))
    is_led = reliable & Q(
        asked_with__completed_at=None,
        asked_with__follow_up__ended_on=None,
        asked_with__follow_up__closes_on__gte=today,
    )
    is_on_the_way = Q(asked_with__completed_at__gt=at - VISIT_LASTS)
    alone = Survey.objects.filter(
        clinic=clinic,
        asked_with__isnull=False,
        completed_at=None,
        deliveries=None,
        follow_up__ended_on=None,
        follow_up__closes_on__gte=today,
        follow_up__course__patient__in=Patient.objects.contactable().answerable(),
    ).exclude(is_led | is_on_the_way)
    Delivery.objects.bulk_create(
        Delivery(clinic=clinic, survey=survey, kind=Delivery.Kind.INVITATION, **_when_to_send(clinic, at))
        for survey in alone.order_by("pk")
    )
