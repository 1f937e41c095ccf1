"""Whether pain medicines and steroids that disturb platelets were kept away from around a PRP session. No Django.

Days by default as one published practice has them (clinical reference, A5): they are defaults that a clinic changes in
its protocol, not rules. What nobody recorded is unknown, never kept.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# Editable defaults: a protocol's technique["holds"]["nsaid_days"] and ["steroid_days"] come first.
NSAID_DAYS = 7
STEROID_DAYS = 21
# A medication review asks about the last seven days, the day of asking among them.
RECALL_DAYS = 7


class Washout(StrEnum):
    """``unknown``: not recorded, or what is recorded does not settle it."""

    KEPT = "kept"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Asked:
    """On how many of the seven days up to ``on`` an NSAID was taken."""

    on: dt.date
    nsaid_days: int

    def proves_use_within(self, first: dt.date, last: dt.date) -> bool:
        """Whether more days were taken than fit outside these days."""
        return self.nsaid_days > RECALL_DAYS - self._overlap(first, last)

    def touches(self, first: dt.date, last: dt.date) -> bool:
        return self._overlap(first, last) > 0

    def _overlap(self, first: dt.date, last: dt.date) -> int:
        start = max(self.on - dt.timedelta(days=RECALL_DAYS - 1), first)
        return max((min(self.on, last) - start).days + 1, 0)


@dataclass(frozen=True)
class Around:
    """What is recorded around one session; days in the clinic's calendar."""

    session_on: dt.date
    takes_no_nsaid: bool = False
    nsaid_stopped_on: dt.date | None = None
    last_steroid_on: dt.date | None = None
    avoid_nsaid_until: dt.date | None = None
    nsaid_days: int = NSAID_DAYS
    steroid_days: int = STEROID_DAYS


def nsaid_before(around: Around, asked: Iterable[Asked]) -> Washout:
    """No NSAID in the days before the session: a review that proves one weighs more than what was written down."""
    first = around.session_on - dt.timedelta(days=around.nsaid_days - 1)
    if any(review.proves_use_within(first, around.session_on) for review in asked):
        return Washout.BROKEN
    if around.takes_no_nsaid:
        return Washout.KEPT
    return _enough(around.nsaid_stopped_on, around.session_on, around.nsaid_days)


def nsaid_after(around: Around, asked: Iterable[Asked]) -> Washout:
    """No NSAID until the day the patient was told. Kept only when somebody asked within that time and heard no days."""
    if around.avoid_nsaid_until is None:
        return Washout.UNKNOWN
    avoided = (around.session_on + dt.timedelta(days=1), around.avoid_nsaid_until)
    told = [review for review in asked if review.touches(*avoided)]
    if any(review.proves_use_within(*avoided) for review in told):
        return Washout.BROKEN
    if told and all(review.nsaid_days == 0 for review in told):
        return Washout.KEPT
    return Washout.UNKNOWN


def steroid_before(around: Around) -> Washout:
    """No steroid in the days before the session. Nothing written down is unknown: it was perhaps not asked."""
    return _enough(around.last_steroid_on, around.session_on, around.steroid_days)


def overall(parts: Iterable[Washout]) -> Washout:
    """Broken when any part is, kept when every part is."""
    found = set(parts)
    if Washout.BROKEN in found:
        return Washout.BROKEN
    return Washout.KEPT if found == {Washout.KEPT} else Washout.UNKNOWN


def _enough(last_on: dt.date | None, session_on: dt.date, days: int) -> Washout:
    if last_on is None:
        return Washout.UNKNOWN
    return Washout.KEPT if (session_on - last_on).days >= days else Washout.BROKEN
