"""After a backup was restored nobody knows what went out since it was made, nor whether another copy is sending."""

import datetime as dt

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from clinic.models import Clinic, StaffLetter
from outcomes.actions.deliveries import because
from outcomes.models import Delivery
from outcomes.reasons import Why

Status = Delivery.Status


@transaction.atomic
def hold_messages(*, at: dt.datetime) -> int:
    """Nothing of any clinic is sent until ``release_messages``; what was on its way becomes unknown: how many.

    Letters to people who work here are not sent any more either: their links may have been used.
    """
    Clinic.objects.update(messages_held_at=at)
    StaffLetter.objects.filter(sent_at=None).update(attempts=StaffLetter.MOST_ATTEMPTS, problem=Why.RESTORED.words)
    on_the_way = [Status.PENDING, Status.CLAIMED, Status.SENDING, Status.BOUNCED_SOFT]
    waiting = Delivery.objects.filter(status__in=on_the_way)
    return waiting.update(
        status=Status.UNKNOWN, lease_until=None, started_at=Coalesce("started_at", Value(at)), **because(Why.RESTORED)
    )


def release_messages() -> int:
    """Clinics send again what falls due; how many did not. What became unknown stays so."""
    return Clinic.objects.exclude(messages_held_at=None).update(messages_held_at=None)
