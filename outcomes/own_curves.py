"""One course of one patient as a curve: what is drawn of its scores, sessions and missed check-ins. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from outcomes.figures.patient_curve import Missed, Own, OwnScore, Visit
from treatments.models import FollowUp
from treatments.timepoints import in_words


class Reading(NamedTuple):
    """One score, at a timepoint, on a day of the clinic's calendar; ``is_assisted``: not answered alone."""

    timepoint: str
    on: dt.date
    value: Decimal
    is_assisted: bool


class Treated(NamedTuple):
    """One session and the words above its line."""

    on: dt.date
    label: str


def own_curve(readings: Sequence[Reading], sessions: Sequence[Treated], missed: Iterable[FollowUp]) -> Own:
    """The curve of one instrument. Days count from the first session, without one from the first reading.

    ``missed``: check-ins whose window ended without an answer.
    """
    days = [session.on for session in sessions] or [reading.on for reading in readings]
    if not days:
        return Own([])
    start = min(days)

    def day(on: dt.date) -> int:
        return (on - start).days

    return Own(
        scores=[
            OwnScore(day(one.on), in_words(one.timepoint), one.value, one.is_assisted)
            for one in sorted(readings, key=lambda one: one.on)
        ],
        visits=[Visit(day(one.on), one.label) for one in sorted(sessions)],
        missed=[Missed(day(one.due_on), in_words(one.timepoint.name)) for one in missed],
    )
