"""Everything that the outcomes of one course rest on. No Django, no database, no clock."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from outcomes.outcome_rules import Measure, Taken, Treated


class Asked(NamedTuple):
    """What a protocol asks at one timepoint of a course, and how far the check-in about it has come."""

    name: str
    opens_day: int
    target_day: int
    closes_day: int
    scales: Sequence[str]
    has_survey: bool = False
    is_opened: bool = False
    is_complete: bool = False
    channel: str = ""


@dataclass(frozen=True)
class Given:
    """One score of this course, or of another of the patient's at the same target and side (not ``is_own``)."""

    scale: str
    timepoint: str
    taken: Taken
    measure: Measure
    day: int
    is_own: bool = True
    mode: str = ""
    language: str = ""


@dataclass(frozen=True)
class CourseFacts:
    """Everything that the outcomes of one course rest on. Sessions are the counted ones, the earliest first."""

    pk: int
    clinic_id: int
    treatment_type_id: int
    modality: str
    region: str
    side: str
    source_site: str
    source_clinician: str
    opened_on: dt.date
    is_imported: bool
    counts_from_first: bool
    sessions: Sequence[tuple[Treated, int]]
    asked: Sequence[Asked]
    given: Sequence[Given]
    retreated_on: dt.date | None = None
    left_on: dt.date | None = None
    consented_on: dt.date | None = None
    withdrawn_on: dt.date | None = None

    @property
    def first(self) -> Treated | None:
        """The first session."""
        return self.sessions[0][0] if self.sessions else None

    @property
    def anchor(self) -> tuple[Treated, int] | None:
        """The session from which days count, and who gave it."""
        if not self.sessions:
            return None
        return self.sessions[0 if self.counts_from_first else -1]
