"""Messages are claimed, given back and swept up. Starting and finishing one are in ``starting`` and ``finishing``.

Three commits guard one hand-over. Claiming takes rows for one worker; starting is the point of no automatic return;
finishing writes down what the server said. The fence, one higher with every claim, makes an old holder powerless.
What runs once a message is SQL by hand: it is half of what a message costs.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F

from outcomes.delivery_rules import LEASE, MAX_ATTEMPTS
from outcomes.models import Delivery
from outcomes.reasons import Why

Status = Delivery.Status

# Every clinic gets its share of a batch, so that the ten of one do not wait for the ten thousand of another.
CLAIM = """
WITH clinics AS MATERIALIZED (
  SELECT clinic.id FROM clinic_clinic clinic
  WHERE clinic.messages_held_at IS NULL
    AND NOT EXISTS (SELECT FROM outcomes_sendingpause pause WHERE pause.clinic_id = clinic.id
      AND pause.ended_at IS NULL AND pause.patient_id IS NULL AND pause.protocol_id IS NULL)
    AND EXISTS (SELECT FROM outcomes_delivery waiting WHERE waiting.clinic_id = clinic.id
      AND waiting.status = 'pending' AND waiting.channel = %(channel)s AND waiting.not_before <= %(at)s)
), due AS MATERIALIZED (
  SELECT one.id FROM clinics CROSS JOIN LATERAL (
    SELECT id FROM outcomes_delivery
    WHERE clinic_id = clinics.id AND status = 'pending' AND channel = %(channel)s AND not_before <= %(at)s
    ORDER BY not_before, id
    LIMIT (SELECT greatest(1, %(limit)s / greatest(1, count(*))) FROM clinics)
    FOR UPDATE SKIP LOCKED
  ) one
)
UPDATE outcomes_delivery delivery
SET status = 'claimed', fence = fence + 1, attempts = attempts + 1, lease_until = %(lease_until)s
FROM due WHERE delivery.id = due.id
RETURNING delivery.id, delivery.fence, delivery.attempts, delivery.clinic_id
"""


@dataclass(frozen=True, order=True)
class Claim:
    """A worker's hold on one delivery. Good until somebody claims it again, with a higher fence."""

    delivery_id: int
    fence: int
    attempts: int
    clinic_id: int


def claim_deliveries(*, channel: str, at: dt.datetime, limit: int = 20) -> list[Claim]:
    """Take about ``limit`` waiting deliveries for ten minutes. No two callers ever hold the same one.

    The oldest of every clinic come first; of a clinic whose messages are held or paused, none.
    """
    values: dict[str, Any] = {"channel": channel, "at": at, "limit": limit, "lease_until": at + LEASE}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return sorted(Claim(*row) for row in cursor.fetchall())


def release_deliveries(claims: Iterable[Claim]) -> None:
    """Put back what was claimed and not started. It counts as no attempt."""
    for claim in claims:
        let_go(claim, status=Status.PENDING, attempts=F("attempts") - 1)


def let_go(claim: Claim, **values: Any) -> None:
    """Give up a hold before anything was started; changes nothing when the hold is lost."""
    held = Delivery.objects.filter(pk=claim.delivery_id, fence=claim.fence, status=Status.CLAIMED)
    held.update(lease_until=None, **values)


def sweep_deliveries(*, at: dt.datetime) -> int:
    """Settle what dead workers left behind, and let what came back for now wait its turn again; how many. Repeatable.

    Claimed and never started: it waits again. Started: nobody knows whether it went out, and nobody sends it again.
    """
    abandoned = Delivery.objects.abandoned(at)
    claimed = abandoned.filter(status=Status.CLAIMED)
    waiting = claimed.filter(attempts__lt=MAX_ATTEMPTS).update(
        status=Status.PENDING, lease_until=None, **because(Why.WORKER_STOPPED)
    )
    dead = claimed.filter(attempts__gte=MAX_ATTEMPTS).update(
        status=Status.DEAD,
        lease_until=None,
        **because(Why.GIVEN_UP, f"{MAX_ATTEMPTS} workers stopped before it was sent."),
    )
    unknown = abandoned.filter(status=Status.SENDING).update(
        status=Status.UNKNOWN,
        lease_until=None,
        **because(Why.MAYBE_SENT, f"The worker stopped while it was being sent. {Why.MAYBE_SENT.words}"),
    )
    came_back = Delivery.objects.filter(status=Status.BOUNCED_SOFT, not_before__lte=at)
    return waiting + dead + unknown + came_back.update(status=Status.PENDING, attempts=0)


def explain_waiting(*, channel: str, why: Why, detail: str, at: dt.datetime) -> int:
    """Say why nothing on this channel goes out now; how many rows were told. They stay in the queue, at no cost."""
    waiting = Delivery.objects.due(at).filter(channel=channel)
    return waiting.exclude(reason=detail).update(**because(why, detail))


def because(why: Why, detail: str = "") -> dict[str, str]:
    """The columns that say why, as code and in words."""
    return {"reason_code": why.value, "reason": (detail or why.words)[:200]}
