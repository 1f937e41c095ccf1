"""How long it takes a clinic to log a session: from opening the page to saving it."""

import datetime as dt
from dataclasses import dataclass
from statistics import median

from clinic.models import Clinic, User
from treatments.models import TreatmentSession

LOOKED_BACK = dt.timedelta(days=90)


@dataclass(frozen=True)
class EntryTime:
    """The median in seconds over ``n`` sessions of the last 90 days; None without any. Of the clinic, never of a person."""

    seconds: int | None
    n: int


def entry_time(clinic: Clinic, *, at: dt.datetime, user: User) -> EntryTime:
    """Of the sessions that were logged on a page and count."""
    sessions = TreatmentSession.objects.visible_to(user).counted().filter(clinic=clinic, entry_seconds__isnull=False)
    seconds = list(
        sessions.filter(logged_at__gt=at - LOOKED_BACK, logged_at__lte=at).values_list("entry_seconds", flat=True)
    )
    return EntryTime(round(median(seconds)) if seconds else None, len(seconds))
