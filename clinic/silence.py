"""Whether messages go out at all: what staff are told on every page when they do not. Pure."""

import datetime as dt
from dataclasses import dataclass

from clinic.models import Clinic

# Longer than a tick, a claim and a slow mail server together.
UNSENT_FOR = dt.timedelta(minutes=15)
UNCHECKED_FOR = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Silence:
    """Since when messages wait, or since when nobody looked at what is due."""

    since: dt.datetime
    is_unchecked: bool


def silence_of(clinic: Clinic | None, *, at: dt.datetime) -> Silence | None:
    """None while all is well, at a clinic whose messages are held, and where it was never looked at what is due."""
    if not clinic or clinic.messages_held_at or clinic.sending_checked_at is None:
        return None
    if at - clinic.sending_checked_at > UNCHECKED_FOR:
        return Silence(clinic.sending_checked_at, is_unchecked=True)
    oldest = clinic.oldest_unsent_at
    if oldest and clinic.sending_checked_at - oldest > UNSENT_FOR:
        return Silence(oldest, is_unchecked=False)
    return None
