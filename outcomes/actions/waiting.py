"""What one message stands on when it is about to go out: read under lock, in one statement."""

import datetime as dt
from dataclasses import fields
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from clinic.prepared import Prepared
from outcomes.actions.deliveries import Claim
from outcomes.actions.pausing import IS_PAUSED
from outcomes.delivery_rules import Facts, SendingHours

# Rows are locked in this order, survey before follow-up, which is also the order of sending a survey in.
LOCK = """
SELECT delivery.public_id, delivery.clinic_id, delivery.survey_id, delivery.channel, delivery.kind, patient.id,
  survey.completed_at, survey.cancelled_at, follow_up.closes_on, follow_up.ended_on, patient.died_on,
  patient.consented_at, patient.withdrawn_at, patient.contact_lapsed_at, patient.registry_stopped_at,
  CASE delivery.channel WHEN 'email' THEN patient.email ELSE patient.phone END,
  CASE delivery.channel WHEN 'email' THEN patient.email_stopped_at ELSE patient.sms_stopped_at END,
  CASE delivery.channel WHEN 'email' THEN patient.email_bounced_at ELSE patient.sms_failed_at END,
  patient.given_name, patient.language, coalesce(nullif(patient.time_zone, ''), clinic.time_zone),
  survey.started_at, survey.instruments, survey.versions, survey.language,
  (SELECT json_agg(json_build_array(other.instruments, other.versions)) FROM outcomes_survey other
   WHERE other.asked_with_id = survey.id AND other.completed_at IS NULL AND other.cancelled_at IS NULL),
  clinic.sender_name, clinic.phone, clinic.sms_sender, clinic.time_zone,
  clinic.send_from_hour, clinic.send_until_hour, clinic.sends_on_weekends, clinic.messages_a_day, clinic.messages_a_week,
  {paused}
FROM outcomes_delivery delivery
JOIN outcomes_survey survey ON survey.id = delivery.survey_id
JOIN treatments_followup follow_up ON follow_up.id = survey.follow_up_id
JOIN treatments_course course ON course.id = follow_up.course_id
JOIN patients_patient patient ON patient.id = course.patient_id
JOIN clinic_clinic clinic ON clinic.id = delivery.clinic_id
WHERE delivery.id = $1 AND delivery.fence = $2 AND delivery.status = 'claimed' AND patient.merged_into_id IS NULL
FOR NO KEY UPDATE OF delivery, survey, follow_up, patient
"""
_LOCK = Prepared("lock_delivery", ["bigint", "integer"], LOCK.format(paused=IS_PAUSED))


class Waiting(NamedTuple):
    """One message, its survey, its patient and its clinic, as the columns of LOCK."""

    public_id: UUID
    clinic_id: int
    survey_id: int
    channel: str
    kind: str
    patient_id: int
    completed_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    closes_on: dt.date
    ended_on: dt.date | None
    died_on: dt.date | None
    consented_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    contact_lapsed_at: dt.datetime | None
    registry_stopped_at: dt.datetime | None
    address: str
    stopped_at: dt.datetime | None
    bounced_at: dt.datetime | None
    given_name: str
    language: str
    patient_zone: str
    started_at: dt.datetime | None
    instruments: list[str]
    versions: list[str]
    survey_language: str
    companions: list[tuple[list[str], list[str]]] | None
    sender_name: str
    phone: str
    sms_sender: str
    time_zone: str
    from_hour: int
    until_hour: int
    on_weekends: bool
    a_day: int
    a_week: int
    is_paused: bool

    @property
    def facts(self) -> Facts:
        return Facts(**{field.name: getattr(self, field.name) for field in fields(Facts)})

    @property
    def hours(self) -> SendingHours:
        return SendingHours(self.patient_zone, self.from_hour, self.until_hour, self.on_weekends)

    @property
    def closes_at(self) -> dt.datetime:
        """The first instant at which the link no longer works."""
        return dt.datetime.combine(self.closes_on + dt.timedelta(days=1), dt.time(), ZoneInfo(self.time_zone))


def locked(claim: Claim) -> Waiting | None:
    """The message that is held, locked with its survey, follow-up and patient; None when the hold is lost.

    Where the patient was merged into another record while this waited, the second look finds that one: never the address
    of the record that went.
    """
    with connection.cursor() as cursor:
        for _look in range(2):
            _LOCK.run(cursor, [claim.delivery_id, claim.fence])
            if row := cursor.fetchone():
                return Waiting(*row)
    return None
