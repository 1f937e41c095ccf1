"""Text messages whose fate is unknown are looked up at the gateway, which keeps a list of what it took."""

import datetime as dt
import logging
import re
from typing import NamedTuple

from clinic import scope
from clinic.links import link_hashes
from outcomes.actions.deliveries import because
from outcomes.delivery_rules import MAX_ATTEMPTS
from outcomes.lines import sms_line
from outcomes.models import Delivery
from outcomes.reasons import Why
from outcomes.sms_gateway import SentSms, SmsGatewayUnusable, SmsLine
from patients.models import SMS
from patients.phone_numbers import e164

logger = logging.getLogger(__name__)

Status = Delivery.Status
# Before this it may just be slow; after the second one, what the gateway does not list it never took.
ASKED_AFTER = dt.timedelta(minutes=2)
ABSENT_AFTER = dt.timedelta(minutes=10)
# Its clock and ours.
CLOCKS_DIFFER = dt.timedelta(minutes=2)
AT_MOST = 100
LINK = re.compile(r"/s/([A-Za-z0-9]{22})\b")


class _Unknown(NamedTuple):
    pk: int
    clinic_id: int
    fence: int
    attempts: int
    started_at: dt.datetime
    number: str


def reconcile_unknown(*, at: dt.datetime) -> int:
    """Settle unknown text messages by the gateway's list; how many. One that cannot be looked up stays unknown.

    A message that is listed was accepted. One that is still not listed after ten minutes was never taken, so it waits
    for its turn again. Repeatable.
    """
    line = sms_line()
    rows = _unknown(at) if line is not None else []
    if line is None or not rows:
        return 0
    settled = 0
    with line:
        for row in rows:
            try:
                settled += _settle(row, line, at)
            except SmsGatewayUnusable as problem:
                logger.warning("Unknown text messages stay so: %s", str(problem))
                break
    return settled


def _unknown(at: dt.datetime) -> list[_Unknown]:
    columns = ("pk", "clinic_id", "fence", "attempts", "started_at", "patient__phone")
    found = Delivery.objects.filter(channel=SMS, status=Status.UNKNOWN, started_at__lt=at - ASKED_AFTER)
    return [_Unknown(*row) for row in found.order_by("started_at").values_list(*columns)[:AT_MOST]]


def _settle(row: _Unknown, line: SmsLine, at: dt.datetime) -> bool:
    number = e164(row.number)
    if number is None:
        return False
    sent = line.find(number, row.started_at - CLOCKS_DIFFER)
    with scope.of_clinic(row.clinic_id):
        held = Delivery.objects.filter(pk=row.pk, fence=row.fence, status=Status.UNKNOWN)
        ref = _ref_of(row, sent)
        if ref is not None:
            values = {"provider_ref": ref, "accepted_at": row.started_at, "reason_code": "", "reason": ""}
            return bool(held.update(status=Status.ACCEPTED, **values))
        if row.started_at > at - ABSENT_AFTER or row.attempts >= MAX_ATTEMPTS:
            return False
        why = because(Why.TRY_LATER, "The gateway never took it; it is sent again.")
        return bool(held.update(status=Status.PENDING, not_before=at, **why))


def _ref_of(row: _Unknown, sent: list[SentSms]) -> str | None:
    """The gateway's reference of the message that holds one of this delivery's links."""
    ours = {
        bytes(found)
        for found in Delivery.objects.filter(pk=row.pk).values_list("links__token_hash", flat=True)
        if found
    }
    for message in sent:
        if any(ours & set(link_hashes(token)) for token in LINK.findall(message.body)):
            return message.ref
    return None
