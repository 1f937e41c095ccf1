"""What the server said to one message is written down, and what follows from it for the address."""

import datetime as dt
from typing import Any

from django.db import connection

from clinic import scope
from clinic.prepared import Prepared
from outcomes.actions.deciding import look_again
from outcomes.actions.deliveries import Claim
from outcomes.delivery_rules import Next, Outcome, Reply, after
from outcomes.models import Delivery
from patients.actions import flag_address, stop_channel
from patients.models import SMS
from patients.phone_numbers import e164

# The attempt is closed even where a provider's report was quicker than its answer and has moved the delivery on.
FINISH = """
WITH held AS (
  UPDATE outcomes_delivery
  SET status = %(status)s, reason_code = %(reason_code)s, reason = %(reason)s, lease_until = NULL,
    accepted_at = %(accepted_at)s, provider_ref = %(ref)s, not_before = coalesce(%(not_before)s, not_before),
    attempts = attempts - %(uncounted)s
  WHERE id = %(delivery)s AND fence = %(fence)s AND status IN ('sending', 'unknown')
  RETURNING id
)
UPDATE outcomes_deliveryattempt SET finished_at = %(at)s, outcome = %(reply)s, detail = %(detail)s, code = %(code)s
WHERE delivery_id = %(delivery)s AND fence = %(fence)s AND outcome = ''
RETURNING (SELECT count(*) FROM held)
"""
_FINISH = Prepared(
    "finish_delivery",
    {
        "delivery": "bigint",
        **dict.fromkeys(("fence", "uncounted"), "integer"),
        **dict.fromkeys(("status", "reason_code", "reason", "ref", "reply", "detail", "code"), "text"),
        **dict.fromkeys(("at", "accepted_at", "not_before"), "timestamptz"),
    },
    FINISH,
)


def finish_delivery(claim: Claim, outcome: Outcome, *, at: dt.datetime, address: str = "") -> bool:
    """Write down what the server said of the message to ``address``. False when the claim is lost: nothing changes."""
    now = after(outcome, attempts=claim.attempts, at=at)
    with scope.of_clinic(claim.clinic_id):
        is_ours = _finish(claim, outcome, now, at)
        if is_ours and now.status in ("failed", "suppressed", "dead"):
            _tell_the_patient_s_row(claim, outcome, address, at)
            look_again(claim.delivery_id, at=at)
    return is_ours


def _finish(claim: Claim, outcome: Outcome, now: Next, at: dt.datetime) -> bool:
    values: dict[str, Any] = {
        "delivery": claim.delivery_id,
        "fence": claim.fence,
        "status": now.status,
        "reason_code": now.why.value if now.why else "",
        "reason": now.reason,
        "accepted_at": at if now.status == Delivery.Status.ACCEPTED else None,
        "not_before": now.not_before,
        "ref": outcome.ref,
        # Whoever asks for patience has not refused the message.
        "uncounted": int(outcome.reply is Reply.DEFERRED and outcome.retry_after is not None),
        "at": at,
        "reply": outcome.reply,
        "detail": outcome.detail[:200],
        "code": outcome.code[:40],
    }
    with connection.cursor() as cursor:
        _FINISH.run(cursor, values)
        row = cursor.fetchone()
    return row is not None and row[0] == 1


def _tell_the_patient_s_row(claim: Claim, outcome: Outcome, address: str, at: dt.datetime) -> None:
    if outcome.reply is not Reply.OPTED_OUT and not outcome.bad_address:
        return
    wanted = ("patient_id", "channel", "patient__phone")
    patient_id, channel, phone = Delivery.objects.values_list(*wanted).get(pk=claim.delivery_id)
    if channel == SMS:
        # A number is kept as it was typed, and sent to as providers write it.
        address = phone if e164(phone) == address else ""
    if outcome.reply is Reply.OPTED_OUT:
        stop_channel(patient_id=patient_id, channel=channel, at=at)
    else:
        flag_address(patient_id=patient_id, channel=channel, address=address, at=at)
