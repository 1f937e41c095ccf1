"""Follow-ups whose window is open become surveys; one invitation leads to all that fall together."""

import datetime as dt
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from clinic import scope
from clinic.crash_points import crash_point
from clinic.models import Clinic
from outcomes.asking import shipped_versions
from outcomes.delivery_rules import SendingHours
from outcomes.models import AssignedInstrument, Delivery, LadderStep, LoadedInstrument, SendingPause, Survey
from outcomes.reasons import Why
from patients.models import EMAIL, SMS, Patient, first_channel, reachable_by
from treatments.models import FollowUp, Timepoint

# Surveys of one patient that are due within so many days of each other are one visit, with one link.
VISIT = dt.timedelta(days=7)
# For so long after the first survey of a visit was sent in, the patient is taken to be on the way through the next.
VISIT_LASTS = dt.timedelta(hours=1)

Status = Delivery.Status
# Deliveries that reached the patient or will. One whose fate is unknown is not relied on.
RELIABLE = (Status.PENDING, Status.CLAIMED, Status.SENDING, Status.ACCEPTED, Status.DELIVERED, Status.BOUNCED_SOFT)
# Stand for a clinic's key and for a day in what is compiled once.
SOME_CLINIC, SOME_DAY = -1, dt.date(1, 1, 1)
# In one tick and clinic. After an outage the check-ins that have waited longest are opened first.
OPENED_AT_ONCE = 20_000

# One survey a patient and statement, so that the next statement finds it and lets the others join it. Follow-ups are
# held, in the order of their ids, against a session that is being changed: what it moves or takes back is not opened.
OPEN_SURVEYS = """
WITH waiting AS MATERIALIZED ({waiting}), first AS MATERIALIZED (
  SELECT id, clinic_id, patient_id, timepoint_id, region, lead_id, channel FROM (
    SELECT DISTINCT ON (patient_id) * FROM waiting ORDER BY patient_id, due_on, id
  ) one ORDER BY due_on, id LIMIT %s
), asked AS MATERIALIZED (
  SELECT place.timepoint_id, place.region, array_agg(one.instrument ORDER BY one.position) AS codes,
    array_agg(one.version ORDER BY one.position) AS versions
  FROM (SELECT DISTINCT timepoint_id, region FROM first) place
  JOIN ({assigned}) one ON one.timepoint_id = place.timepoint_id AND one.region IN ('', place.region)
  GROUP BY place.timepoint_id, place.region
), held AS MATERIALIZED (
  SELECT follow_up.id FROM treatments_followup follow_up JOIN first ON first.id = follow_up.id
  WHERE follow_up.ended_on IS NULL AND follow_up.answered_at IS NULL
    AND %s BETWEEN follow_up.opens_on AND follow_up.closes_on
  ORDER BY follow_up.id FOR KEY SHARE OF follow_up
), opened AS (
  INSERT INTO outcomes_survey (public_id, clinic_id, follow_up_id, instruments, versions, opened_at, asked_with_id)
  SELECT gen_random_uuid(), first.clinic_id, id, asked.codes, asked.versions, %s, first.lead_id
  FROM first JOIN held USING (id) JOIN asked USING (timepoint_id, region)
  ORDER BY id
  ON CONFLICT (follow_up_id) DO NOTHING
  RETURNING id, clinic_id, follow_up_id, asked_with_id
), invited AS (
  INSERT INTO outcomes_delivery (public_id, clinic_id, patient_id, survey_id, kind, channel, sequence, status, not_before,
    fence, attempts, soft_bounces, reason_code, reason, provider_ref)
  SELECT gen_random_uuid(), opened.clinic_id, first.patient_id, opened.id, 'invitation', first.channel, 0, 'pending', %s,
    0, 0, 0, %s, %s, ''
  FROM opened JOIN first ON first.id = opened.follow_up_id WHERE asked_with_id IS NULL AND first.channel <> ''
)
SELECT (SELECT count(*) FROM opened), (SELECT count(*) FROM waiting)
"""


