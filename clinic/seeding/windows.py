"""When each follow-up of a story was open and what came of it, as seen on one day: pure."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from clinic.seeding.story import Reply, Story
from outcomes.starter import TIMEPOINTS
from treatments.actions import TimepointPlan
from treatments.models import Timepoint


@dataclass(frozen=True)
class Window:
    """One follow-up of a course with a single session. ``reply`` and ``answered_on`` are None until it is answered."""

    name: str
    start: dt.date
    opens_on: dt.date
    due_on: dt.date
    closes_on: dt.date
    ended_on: dt.date | None
    reply: Reply | None
    answered_on: dt.date | None


def windows(story: Story, today: dt.date) -> Iterator[Window]:
    """The follow-ups planned by ``today``: the baseline, and the others once there was a session."""
    treated_on = story.treated_on()[0]
    for plan in TIMEPOINTS:
        is_baseline = plan.name == Timepoint.BASELINE
        if is_baseline:
            yield _window(story, plan, story.opened_on, treated_on, today)
        elif treated_on <= today:
            yield _window(story, plan, treated_on, None, today)


def _window(story: Story, plan: TimepointPlan, start: dt.date, cut_on: dt.date | None, today: dt.date) -> Window:
    def day(count: int) -> dt.date:
        return start + dt.timedelta(days=count)

    ended_on = cut_on or day(plan.closes_day + 1)
    reply = story.replies.get(plan.name)
    answered_on = day(plan.opens_day + reply.after_days) if reply else None
    if answered_on and answered_on > today:
        reply = answered_on = None
    return Window(
        name=plan.name,
        start=start,
        opens_on=day(plan.opens_day),
        due_on=day(plan.target_day),
        closes_on=day(plan.closes_day),
        ended_on=ended_on if ended_on <= today else None,
        reply=reply,
        answered_on=answered_on,
    )
