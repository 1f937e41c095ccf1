"""How a patient is asked at one timepoint: invitation, reminders, a last call, then somebody calls. Pure.

Days and channels: reminders by text to those who do not answer an e-mail, and people who call at last, are what raised
the answers in published trials (Ziegenfuss 2019; Pronk 2019). The days themselves are defaults, not rules.
"""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

MORNING, EVENING = dt.time(10, 0), dt.time(17, 30)
MOST_STEPS = 8
BASELINE = "baseline"


@dataclass(frozen=True)
class Step:
    """One step; ``day`` counts from the day of the invitation, at ``at_time`` by the clinic's clock.

    Without ``at_time`` it comes as soon as the clinic sends on that day. With ``days_before_closing`` it comes at the latest so many days before the window closes.
    """

    sequence: int
    kind: str
    channel: str
    day: int
    at_time: dt.time | None = MORNING
    days_before_closing: int | None = None

    def planned(self, *, invited_on: dt.date, closes_on: dt.date, zone: str) -> dt.datetime | None:
        """When it is due; None when the window is closed by then."""
        day = invited_on + dt.timedelta(days=self.day)
        if self.days_before_closing is not None:
            day = min(day, closes_on - dt.timedelta(days=self.days_before_closing))
        if not invited_on < day <= closes_on:
            return None
        return dt.datetime.combine(day, self.at_time or dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)


INVITATION = Step(0, "invitation", "preferred", 0, None)
# The window of a safety check is over in two days, and a text is read at once.
SAFETY = (Step(0, "invitation", "sms", 0, None), Step(1, "reminder", "other", 1), Step(2, "call", "", 2))
SHORT = (INVITATION, Step(1, "reminder", "other", 1, EVENING), Step(2, "reminder", "sms", 3), Step(3, "call", "", 4))
# It ends when treatment begins, which no message can name.
FOR_BASELINE = (INVITATION, Step(1, "reminder", "other", 1, EVENING), Step(2, "call", "", 3))
LONG = (
    INVITATION,
    Step(1, "reminder", "other", 2, EVENING),
    Step(2, "reminder", "sms", 5),
    Step(3, "last_call", "preferred", 9, MORNING, 1),
    Step(4, "call", "", 12),
)


WHAT = {"invitation": "invitation", "reminder": "reminder", "last_call": "last reminder", "call": "somebody calls"}
WAYS = {
    "preferred": " on the patient’s preferred channel",
    "other": " on the other channel",
    "email": " by e-mail if possible",
    "sms": " by text if possible",
    "": "",
}


def words_of(step: Step) -> str:
    """A step for people: "Day 2, 17:30: reminder on the other channel"."""
    when = f"Day {step.day}"
    if step.days_before_closing is not None:
        days = "1 day" if step.days_before_closing == 1 else f"{step.days_before_closing} days"
        when += f", or {days} before it closes if that is sooner"
    if step.at_time is not None and step.kind != "call":
        when += f", {step.at_time:%H:%M}"
    return f"{when}: {WHAT[step.kind]}{WAYS[step.channel]}"


def default_ladder(name: str, opens_day: int, closes_day: int) -> tuple[Step, ...]:
    """How a timepoint of this name and window asks, unless its protocol says otherwise."""
    days = closes_day - opens_day + 1
    if name == BASELINE:
        return FOR_BASELINE
    if days <= 3:
        return SAFETY
    return SHORT if days <= 8 else LONG


def problem_of(ladder: Sequence[Step]) -> str:
    """What is wrong with a ladder, in a sentence; empty when nothing is."""
    if not ladder or ladder[0].kind != "invitation" or ladder[0].day != 0:
        return "It begins with an invitation on day 0."
    if len(ladder) > MOST_STEPS:
        return f"It has at most {MOST_STEPS} steps."
    if any(step.kind == "invitation" for step in ladder[1:]):
        return "It has one invitation only."
    if any((step.kind == "call") != (step.channel == "") for step in ladder):
        return "Every step names a channel, except for a call."
    days = [step.day for step in ladder]
    if any(later <= earlier for earlier, later in itertools.pairwise(days)):
        return "Every step comes on a later day than the one before."
    return ""
