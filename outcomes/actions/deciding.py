"""Every due check-in is looked at again and again: what is to be sent or called now, and if nothing, why."""

import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from psycopg2.extras import execute_values

from clinic import scope
from clinic.models import Clinic
from outcomes.actions.deliveries import because
from outcomes.actions.pausing import IS_PAUSED
from outcomes.contact_rules import LOOKS_AT_MESSAGES_AFTER, Decision, Sent, Standing, decide
from outcomes.delivery_rules import SendingHours
from outcomes.ladders import Step
from outcomes.models import BY_HAND, Call, ContactDecision, Delivery, LadderStep, Survey
from outcomes.reasons import Why
from patients.models import EMAIL, SMS

logger = logging.getLogger(__name__)

# In one tick and clinic; after an outage the oldest come first, and the others within the next ticks.
AT_MOST = 5_000

# A check-in that is due and asks something is looked at from now on.
NOTICE = """
INSERT INTO outcomes_contactdecision (clinic_id, follow_up_id, code, is_blocked, decided_at, looks_again_at)
SELECT follow_up.clinic_id, follow_up.id, 'opening', false, %(at)s, %(at)s
FROM treatments_followup follow_up
JOIN treatments_course course ON course.id = follow_up.course_id
WHERE follow_up.clinic_id = %(clinic)s AND follow_up.answered_at IS NULL AND follow_up.ended_on IS NULL
  AND %(today)s BETWEEN follow_up.opens_on AND follow_up.closes_on
  AND NOT EXISTS (SELECT FROM outcomes_contactdecision one WHERE one.follow_up_id = follow_up.id)
  AND EXISTS (SELECT FROM outcomes_assignedinstrument asked
    WHERE asked.timepoint_id = follow_up.timepoint_id AND asked.region IN ('', course.region))
ON CONFLICT (follow_up_id) DO NOTHING
"""
# Who may not be contacted any more, or may again: looked at now, not only when it was planned.
NOTICE_CHANGES = """
UPDATE outcomes_contactdecision decision SET looks_again_at = %(at)s
FROM treatments_followup follow_up
JOIN treatments_course course ON course.id = follow_up.course_id
JOIN patients_patient patient ON patient.id = course.patient_id
JOIN clinic_clinic clinic ON clinic.id = course.clinic_id
WHERE follow_up.id = decision.follow_up_id AND decision.clinic_id = %(clinic)s AND decision.looks_again_at > %(at)s
  AND (follow_up.answered_at IS NOT NULL OR follow_up.ended_on IS NOT NULL OR decision.is_blocked <> (
    patient.died_on IS NOT NULL OR patient.registry_stopped_at IS NOT NULL OR patient.consented_at IS NULL
    OR patient.withdrawn_at IS NOT NULL OR patient.contact_lapsed_at IS NOT NULL
    OR clinic.messages_held_at IS NOT NULL
    OR {paused}))
"""
LOOK = """
SELECT follow_up.id, follow_up.timepoint_id, course.patient_id, survey.id,
  coalesce(survey.completed_at, follow_up.answered_at), survey.cancelled_at, follow_up.closes_on, follow_up.ended_on,
  patient.died_on, patient.consented_at, patient.withdrawn_at, patient.contact_lapsed_at, patient.registry_stopped_at,
  {paused},
  survey.asked_with_id IS NOT NULL,
  EXISTS (SELECT FROM outcomes_call call WHERE call.survey_id = survey.id
    OR call.patient_id = patient.id AND call.outcome = 'no_more_calls'),
  patient.email <> '' AND patient.email_stopped_at IS NULL AND patient.email_bounced_at IS NULL,
  patient.phone <> '' AND patient.sms_stopped_at IS NULL AND patient.sms_failed_at IS NULL,
  patient.preferred_channel, patient.time_zone,
  coalesce((SELECT json_agg(json_build_array(delivery.sequence, delivery.channel, delivery.status,
      delivery.not_before, delivery.started_at) ORDER BY delivery.sequence, delivery.id)
    FROM outcomes_delivery delivery WHERE delivery.survey_id = survey.id AND delivery.sequence < %(by_hand)s), '[]')
FROM treatments_followup follow_up
LEFT JOIN outcomes_contactdecision decision ON decision.follow_up_id = follow_up.id
JOIN treatments_course course ON course.id = follow_up.course_id
JOIN patients_patient patient ON patient.id = course.patient_id
LEFT JOIN outcomes_survey survey ON survey.follow_up_id = follow_up.id
WHERE {which}
ORDER BY decision.looks_again_at, follow_up.id LIMIT %(most)s
"""
WRITE = """
UPDATE outcomes_contactdecision decision
SET code = new.code, is_blocked = new.is_blocked, decided_at = new.decided_at, looks_again_at = new.looks_again_at
FROM (VALUES %s) AS new (follow_up_id, code, is_blocked, decided_at, looks_again_at)
WHERE decision.follow_up_id = new.follow_up_id
"""
WRITE_ROW = "(%s::bigint, %s, %s::boolean, %s::timestamptz, %s::timestamptz)"


