"""When a message may go out, and what follows from a mail server's answer. No Django, no database, no clock."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

MAX_ATTEMPTS = 5
# Minutes, hours, then half a day: a busy server and a full mailbox both get their chance.
BACKOFF = (
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=15),
    dt.timedelta(hours=2),
    dt.timedelta(hours=12),
)
# Longer than any batch is worked on, so that a lease ends only when its worker has died.
LEASE = dt.timedelta(minutes=10)

WAITS_FOR_HOURS = "Waits for the hours in which the clinic sends messages."
MAYBE_SENT = "It may have arrived, so it is not sent again by itself."


@dataclass(frozen=True)
class SendingHours:
    """The hours of the day in which a clinic's messages may go out, by its own clock: [from_hour, until_hour)."""

    time_zone: str
    from_hour: int
    until_hour: int

    def allow(self, at: dt.datetime) -> bool:
        """Whether a message may go out at this instant."""
        return self.from_hour <= at.astimezone(ZoneInfo(self.time_zone)).hour < self.until_hour

    def next_allowed(self, at: dt.datetime) -> dt.datetime:
        """The first allowed instant that is not before ``at``; in UTC.

        An opening hour that the clock change skips is replaced by the first instant after the gap; one that happens
        twice means the first time.
        """
        if self.allow(at):
            return at.astimezone(dt.UTC)
        zone = ZoneInfo(self.time_zone)
        day = at.astimezone(zone).date()
        while True:
            opening = dt.datetime.combine(day, dt.time(self.from_hour), zone).astimezone(dt.UTC)
            if opening >= at and self.allow(opening):
                return opening
            day += dt.timedelta(days=1)


@dataclass(frozen=True)
class Facts:
    """What is looked at again, under lock, just before a message goes out."""

    completed_at: dt.datetime | None
    closes_on: dt.date
    ended_on: dt.date | None
    consented_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    contact_lapsed_at: dt.datetime | None
    registry_stopped_at: dt.datetime | None
    email: str


def why_not_needed(facts: Facts, *, on: dt.date) -> str:
    """Why the message must never go out, in words for staff; empty when it may. ``on`` is the clinic's day."""
    if facts.completed_at:
        return "The questionnaire was already answered."
    if facts.ended_on or on > facts.closes_on:
        return "The time to answer is over."
    if facts.registry_stopped_at:
        return "The patient left the outcome registry, or a new version of its document waits to be signed."
    return _why_not_contactable(facts)


def _why_not_contactable(facts: Facts) -> str:
    """The same rule as ``PatientQuerySet.contactable``."""
    if facts.consented_at is None:
        return "The patient has not agreed to be contacted."
    if facts.withdrawn_at:
        return "The patient does not want to be contacted any more."
    if facts.contact_lapsed_at:
        return "A new version of the contact document waits to be signed."
    return "" if facts.email else "The patient has no e-mail address."


class Reply(StrEnum):
    """What is known after a message was offered to a mail server."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    LOST = "lost"


@dataclass(frozen=True)
class Outcome:
    """The reply, and a sentence about it for staff that holds neither name nor address."""

    reply: Reply
    detail: str


def retry_at(attempts: int, *, at: dt.datetime) -> dt.datetime | None:
    """When to try again after this many attempts; None when it is time to give up."""
    return at + BACKOFF[attempts - 1] if attempts < MAX_ATTEMPTS else None
