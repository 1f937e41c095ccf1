"""One message on its way: claimed, started, finished, or swept up. Every change of ``Delivery`` is here.

Three commits guard one hand-over. Claiming takes rows for one worker; starting is the point of no automatic return;
finishing writes down what the server said. The fence, one higher with every claim, makes an old holder powerless.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse

from outcomes import messages
from outcomes.actions.opening import sending_hours
from outcomes.actions.surveys import is_closed
from outcomes.delivery_rules import LEASE, MAX_ATTEMPTS, MAYBE_SENT, WAITS_FOR_HOURS, Outcome, Reply, retry_at
from outcomes.links import hash_token, new_token
from outcomes.mail_server import Envelope
from outcomes.models import Delivery, DeliveryAttempt, SurveyLink

Status = Delivery.Status

CLAIM = """
WITH due AS MATERIALIZED (
  SELECT id FROM outcomes_delivery WHERE status = %s AND not_before <= %s
  ORDER BY not_before, id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE outcomes_delivery delivery
SET status = %s, fence = fence + 1, attempts = attempts + 1, lease_until = %s
FROM due WHERE delivery.id = due.id
RETURNING delivery.id, delivery.fence, delivery.attempts
"""


@dataclass(frozen=True, order=True)
class Claim:
    """A worker's hold on one delivery. Good until somebody claims it again, with a higher fence."""

    delivery_id: int
    fence: int
    attempts: int


def claim_deliveries(*, at: dt.datetime, limit: int = 20) -> list[Claim]:
    """Take up to ``limit`` waiting deliveries for ten minutes. No two callers ever hold the same one."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [Status.QUEUED, at, limit, Status.CLAIMED, at + LEASE])
        return sorted(Claim(*row) for row in cursor.fetchall())


def release_deliveries(claims: Iterable[Claim]) -> None:
    """Put back what was claimed and not started. It counts as no attempt."""
    for claim in claims:
        _change(claim, Status.CLAIMED, status=Status.QUEUED, attempts=F("attempts") - 1)


@transaction.atomic
def start_delivery(claim: Claim, *, at: dt.datetime) -> Envelope | None:
    """The message to hand over now; None when it must not go out (any more, or yet) or the claim is lost.

    Delivery, survey, follow-up and patient stay locked while this is decided: a survey that is sent in and a consent
    that is withdrawn come either before, and then nothing goes out, or after.
    """
    delivery = _locked(claim)
    if delivery is None:
        return None
    if reason := _why_not_needed(delivery, at):
        _change(claim, Status.CLAIMED, status=Status.CANCELLED, reason=reason)
        return None
    hours = sending_hours(delivery.clinic)
    if not hours.allow(at):
        wait = {"not_before": hours.next_allowed(at), "attempts": F("attempts") - 1, "reason": WAITS_FOR_HOURS}
        _change(claim, Status.CLAIMED, status=Status.QUEUED, **wait)
        return None
    return _begin(claim, delivery, at)


def finish_delivery(claim: Claim, outcome: Outcome, *, at: dt.datetime) -> bool:
    """Write down what the mail server said. False, and nothing changes, when the claim is lost."""
    with transaction.atomic():
        if not _change(claim, Status.SENDING, Status.UNKNOWN, **_after(outcome, claim.attempts, at)):
            return False
        DeliveryAttempt.objects.filter(delivery_id=claim.delivery_id, fence=claim.fence).update(
            finished_at=at, outcome=outcome.reply, detail=outcome.detail
        )
        return True


def sweep_deliveries(*, at: dt.datetime) -> int:
    """Settle what dead workers left behind; how many. Repeatable.

    Claimed and never started: it waits again. Started: nobody knows whether it went out, and nobody sends it again.
    """
    abandoned = Delivery.objects.abandoned(at)
    claimed, free = abandoned.filter(status=Status.CLAIMED), {"lease_until": None}
    waiting = claimed.filter(attempts__lt=MAX_ATTEMPTS).update(
        status=Status.QUEUED, reason="The worker stopped before it was sent; it waits for another.", **free
    )
    failed = claimed.filter(attempts__gte=MAX_ATTEMPTS).update(
        status=Status.FAILED, reason=f"Given up: {MAX_ATTEMPTS} workers stopped before it was sent.", **free
    )
    unknown = abandoned.filter(status=Status.SENDING).update(
        status=Status.UNKNOWN, reason=f"The worker stopped while it was being sent. {MAYBE_SENT}", **free
    )
    return waiting + failed + unknown


def explain_waiting(*, reason: str, at: dt.datetime) -> int:
    """Say why nothing that could go out now does; how many rows were told. They stay queued, at no cost."""
    return Delivery.objects.queued(at).exclude(reason=reason).update(reason=reason)


def _locked(claim: Claim) -> Delivery | None:
    # The order of ``of`` is the order of locking, and the one that sending a survey in uses.
    locks = ("self", "survey", "survey__follow_up", "survey__follow_up__course__patient")
    return (
        Delivery.objects.select_for_update(of=locks, no_key=True)
        .select_related("clinic", "survey__follow_up__course__patient")
        .filter(pk=claim.delivery_id, fence=claim.fence, status=Status.CLAIMED)
        .first()
    )


def _why_not_needed(delivery: Delivery, at: dt.datetime) -> str:
    survey, patient = delivery.survey, delivery.survey.follow_up.course.patient
    if survey.completed_at:
        return "The questionnaire was already answered."
    if is_closed(survey, at):
        return "The time to answer is over."
    if patient.withdrawn_at:
        return "The patient does not want to be contacted any more."
    if not patient.may_be_contacted:
        return (
            "The patient has no e-mail address."
            if patient.consented_at
            else "The patient has not agreed to be contacted."
        )
    return ""


def _begin(claim: Claim, delivery: Delivery, at: dt.datetime) -> Envelope | None:
    token = new_token()
    try:
        envelope = _written(delivery, token, at)
    except ValueError:
        _change(claim, Status.CLAIMED, status=Status.FAILED, reason="The e-mail address is not a valid one.")
        return None
    ours = {"clinic_id": delivery.clinic_id}
    DeliveryAttempt.objects.create(delivery=delivery, fence=claim.fence, started_at=at, **ours)
    SurveyLink.objects.create(survey=delivery.survey, token_hash=hash_token(token), issued_at=at, **ours)
    _change(claim, Status.CLAIMED, status=Status.SENDING, lease_until=at + LEASE, reason="")
    return envelope


def _written(delivery: Delivery, token: str, at: dt.datetime) -> Envelope:
    follow_up, clinic = delivery.survey.follow_up, delivery.clinic
    patient = follow_up.course.patient
    invitation = messages.Invitation(
        email=patient.email,
        given_name=patient.given_name,
        clinic_name=clinic.sender_name,
        phone=clinic.phone,
        closes_on=follow_up.closes_on,
        link=settings.SITE_URL + reverse("survey-welcome", args=[token]),
    )
    return messages.survey_invitation(
        invitation, public_id=delivery.public_id, our_address=settings.DEFAULT_FROM_EMAIL, at=at
    )


def _after(outcome: Outcome, attempts: int, at: dt.datetime) -> dict[str, Any]:
    if outcome.reply is Reply.ACCEPTED:
        return {"status": Status.SENT, "sent_at": at, "reason": ""}
    if outcome.reply is Reply.LOST:
        return {"status": Status.UNKNOWN, "reason": f"{outcome.detail} {MAYBE_SENT}"}
    if outcome.reply is Reply.REFUSED:
        return {"status": Status.FAILED, "reason": outcome.detail}
    again_at = retry_at(attempts, at=at)
    if again_at is None:
        return {"status": Status.FAILED, "reason": f"Given up after {attempts} attempts. {outcome.detail}"}
    return {"status": Status.QUEUED, "not_before": again_at, "reason": outcome.detail}


def _change(claim: Claim, *held: Status, **values: Any) -> bool:
    """Guarded by fence and status; whatever is not held any more loses its lease."""
    rows = Delivery.objects.filter(pk=claim.delivery_id, fence=claim.fence, status__in=held)
    return rows.update(**{"lease_until": None, **values}) == 1