class Item(NamedTuple):
    """The columns of LOOK."""

    follow_up_id: int
    timepoint_id: int
    patient_id: int
    survey_id: int | None
    completed_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    closes_on: dt.date
    ended_on: dt.date | None
    died_on: dt.date | None
    consented_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    contact_lapsed_at: dt.datetime | None
    registry_stopped_at: dt.datetime | None
    is_paused: bool
    is_asked_with: bool
    has_call: bool
    by_email: bool
    by_sms: bool
    preferred_channel: str
    time_zone: str
    messages: list[list[Any]]


def decide_contacts(*, at: dt.datetime) -> int:
    """Look at everything that is due for a look, and make the messages and calls that follow; how many decisions.

    Repeatable, also by two workers at once: one of them a clinic.
    """
    return sum(_decide_for(clinic, at) for clinic in Clinic.objects.all())


def look_again(delivery_id: int, *, at: dt.datetime) -> None:
    """The message's check-in is to be looked at with the next tick: it will not arrive, so something else is due."""
    ContactDecision.objects.filter(follow_up__survey__deliveries=delivery_id).update(looks_again_at=at)


def _decide_for(clinic: Clinic, at: dt.datetime) -> int:
    with scope.of_clinic(clinic.pk):
        if not Clinic.objects.filter(pk=clinic.pk).select_for_update(no_key=True, skip_locked=True):
            return 0
        today = at.astimezone(ZoneInfo(clinic.time_zone)).date()
        with connection.cursor() as cursor:
            cursor.execute(NOTICE, {"at": at, "clinic": clinic.pk, "today": today})
            cursor.execute(NOTICE_CHANGES.format(paused=IS_PAUSED), {"at": at, "clinic": clinic.pk})
        items = look("decision.clinic_id = %(clinic)s AND decision.looks_again_at <= %(at)s", clinic=clinic.pk, at=at)
        decided = decisions_about(clinic, items, at=at)
        _write(clinic, decided, at)
        return len(decided)


def standing_of(survey: Survey, *, at: dt.datetime) -> Standing:
    """What the ladder would be asked about this survey, as it stands now."""
    (item,) = look("follow_up.id = %(follow_up)s", follow_up=survey.follow_up_id)
    return _standing(item, survey.clinic)


