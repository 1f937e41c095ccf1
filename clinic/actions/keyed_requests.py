"""Requests with an Idempotency-Key: begun once, replied to, forgotten after a day."""

import datetime as dt
import uuid

from django.db import OperationalError, transaction

from clinic.models import KeyedRequest, User
from clinic.rules import RuleBroken

KEPT = dt.timedelta(hours=24)
FORGOTTEN_AT_ONCE = 100
HEADER = "Idempotency-Key"


class KeyReused(RuleBroken):
    code = "idempotency_key_reused"


class KeyInUse(RuleBroken):
    code = "idempotency_key_in_use"


@transaction.atomic
def begin_keyed_request(
    *, user: User, clinic_id: int, route: str, key: uuid.UUID, body_hash: str, at: dt.datetime
) -> KeyedRequest:
    """The request with this key: a new one without ``status``, or the earlier one with what was replied to it.

    While a twin is at work, this waits for it. Raises KeyReused when the earlier one had another body, KeyInUse when
    the twin takes too long.
    """
    _forget(clinic_id, at)
    try:
        with transaction.atomic():
            request, _ = KeyedRequest.objects.get_or_create(
                clinic_id=clinic_id,
                user=user,
                route=route,
                key=key,
                defaults={"body_hash": body_hash, "received_at": at},
            )
    except OperationalError:
        # lock_timeout has passed; nothing else makes an INSERT wait.
        raise KeyInUse("A request with this key is still at work. Send it again in a while.", HEADER) from None
    if request.body_hash != body_hash:
        raise KeyReused("This key came with another body before. Use a new key for a new request.", HEADER)
    return request


def finish_keyed_request(*, request: KeyedRequest, status: int, reply: str, location: str) -> None:
    """What is replied from now on to everything with this key and body."""
    request.status, request.reply, request.location = status, reply, location
    request.save(update_fields=["status", "reply", "location"])


def _forget(clinic_id: int, at: dt.datetime) -> None:
    old = KeyedRequest.objects.filter(clinic_id=clinic_id, received_at__lt=at - KEPT)
    free = old.select_for_update(skip_locked=True).order_by("received_at")[:FORGOTTEN_AT_ONCE]
    KeyedRequest.objects.filter(pk__in=list(free.values_list("pk", flat=True))).delete()