def open_due_surveys(*, at: dt.datetime) -> int:
    """Open every due survey whose patient may be contacted now, and queue its invitation; how many.

    Repeatable, also by two workers at once. A patient who may not be contacted yet is asked as soon as that
    changes, while the window is open; whom no message can reach gets no invitation, and a call is made instead.
    Timepoints without instruments ask nothing. A survey that falls together with an open one of the same patient's
    other course gets no invitation of its own: that one's link leads to it.
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
    (waiting, values), (assigned, versions) = _waiting_sql(clinic, today), _assigned_sql(clinic, today)
    when = _when_to_send(clinic, at).values()
    statement = OPEN_SURVEYS.format(waiting=waiting, assigned=assigned)
    opened = _open_one_after_another(statement, [*values], [*versions, today, at, *when])
    crash_point("while_opening")
    _invite_left_alone(clinic, today=today, at=at)
    return opened


def _open_one_after_another(statement: str, before: list[Any], then: list[Any]) -> int:
    """Run the statement until no patient's second survey waits any more; how many were opened."""
    total: int = 0
    with connection.cursor() as cursor:
        while total < OPENED_AT_ONCE:
            cursor.execute(statement, [*before, OPENED_AT_ONCE - total, *then])
            opened, waiting = map(int, cursor.fetchone())
            total += opened
            if opened in (0, waiting):
                break
    return total


def _when_to_send(clinic: Clinic, at: dt.datetime) -> dict[str, Any]:
    """By the clinic's clock. The patient's, and whether a weekend can be waited for, is looked at when it is sent."""
    hours = SendingHours(clinic.time_zone, clinic.send_from_hour, clinic.send_until_hour)
    not_before = hours.next_allowed(at)
    why = Why.QUIET_HOURS if not_before > at else None
    return {"not_before": not_before, "reason_code": why or "", "reason": why.words if why else ""}


def _channel() -> models.Expression:
    """The one that the ladder asks for if it reaches the patient, else the first that does; empty when none does."""
    wish = LadderStep.objects.filter(timepoint=OuterRef("timepoint"), sequence=0).values("channel")[:1]
    patient = "course__patient__"
    return Case(
        *[
            When(reachable_by(channel, patient) & Q(Exact(Subquery(wish), Value(channel))), then=Value(channel))
            for channel in (SMS, EMAIL)
        ],
        default=first_channel(patient),
        output_field=models.CharField(),
    )


def _paused(patient: str, protocol: str) -> Exists:
    pauses = SendingPause.objects.active().filter(clinic=OuterRef("clinic"))
    return Exists(
        pauses.filter(Q(patient=None) | Q(patient=OuterRef(patient)), Q(protocol=None) | Q(protocol=OuterRef(protocol)))
    )


def _waiting_sql(clinic: Clinic, today: dt.date) -> tuple[str, list[Any]]:
    """The follow-ups that wait, as SQL with its values."""
    return _of(_compiled_waiting(bool(settings.SMS_URL)), clinic, today)


def _assigned_sql(clinic: Clinic, today: dt.date) -> tuple[str, list[Any]]:
    """What is asked at each timepoint, as SQL with its values."""
    return _of(_compiled_assigned(), clinic, today)


def _of(compiled: tuple[str, tuple[Any, ...]], clinic: Clinic, today: dt.date) -> tuple[str, list[Any]]:
    statement, values = compiled
    real = {SOME_DAY: today, SOME_CLINIC: clinic.pk}
    return statement, [real.get(value, value) if isinstance(value, dt.date | int) else value for value in values]


@cache
def _compiled_waiting(_is_sms_on: bool) -> tuple[str, tuple[Any, ...]]:
    """Compiled once a process: it takes Django 30 ms, for each clinic and tick."""
    statement, values = _waiting(Clinic(pk=SOME_CLINIC), SOME_DAY).query.sql_with_params()
    return statement, tuple(values)


@cache
def _compiled_assigned() -> tuple[str, tuple[Any, ...]]:
    rows = (
        _assigned(SOME_CLINIC, SOME_DAY)
        .order_by()
        .values("timepoint_id", "region", "instrument", "position", "version")
    )
    statement, values = rows.query.sql_with_params()
    return statement, tuple(values)


