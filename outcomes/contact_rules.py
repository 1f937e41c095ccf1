"""What is to be done now about one due check-in, and when to look again. One function decides, and says why. Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from outcomes.delivery_rules import REACHED, SendingHours, why_not_agreed, why_not_needed
from outcomes.ladders import Step
from outcomes.reasons import Why

LIVE = ("pending", "claimed", "sending", "bounced_soft")
# For so long a message of unknown fate may still turn out to have arrived.
CONFIRMED_WITHIN = dt.timedelta(hours=24)
# What was refused for good is not offered again within a day, whatever the steps.
TRIES_AGAIN_AFTER = dt.timedelta(hours=23)
LOOKS_AT_MESSAGES_AFTER = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Sent:
    """One message made so far, with the step it belongs to."""

    sequence: int
    channel: str
    status: str
    not_before: dt.datetime
    started_at: dt.datetime | None


@dataclass
class Standing:
    """Everything that is known about one follow-up in its window, whose survey may not be open yet.

    ``channels`` on which the patient can be reached, the preferred one first. ``hours`` by the patient's clock, ``zone``
    the clinic's. ``sent`` holds the ladder's own messages only, not those sent by hand.
    """

    completed_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    closes_on: dt.date
    ended_on: dt.date | None
    died_on: dt.date | None
    consented_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    contact_lapsed_at: dt.datetime | None
    registry_stopped_at: dt.datetime | None
    is_paused: bool
    is_held: bool
    is_open: bool
    is_asked_with: bool
    has_call: bool
    channels: tuple[str, ...]
    zone: str
    hours: SendingHours
    sent: Sequence[Sent] = field(default_factory=tuple)

    def today(self, at: dt.datetime) -> dt.date:
        """The day of the clinic's calendar."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def closes_at(self) -> dt.datetime:
        """The first instant at which the link no longer works."""
        return dt.datetime.combine(self.closes_on + dt.timedelta(days=1), dt.time(), ZoneInfo(self.zone))


@dataclass(frozen=True)
class Message:
    """A message to be made now."""

    kind: str
    channel: str
    sequence: int
    not_before: dt.datetime


@dataclass(frozen=True)
class Decision:
    """Why, in one word of ``Why``; when to look again at the latest; what to make now, if anything."""

    why: Why
    looks_again_at: dt.datetime | None
    is_blocked: bool = False
    message: Message | None = None
    call: str = ""


def decide(standing: Standing, ladder: Sequence[Step], *, at: dt.datetime) -> Decision:
    """What to do about one check-in at this instant. Repeatable: with what it made on record, it makes nothing twice."""
    over = why_not_needed(standing, on=standing.today(at))
    if over:
        return Decision(over, None)
    if blocked := why_blocked(standing):
        return Decision(blocked, _next_morning(standing, at), is_blocked=True)
    if not standing.is_open:
        return Decision(Why.OPENING, _next_morning(standing, at))
    if standing.is_asked_with:
        return Decision(Why.ASKED_WITH, _next_morning(standing, at))
    return _on_the_way(standing, at) or _next_step(standing, ladder, at)


def why_blocked(standing: Standing) -> Why | None:
    """Why nothing may be sent to this patient now, whatever the step."""
    if why := why_not_agreed(standing):
        return why
    if standing.is_held:
        return Why.HELD
    return Why.PAUSED if standing.is_paused else None


def _on_the_way(standing: Standing, at: dt.datetime) -> Decision | None:
    """Wait while a message waits itself, or while nobody knows whether the last one arrived (I14)."""
    waiting = [one for one in standing.sent if one.status in LIVE]
    if waiting:
        latest = max(one.not_before for one in waiting)
        return Decision(Why.MESSAGE, max(at, latest) + LOOKS_AT_MESSAGES_AFTER)
    for one in standing.sent:
        if one.status == "unknown" and one.started_at and one.started_at + CONFIRMED_WITHIN > at:
            return Decision(Why.UNCONFIRMED, one.started_at + CONFIRMED_WITHIN)
    return None


def _next_step(standing: Standing, ladder: Sequence[Step], at: dt.datetime) -> Decision:
    last = max((one.sequence for one in standing.sent), default=-1)
    reached = [one for one in standing.sent if one.status in REACHED and one.started_at]
    if last >= 0 and not any(one.sequence == last for one in reached):
        tried = {one.channel for one in standing.sent if one.sequence == last}
        untried = [channel for channel in standing.channels if channel not in tried]
        if untried:
            return _make(standing, _step(ladder, last), untried[0], reached, at)
        if not standing.channels:
            return _unreachable(standing, at)
    for step in ladder:
        if step.sequence > last and not (step.kind == "call" and standing.has_call):
            return _take(standing, step, reached, at)
    return Decision(Why.CALL if standing.has_call else Why.DONE, _next_morning(standing, at))


def _take(standing: Standing, step: Step, reached: Sequence[Sent], at: dt.datetime) -> Decision:
    """The step is taken when its day has come; a day after the last try when no earlier one reached the patient."""
    if not reached and (tried := _last_try(standing)) and tried + TRIES_AGAIN_AFTER > at:
        return Decision(Why.NEXT_STEP, tried + TRIES_AGAIN_AFTER)
    if reached:
        first = min(one.started_at for one in reached if one.started_at)
        invited_on = first.astimezone(ZoneInfo(standing.zone)).date()
        planned = step.planned(invited_on=invited_on, closes_on=standing.closes_on, zone=standing.zone)
        if planned is None:
            return Decision(Why.DONE, _next_morning(standing, at))
        if planned > at:
            return Decision(Why.NEXT_STEP, planned)
    if step.kind == "call":
        return Decision(Why.CALL, _next_morning(standing, at), call="no_answer" if reached else "unreachable")
    if not standing.channels:
        return _unreachable(standing, at)
    return _make(standing, step, _channel(step, standing.channels, reached), reached, at)


def _last_try(standing: Standing) -> dt.datetime | None:
    return max((one.started_at for one in standing.sent if one.started_at), default=None)


def _channel(step: Step, channels: tuple[str, ...], reached: Sequence[Sent]) -> str:
    wanted = [step.channel]
    if step.channel == "other":
        last = reached[-1].channel if reached else ""
        wanted = [channel for channel in channels if channel != last]
    return next((channel for channel in wanted if channel in channels), channels[0])


def _make(standing: Standing, step: Step, channel: str, reached: Sequence[Sent], at: dt.datetime) -> Decision:
    """A message now; whoever got none yet gets an invitation, whatever the step is called."""
    not_before = standing.hours.before_closing(at, standing.closes_at)
    kind = step.kind if reached and step.kind != "call" else "invitation"
    message = Message(kind, channel, step.sequence, not_before)
    return Decision(Why.MESSAGE, not_before + LOOKS_AT_MESSAGES_AFTER, message=message)


def _unreachable(standing: Standing, at: dt.datetime) -> Decision:
    return Decision(Why.UNREACHABLE, _next_morning(standing, at), call="" if standing.has_call else "unreachable")


def _step(ladder: Sequence[Step], sequence: int) -> Step:
    return next((step for step in ladder if step.sequence == sequence), Step(sequence, "reminder", "preferred", 0))


def _next_morning(standing: Standing, at: dt.datetime) -> dt.datetime:
    """When the clinic begins to send on the next day of its calendar."""
    tomorrow = standing.today(at) + dt.timedelta(days=1)
    opening = dt.datetime.combine(tomorrow, dt.time(standing.hours.from_hour), ZoneInfo(standing.zone))
    return opening.astimezone(dt.UTC)
