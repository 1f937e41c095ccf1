"""One invented patient's whole history, decided before any of it is written down: pure, and the same for one seed."""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from clinic.seeding import complaints, people, trajectories
from clinic.seeding.complaints import Complaint
from clinic.seeding.people import Person
from outcomes.starter import TIMEPOINTS
from treatments.actions import TimepointPlan
from treatments.vocabulary import Modality

MODALITY_SHARES = {Modality.PRP: 55, Modality.CELL: 28, Modality.EXOSOME: 17}
CONSENT_SHARE = 0.94
SERIES_SHARE = 0.15


class Reply(NamedTuple):
    """A survey that is answered ``after_days`` days after it opened. Answers by item, None where skipped."""

    after_days: int
    answers: Mapping[str, int | None]


@dataclass(frozen=True)
class Story:
    """What happens to one patient. ``treated_after``: days from the opening of the course to each session.

    ``replies`` has an entry for each timepoint that is answered; no baseline in it means none was answered in time.
    """

    number: int
    person: Person
    consents: bool
    modality: Modality
    complaint: Complaint
    opened_on: dt.date
    treated_after: tuple[int, ...]
    replies: Mapping[str, Reply]

    def treated_on(self) -> list[dt.date]:
        """The day of each session."""
        return [self.opened_on + dt.timedelta(days=days) for days in self.treated_after]

    def moved_to(self, opened_on: dt.date) -> "Story":
        """The same story with another beginning."""
        return replace(self, opened_on=opened_on)


def chance(seed: int, number: int) -> random.Random:
    """The source of chance of one patient, whatever the number of the others."""
    return random.Random(f"{seed}/{number}")


def tell(rng: random.Random, *, number: int, opened_on: dt.date, today: dt.date) -> Story:
    """The story of patient ``number`` whose course opens on this day; it may reach beyond ``today``."""
    consents = rng.random() < CONSENT_SHARE
    trajectory = trajectories.draw(rng)
    first = rng.randrange(3, 22)
    replies = {plan.name: _reply(rng, trajectory, plan, first) for plan in TIMEPOINTS} if consents else {}
    return Story(
        number=number,
        person=people.invent(rng, number, today),
        consents=consents,
        modality=rng.choices(list(MODALITY_SHARES), weights=list(MODALITY_SHARES.values()))[0],
        complaint=complaints.draw(rng),
        opened_on=opened_on,
        treated_after=(first, first + 21) if rng.random() < SERIES_SHARE else (first,),
        replies={name: reply for name, reply in replies.items() if reply},
    )


def _reply(
    rng: random.Random, trajectory: trajectories.Trajectory, plan: TimepointPlan, first_session: int
) -> Reply | None:
    if not trajectories.answers_at(rng, trajectory, plan.target_day):
        return None
    longest = plan.closes_day - plan.opens_day if plan.opens_day else first_session - 1
    after_days = min(longest, int(rng.expovariate(1 / 3)))
    return Reply(after_days, trajectories.answers(rng, trajectory, plan.target_day))
