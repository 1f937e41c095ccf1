"""After a backup was restored nobody knows what went out since it was made, nor whether another copy is sending."""

import datetime as dt

from django.db import transaction

from clinic.models import Clinic, StaffLetter
from outcomes.models import Delivery

Status = Delivery.Status
RESTORED = "Restored from a backup: it may have been sent after the backup was made."


@transaction.atomic
def hold_messages(*, at: dt.datetime) -> int:
    """Nothing of any clinic is sent until ``release_messages``; what was on its way becomes unknown: how many.

    Letters to people who work here are not sent any more either: their links may have been used.
    """
    Clinic.objects.update(messages_held_at=at)
    StaffLetter.objects.filter(sent_at=None).update(attempts=StaffLetter.MOST_ATTEMPTS, problem=RESTORED)
    waiting = Delivery.objects.filter(status__in=[Status.QUEUED, Status.CLAIMED, Status.SENDING])
    return waiting.update(status=Status.UNKNOWN, lease_until=None, reason=RESTORED)


def release_messages() -> int:
    """Clinics send again what falls due; how many did not. What became unknown stays so."""
    return Clinic.objects.exclude(messages_held_at=None).update(messages_held_at=None)