def look(which: str, *, most: int = AT_MOST, **values: Any) -> list[Item]:
    """What is known of the check-ins that the SQL condition ``which`` chooses."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK.format(which=which, paused=IS_PAUSED), {**values, "most": most, "by_hand": BY_HAND})
        return [Item(*row) for row in cursor.fetchall()]


def decisions_about(clinic: Clinic, items: Sequence[Item], *, at: dt.datetime) -> list[tuple[Item, Decision]]:
    """What is to be done about each now; changes nothing."""
    ladders = _ladders({item.timepoint_id for item in items})
    return [(item, _decided(item, clinic, ladders.get(item.timepoint_id, ()), at)) for item in items]


def _decided(item: Item, clinic: Clinic, ladder: Sequence[Step], at: dt.datetime) -> Decision:
    try:
        return decide(_standing(item, clinic), ladder, at=at)
    except Exception:
        # One bad row must not stop the others; it says so, and is looked at again.
        logger.exception("nothing could be decided about follow-up %s", item.follow_up_id)
        return Decision(Why.BROKEN, at + LOOKS_AT_MESSAGES_AFTER)


def _ladders(timepoints: Iterable[int]) -> Mapping[int, list[Step]]:
    names = [field.name for field in fields(Step)]
    ladders: dict[int, list[Step]] = {}
    for timepoint_id, *values in LadderStep.objects.filter(timepoint__in=timepoints).values_list(
        "timepoint_id", *names
    ):
        ladders.setdefault(timepoint_id, []).append(Step(**dict(zip(names, values, strict=True))))
    return ladders


def _standing(item: Item, clinic: Clinic) -> Standing:
    usable = [
        channel for channel, is_usable in ((EMAIL, item.by_email), (SMS, item.by_sms and settings.SMS_URL)) if is_usable
    ]
    own = {field.name: getattr(item, field.name) for field in fields(Standing) if field.name in Item._fields}
    return Standing(
        **{
            **own,
            "is_held": clinic.messages_held_at is not None,
            "is_open": item.survey_id is not None,
            # One that was left alone by the other check-in got an invitation of its own.
            "is_asked_with": item.is_asked_with and not item.messages,
            "channels": tuple(sorted(usable, key=lambda channel: channel != item.preferred_channel)),
            "zone": clinic.time_zone,
            "hours": SendingHours(
                item.time_zone or clinic.time_zone,
                clinic.send_from_hour,
                clinic.send_until_hour,
                clinic.sends_on_weekends,
            ),
            "sent": [_sent(*message) for message in item.messages],
        }
    )


def _sent(sequence: int, channel: str, status: str, not_before: str, started_at: str | None) -> Sent:
    started = dt.datetime.fromisoformat(started_at) if started_at else None
    return Sent(sequence, channel, status, dt.datetime.fromisoformat(not_before), started)


def _write(clinic: Clinic, decided: Sequence[tuple[Item, Decision]], at: dt.datetime) -> None:
    if not decided:
        return
    Delivery.objects.bulk_create(
        [
            Delivery(
                clinic=clinic,
                patient_id=item.patient_id,
                survey_id=item.survey_id,
                kind=decision.message.kind,
                channel=decision.message.channel,
                sequence=decision.message.sequence,
                not_before=decision.message.not_before,
                **(because(Why.QUIET_HOURS) if decision.message.not_before > at else {}),
            )
            for item, decision in decided
            if decision.message and item.survey_id
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    today = at.astimezone(ZoneInfo(clinic.time_zone)).date()
    Call.objects.bulk_create(
        [
            Call(
                clinic=clinic,
                patient_id=item.patient_id,
                survey_id=item.survey_id,
                reason=decision.call,
                made_at=at,
                call_on=today,
            )
            for item, decision in decided
            if decision.call and item.survey_id
        ],
        ignore_conflicts=True,
    )
    rows = [(item.follow_up_id, d.why.value, d.is_blocked, at, d.looks_again_at) for item, d in decided]
    with connection.cursor() as cursor:
        execute_values(cursor.cursor, WRITE, rows, WRITE_ROW, page_size=1000)
    _close_calls(clinic, at)


def _close_calls(clinic: Clinic, at: dt.datetime) -> None:
    """What was answered or is over needs no call any more."""
    over = Call.objects.filter(clinic=clinic, closed_at=None, survey__follow_up__contact_decision__looks_again_at=None)
    over.filter(survey__follow_up__contact_decision__isnull=False).update(closed_at=at, outcome=Call.Outcome.NOT_NEEDED)
