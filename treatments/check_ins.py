"""When a patient will be asked after a session that is only being written."""

import datetime as dt
from typing import NamedTuple

from treatments.actions.follow_ups import window
from treatments.models import Course, Protocol, Timepoint


class PlannedCheckIn(NamedTuple):
    """One moment of the protocol with the day it would be due."""

    name: str
    due_on: dt.date


def check_ins_after(course: Course, *, on: dt.date, first_on: dt.date | None) -> list[PlannedCheckIn]:
    """The check-ins of the protocol if a session is logged on this day; ``first_on``: day of the first one so far."""
    protocol = course.protocol
    if protocol is None:
        return []
    anchor_on = first_on if first_on and protocol.anchor == Protocol.Anchor.FIRST else on
    moments = protocol.timepoints.exclude(name=Timepoint.BASELINE)
    return [PlannedCheckIn(moment.name, window(moment, anchor_on)["due_on"]) for moment in moments]
