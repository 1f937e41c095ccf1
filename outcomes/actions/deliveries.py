"""One message on its way: claimed, started, finished, or swept up. Every change of ``Delivery`` is here.

Three commits guard one hand-over. Claiming takes rows for one worker; starting is the point of no automatic return;
finishing writes down what the server said. The fence, one higher with every claim, makes an old holder powerless.
What runs once a message is SQL by hand: it is half of what a message costs.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F
from django.urls import reverse

from clinic import scope
from clinic.links import hash_link, new_token
from outcomes import delivery_rules, messages
from outcomes.delivery_rules import (
    LEASE,
    MAX_ATTEMPTS,
    MAYBE_SENT,
    WAITS_FOR_HOURS,
    Facts,
    Outcome,
    Reply,
    SendingHours,
)
from outcomes.mail_server import Envelope
from outcomes.models import Delivery

Status = Delivery.Status

CLAIM = """
WITH due AS MATERIALIZED (
  SELECT id FROM outcomes_delivery WHERE status = 'queued' AND not_before <= %s
    AND clinic_id <> ALL (ARRAY(SELECT id FROM clinic_clinic WHERE messages_held_at IS NOT NULL))
  ORDER BY not_before, id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE outcomes_delivery delivery
SET status = 'claimed', fence = fence + 1, attempts = attempts + 1, lease_until = %s
FROM due WHERE delivery.id = due.id
RETURNING delivery.id, delivery.fence, delivery.attempts, delivery.clinic_id
"""
# Rows are locked in this order, survey before follow-up, which is also the order of sending a survey in.
LOCK = """
SELECT delivery.public_id, delivery.clinic_id, delivery.survey_id,
  survey.completed_at, follow_up.closes_on, follow_up.ended_on,
  patient.consented_at, patient.withdrawn_at, patient.contact_lapsed_at, patient.registry_stopped_at,
  patient.email, patient.given_name,
  clinic.sender_name, clinic.phone, clinic.time_zone, clinic.send_from_hour, clinic.send_until_hour
FROM outcomes_delivery delivery
JOIN outcomes_survey survey ON survey.id = delivery.survey_id
JOIN treatments_followup follow_up ON follow_up.id = survey.follow_up_id
JOIN treatments_course course ON course.id = follow_up.course_id
JOIN patients_patient patient ON patient.id = course.patient_id
JOIN clinic_clinic clinic ON clinic.id = delivery.clinic_id
WHERE delivery.id = %s AND delivery.fence = %s AND delivery.status = 'claimed'
FOR NO KEY UPDATE OF delivery, survey, follow_up, patient
"""
START = """
WITH attempt AS (
  INSERT INTO outcomes_deliveryattempt (clinic_id, delivery_id, fence, started_at, outcome, detail)
  VALUES (%(clinic)s, %(delivery)s, %(fence)s, %(at)s, '', '')
), link AS (
  INSERT INTO outcomes_surveylink (clinic_id, survey_id, token_hash, issued_at)
  VALUES (%(clinic)s, %(survey)s, %(token_hash)s, %(at)s)
)
UPDATE outcomes_delivery SET status = 'sending', lease_until = %(lease_until)s, reason = '' WHERE id = %(delivery)s
"""
FINISH = """
WITH held AS (
  UPDATE outcomes_delivery
  SET status = %(status)s, reason = %(reason)s, sent_at = %(sent_at)s, lease_until = NULL,
    not_before = coalesce(%(not_before)s, not_before)
  WHERE id = %(delivery)s AND fence = %(fence)s AND status IN ('sending', 'unknown')
  RETURNING id, fence
)
UPDATE outcomes_deliveryattempt attempt SET finished_at = %(at)s, outcome = %(reply)s, detail = %(detail)s
FROM held WHERE attempt.delivery_id = held.id AND attempt.fence = held.fence
"""


@dataclass(frozen=True, order=True)
class Claim:
    """A worker's hold on one delivery. Good until somebody claims it again, with a higher fence."""

    delivery_id: int
    fence: int
    attempts: int
    clinic_id: int


class _Waiting(NamedTuple):
    """The columns of LOCK."""

    public_id: UUID
    clinic_id: int
    survey_id: int
    completed_at: dt.datetime | None
    closes_on: dt.date
    ended_on: dt.date | None
    consented_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    contact_lapsed_at: dt.datetime | None
    registry_stopped_at: dt.datetime | None
    email: str
    given_name: str
    sender_name: str
    phone: str
    time_zone: str
    from_hour: int
    until_hour: int


def claim_deliveries(*, at: dt.datetime, limit: int = 20) -> list[Claim]:
    """Take up to ``limit`` waiting deliveries for ten minutes. No two callers ever hold the same one."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [at, limit, at + LEASE])
        return sorted(Claim(*row) for row in cursor.fetchall())


def release_deliveries(claims: Iterable[Claim]) -> None:
    """Put back what was claimed and not started. It counts as no attempt."""
    for claim in claims:
        _let_go(claim, status=Status.QUEUED, attempts=F("attempts") - 1)


def start_delivery(claim: Claim, *, at: dt.datetime) -> Envelope | None:
    """The message to hand over now; None when it must not go out (any more, or yet) or the claim is lost.

    Delivery, survey, follow-up and patient stay locked while this is decided: a survey that is sent in and a consent
    that is withdrawn come either before, and then nothing goes out, or after.
    """
    with scope.of_clinic(claim.clinic_id):
        return _started(claim, at)


def _started(claim: Claim, at: dt.datetime) -> Envelope | None:
    waiting = _locked(claim)
    if waiting is None:
        return None
    facts = Facts(**{name: getattr(waiting, name) for name in Facts.__annotations__})
    reason = delivery_rules.why_not_needed(facts, on=at.astimezone(ZoneInfo(waiting.time_zone)).date())
    if reason:
        _let_go(claim, status=Status.CANCELLED, reason=reason)
        return None
    hours = SendingHours(waiting.time_zone, waiting.from_hour, waiting.until_hour)
    if not hours.allow(at):
        later = hours.next_allowed(at)
        _let_go(claim, status=Status.QUEUED, attempts=F("attempts") - 1, not_before=later, reason=WAITS_FOR_HOURS)
        return None
    return _begin(claim, waiting, at)


def finish_delivery(claim: Claim, outcome: Outcome, *, at: dt.datetime) -> bool:
    """Write down what the mail server said. False, and nothing changes, when the claim is lost."""
    values = {
        "delivery": claim.delivery_id,
        "fence": claim.fence,
        "at": at,
        "reply": outcome.reply,
        "detail": outcome.detail,
        **_after(outcome, claim.attempts, at),
    }
    with scope.of_clinic(claim.clinic_id), connection.cursor() as cursor:
        cursor.execute(FINISH, values)
        return bool(cursor.rowcount)


def sweep_deliveries(*, at: dt.datetime) -> int:
    """Settle what dead workers left behind; how many. Repeatable.

    Claimed and never started: it waits again. Started: nobody knows whether it went out, and nobody sends it again.
    """
    abandoned = Delivery.objects.abandoned(at)
    claimed = abandoned.filter(status=Status.CLAIMED)
    waiting = claimed.filter(attempts__lt=MAX_ATTEMPTS).update(
        status=Status.QUEUED, lease_until=None, reason="The worker stopped before it was sent; it waits for another."
    )
    failed = claimed.filter(attempts__gte=MAX_ATTEMPTS).update(
        status=Status.FAILED, lease_until=None, reason=f"Given up: {MAX_ATTEMPTS} workers stopped before it was sent."
    )
    unknown = abandoned.filter(status=Status.SENDING).update(
        status=Status.UNKNOWN, lease_until=None, reason=f"The worker stopped while it was being sent. {MAYBE_SENT}"
    )
    return waiting + failed + unknown


def explain_waiting(*, reason: str, at: dt.datetime) -> int:
    """Say why nothing that could go out now does; how many rows were told. They stay queued, at no cost."""
    return Delivery.objects.queued(at).exclude(reason=reason).update(reason=reason)


def _locked(claim: Claim) -> _Waiting | None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [claim.delivery_id, claim.fence])
        row = cursor.fetchone()
    return _Waiting(*row) if row else None


def _begin(claim: Claim, waiting: _Waiting, at: dt.datetime) -> Envelope | None:
    token = new_token()
    try:
        envelope = _written(waiting, token, at)
    except ValidationError:
        _let_go(claim, status=Status.FAILED, reason="The e-mail address is not a valid one.")
        return None
    values: dict[str, Any] = {
        "clinic": waiting.clinic_id,
        "delivery": claim.delivery_id,
        "survey": waiting.survey_id,
        "fence": claim.fence,
        "token_hash": hash_link(token),
        "at": at,
        "lease_until": at + LEASE,
    }
    with connection.cursor() as cursor:
        cursor.execute(START, values)
    return envelope


def _written(waiting: _Waiting, token: str, at: dt.datetime) -> Envelope:
    invitation = messages.Invitation(
        email=waiting.email,
        given_name=waiting.given_name,
        clinic_name=waiting.sender_name,
        phone=waiting.phone,
        closes_on=waiting.closes_on,
        link=settings.SITE_URL + reverse("survey-welcome", args=[token]),
    )
    return messages.survey_invitation(
        invitation, public_id=waiting.public_id, our_address=settings.DEFAULT_FROM_EMAIL, at=at
    )


def _after(outcome: Outcome, attempts: int, at: dt.datetime) -> dict[str, Any]:
    stays: dict[str, Any] = {"sent_at": None, "not_before": None}
    if outcome.reply is Reply.ACCEPTED:
        return {**stays, "status": Status.SENT, "sent_at": at, "reason": ""}
    if outcome.reply is Reply.LOST:
        return {**stays, "status": Status.UNKNOWN, "reason": f"{outcome.detail} {MAYBE_SENT}"}
    if outcome.reply is Reply.REFUSED:
        return {**stays, "status": Status.FAILED, "reason": outcome.detail}
    again_at = delivery_rules.retry_at(attempts, at=at)
    if again_at is None:
        return {**stays, "status": Status.FAILED, "reason": f"Given up after {attempts} attempts. {outcome.detail}"}
    return {**stays, "status": Status.QUEUED, "not_before": again_at, "reason": outcome.detail}


def _let_go(claim: Claim, **values: Any) -> None:
    """Give up a hold before anything was started; changes nothing when the hold is lost."""
    held = Delivery.objects.filter(pk=claim.delivery_id, fence=claim.fence, status=Status.CLAIMED)
    held.update(lease_until=None, **values)
