"""When a message may go out, and what follows from a provider's answer. No Django, no database, no clock."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from outcomes.reasons import Why

MAX_ATTEMPTS = 5
MAX_SOFT_BOUNCES = 3
# Minutes, hours, then half a day: a busy server and a full mailbox both get their chance.
BACKOFF = (
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=15),
    dt.timedelta(hours=2),
    dt.timedelta(hours=12),
)
SOFT_BOUNCE_BACKOFF = (dt.timedelta(minutes=15), dt.timedelta(hours=2), dt.timedelta(hours=12))
# Longer than any batch is worked on, so that a lease ends only when its worker has died.
LEASE = dt.timedelta(minutes=10)
# For so long it is looked at again whether a pause has ended that nobody said has ended.
PAUSED_FOR = dt.timedelta(hours=1)
WEEK = dt.timedelta(days=7)

# From which state a message may come into which; the database refuses every other step. A restored backup makes
# whatever waited unknown. What a provider reports may overtake what it answered, so it may come early.
MOVES: dict[str, frozenset[str]] = {
    "pending": frozenset(
        {"claimed", "cancelled", "suppressed", "dead", "unknown", "delivered", "bounced_hard", "complained"}
    ),
    "claimed": frozenset({"pending", "sending", "cancelled", "suppressed", "failed", "dead", "unknown"}),
    "sending": frozenset(
        {
            "accepted",
            "pending",
            "failed",
            "unknown",
            "suppressed",
            "dead",
            "delivered",
            "bounced_soft",
            "bounced_hard",
            "complained",
        }
    ),
    "accepted": frozenset({"delivered", "bounced_soft", "bounced_hard", "complained", "failed", "suppressed"}),
    "bounced_soft": frozenset({"pending", "failed", "cancelled", "unknown", "delivered", "bounced_hard", "complained"}),
    "unknown": frozenset(
        {"accepted", "pending", "failed", "delivered", "bounced_soft", "bounced_hard", "complained", "suppressed"}
    ),
    "delivered": frozenset({"bounced_hard", "complained"}),
    "bounced_hard": frozenset({"complained"}),
    "complained": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
    "suppressed": frozenset(),
    "dead": frozenset(),
}
# The message is, or may be, with the patient: it counts for the budget, and the next step counts its days from it.
REACHED = ("sending", "accepted", "delivered", "complained", "unknown")


def _instants(day: dt.date, hour: int, zone: ZoneInfo) -> tuple[dt.datetime, ...]:
    """When a clock on the wall shows this hour: once, twice, or when it jumps over it, the first instant after that."""
    shown = dt.datetime.combine(day, dt.time(hour), zone)
    first, second = (shown.replace(fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    if first <= second:
        return (first, second)
    # In a gap they come in the other order, one on each side of the jump.
    before, after = second, first
    while after - before > dt.timedelta(seconds=1):
        middle = before + (after - before) / 2
        jumped = middle.astimezone(zone).utcoffset() == after.astimezone(zone).utcoffset()
        before, after = (before, middle) if jumped else (middle, after)
    return (after.replace(microsecond=0),)


@dataclass(frozen=True)
class SendingHours:
    """When a clinic's messages may go out, by the clock of ``time_zone``: [from_hour, until_hour), and on which days."""

    time_zone: str
    from_hour: int
    until_hour: int
    on_weekends: bool = True

    def allow(self, at: dt.datetime) -> bool:
        """Whether a message may go out at this instant."""
        local = at.astimezone(ZoneInfo(self.time_zone))
        return self.from_hour <= local.hour < self.until_hour and (self.on_weekends or local.weekday() < 5)

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
            for opening in _instants(day, self.from_hour, zone):
                if opening >= at and self.allow(opening):
                    return opening
            day += dt.timedelta(days=1)

    def before_closing(self, at: dt.datetime, closes_at: dt.datetime) -> dt.datetime:
        """The next allowed instant; on a weekend if waiting for Monday would be too late to answer."""
        later = self.next_allowed(at)
        return later if later < closes_at else replace(self, on_weekends=True).next_allowed(at)


class CheckIn(Protocol):
    """What is asked, and until when."""

    completed_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    closes_on: dt.date
    ended_on: dt.date | None


class Person(Protocol):
    """Who is asked, and what they agreed to."""

    died_on: dt.date | None
    consented_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    contact_lapsed_at: dt.datetime | None
    registry_stopped_at: dt.datetime | None


@dataclass
class Facts:
    """What is looked at again, under lock, just before a message goes out."""

    completed_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    closes_on: dt.date
    ended_on: dt.date | None
    died_on: dt.date | None
    consented_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    contact_lapsed_at: dt.datetime | None
    registry_stopped_at: dt.datetime | None
    address: str
    stopped_at: dt.datetime | None
    bounced_at: dt.datetime | None