def _waiting(clinic: Clinic, today: dt.date) -> QuerySet[FollowUp, dict[str, Any]]:
    """What could be opened now: one that another is about to join waits for it, so that both go out together."""
    waiting: QuerySet[FollowUp, dict[str, Any]] = (
        FollowUp.objects.due(on=today)
        .filter(_asks_something(clinic.pk, today), clinic=clinic, survey=None)
        .filter(~_paused("course__patient", "course__protocol"), clinic__messages_held_at=None)
        .filter(course__patient__in=Patient.objects.agreed().answerable())
        .filter(Q(timepoint__name=Timepoint.BASELINE) | ~Exists(_opening_soon(clinic.pk, today)))
        .annotate(
            patient_id=F("course__patient_id"),
            region=F("course__region"),
            channel=_channel(),
            lead_id=Subquery(_leads(today).order_by("follow_up__due_on", "pk").values("pk")[:1]),
        )
        .order_by()
        .values("id", "clinic_id", "patient_id", "due_on", "timepoint_id", "region", "channel", "lead_id")
    )
    return waiting


def _assigned(clinic_id: int, today: dt.date) -> QuerySet[Any]:
    """What may be asked today of what protocols ask, with the ``version`` of each."""
    brought = LoadedInstrument.objects.usable(on=today).filter(clinic=clinic_id, code=OuterRef("instrument"))
    shipped = [When(instrument=code, then=Value(version)) for code, version in shipped_versions().items()]
    version = Coalesce(Subquery(brought.order_by("-pk").values("version")[:1]), Case(*shipped, default=None))
    # What mypy knows of the expression is not enough for it to see the annotation.
    rows: QuerySet[Any] = AssignedInstrument.objects.annotate(version=version)
    return rows.filter(clinic=clinic_id, version__isnull=False)


def _asks_something(clinic_id: int, today: dt.date) -> Exists:
    of_this = Q(region="") | Q(region=OuterRef("course__region"))
    return Exists(_assigned(clinic_id, today).filter(of_this, timepoint=OuterRef("timepoint")))


def _falls_together(path: str = "") -> Q:
    """Of the same patient's other course, and due within a visit of the outer follow-up."""
    days = (OuterRef("due_on") - VISIT, OuterRef("due_on") + VISIT)
    same_patient = Q(**{f"{path}course__patient": OuterRef("course__patient"), f"{path}due_on__range": days})
    return same_patient & ~Q(**{f"{path}course": OuterRef("course")})


def _opening_soon(clinic_id: int, today: dt.date) -> QuerySet[FollowUp]:
    asked = _asks_something(clinic_id, today)
    unopened = FollowUp.objects.unopened().filter(_falls_together(), asked, ended_on=None)
    return unopened.filter(opens_on__gt=today, opens_on__lte=OuterRef("due_on"))


def _leads(today: dt.date) -> QuerySet[Survey]:
    """Open, unanswered surveys whose invitation reaches the patient, and which are not themselves led to by another."""
    return Survey.objects.filter(
        _falls_together("follow_up__"),
        Exists(Delivery.objects.filter(survey=OuterRef("pk"), status__in=RELIABLE)),
        completed_at=None,
        cancelled_at=None,
        asked_with=None,
        follow_up__ended_on=None,
        follow_up__closes_on__gte=today,
    )


def _invite_left_alone(clinic: Clinic, *, today: dt.date, at: dt.datetime) -> None:
    """Queue an own invitation for every survey that no other's link leads the patient to any more."""
    reliable = Exists(Delivery.objects.filter(survey=OuterRef("asked_with"), status__in=RELIABLE))
    is_led = reliable & Q(
        asked_with__completed_at=None,
        asked_with__cancelled_at=None,
        asked_with__follow_up__ended_on=None,
        asked_with__follow_up__closes_on__gte=today,
    )
    is_on_the_way = Q(asked_with__completed_at__gt=at - VISIT_LASTS)
    alone = Survey.objects.filter(
        clinic=clinic,
        asked_with__isnull=False,
        completed_at=None,
        cancelled_at=None,
        deliveries=None,
        follow_up__ended_on=None,
        follow_up__closes_on__gte=today,
        follow_up__course__patient__in=Patient.objects.contactable().answerable(),
    ).exclude(is_led | is_on_the_way)
    channel = first_channel("follow_up__course__patient__")
    rows = alone.annotate(channel=channel, patient_id=F("follow_up__course__patient")).order_by("pk")
    Delivery.objects.bulk_create(
        Delivery(
            clinic=clinic,
            patient_id=one.patient_id,
            survey=one,
            kind=Delivery.Kind.INVITATION,
            channel=one.channel,
            sequence=0,
            **_when_to_send(clinic, at),
        )
        for one in rows
    )