def why_not_needed(check_in: CheckIn, *, on: dt.date) -> Why | None:
    """Why nobody needs a message any more; ``on`` is the clinic's day."""
    if check_in.completed_at:
        return Why.ANSWERED
    if check_in.cancelled_at:
        return Why.SURVEY_CANCELLED
    return Why.WINDOW_OVER if check_in.ended_on or on > check_in.closes_on else None


def why_not_agreed(person: Person) -> Why | None:
    """Why nothing may be sent to this person at all; the same rule as ``PatientQuerySet.agreed`` and ``answerable``."""
    if person.died_on:
        return Why.DIED
    if person.registry_stopped_at:
        return Why.REGISTRY
    if person.consented_at is None:
        return Why.NO_CONSENT
    if person.withdrawn_at:
        return Why.WITHDRAWN
    return Why.LAPSED if person.contact_lapsed_at else None


def why_not_allowed(facts: Facts) -> Why | None:
    """Why the patient must not be sent this message; the same rule as ``PatientQuerySet.contactable``."""
    return why_not_agreed(facts) or _why_not_by_this_channel(facts)


def _why_not_by_this_channel(facts: Facts) -> Why | None:
    if not facts.address:
        return Why.NO_ADDRESS
    if facts.stopped_at:
        return Why.STOPPED
    return Why.BOUNCED if facts.bounced_at else None


@dataclass(frozen=True)
class Budget:
    """How many messages one patient may be sent: on one day of their calendar, and on any seven in a row."""

    a_day: int
    a_week: int

    def free_at(self, sent: Sequence[dt.datetime], *, zone: str, at: dt.datetime) -> dt.datetime:
        """From when the next message is within the budget; ``at`` if it is now. ``sent``: those of the last week."""
        local = ZoneInfo(zone)
        days = sorted((one.astimezone(local).date() for one in sent), reverse=True)
        today = at.astimezone(local).date()
        first = today
        if days.count(today) >= self.a_day:
            first = today + dt.timedelta(days=1)
        recent = [day for day in days if day > today - WEEK]
        if len(recent) >= self.a_week:
            first = max(first, recent[self.a_week - 1] + WEEK)
        return at if first == today else dt.datetime.combine(first, dt.time(), local).astimezone(dt.UTC)

    @staticmethod
    def counts_from(at: dt.datetime) -> dt.datetime:
        """What was sent before this instant counts no more, in whatever time zone."""
        return at - WEEK - dt.timedelta(days=1)


class Reply(StrEnum):
    """What is known after a message was offered to a server."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    OPTED_OUT = "opted_out"
    LOST = "lost"


@dataclass(frozen=True)
class Outcome:
    """The reply, and a sentence about it for staff that holds neither name nor address.

    ``ref``: the provider's own name of the message. ``code``: its code, as it came. ``retry_after``: how long it asked
    us to send nothing at all. ``bad_address``: it was the address that was refused.
    """

    reply: Reply
    detail: str
    ref: str = ""
    code: str = ""
    retry_after: dt.timedelta | None = None
    bad_address: bool = False


@dataclass(frozen=True)
class Next:
    """The state a message comes into, why, and from when it may be tried again."""

    status: str
    why: Why | None = None
    detail: str = ""
    not_before: dt.datetime | None = None

    @property
    def reason(self) -> str:
        """In words for staff, at most 200 letters."""
        words = (
            f"{self.detail} {self.why.words if self.why in SAYS_MORE else ''}"
            if self.detail
            else self.why.words
            if self.why
            else ""
        )
        return words.strip()[:200]


# Of these the words add something to what the server said.
SAYS_MORE = (Why.MAYBE_SENT, Why.GIVEN_UP)


def after(outcome: Outcome, *, attempts: int, at: dt.datetime) -> Next:
    """What becomes of a message after the server's answer to attempt number ``attempts``."""
    if outcome.reply is Reply.ACCEPTED:
        return Next("accepted")
    if outcome.reply is Reply.LOST:
        return Next("unknown", Why.MAYBE_SENT, outcome.detail)
    if outcome.reply is Reply.REFUSED:
        return Next("failed", Why.REFUSED, outcome.detail)
    if outcome.reply is Reply.OPTED_OUT:
        return Next("suppressed", Why.STOPPED, outcome.detail)
    if attempts >= MAX_ATTEMPTS:
        return Next("dead", Why.GIVEN_UP, outcome.detail)
    again_at = at + max(BACKOFF[attempts - 1], outcome.retry_after or dt.timedelta())
    return Next("pending", Why.TRY_LATER, outcome.detail, again_at)


def after_soft_bounce(soft_bounces: int, *, at: dt.datetime) -> Next:
    """What becomes of a message that came back for now, the ``soft_bounces``th time."""
    if soft_bounces > MAX_SOFT_BOUNCES:
        return Next("failed", Why.GIVEN_UP, "It came back again and again.")
    return Next("bounced_soft", Why.SOFT_BOUNCE, not_before=at + SOFT_BOUNCE_BACKOFF[soft_bounces - 1])
