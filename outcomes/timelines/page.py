"""One page of a patient's time line: all sources in one statement, newest first, however much there is."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject

from clinic.models import User
from outcomes.timelines.sources import Source, sources
from patients.models import Patient

SIZE = 30
GROUPS = {
    "sessions": "Sessions",
    "check-ins": "Check-ins",
    "messages": "Messages",
    "safety": "Safety",
    "record": "Record",
}
COLUMNS = ("moment", "sort", "row", "ref", "words", "who")


@dataclass(frozen=True)
class Happening:
    """One thing that happened. ``ref``: the id of the page about it; ``words``: what its sentence is made of."""

    at: dt.datetime
    kind: str
    row: int
    ref: str
    words: dict[str, Any]
    who: str


@dataclass(frozen=True)
class TimeLine:
    """The newest things that happened, and from where the next page goes on: "" when there is nothing older."""

    happenings: list[Happening]
    older: str


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: what comes after it happened earlier, or then and stands later in the order of kinds."""

    at: dt.datetime
    kind: str
    row: int

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The one in an address; None for what is not one, which begins at the newest."""
        parts = text.split("~")
        try:
            at, kind, row = dt.datetime.fromisoformat(parts[0]), parts[1], int(parts[2])
        except (ValueError, IndexError):
            return None
        return cls(at, kind, row) if at.tzinfo and abs(row) < 2**62 else None

    def __str__(self) -> str:
        return f"{self.at.astimezone(dt.UTC).isoformat()}~{self.kind}~{self.row}"

    def older_in(self, kind: str) -> Q:
        """Which rows of this kind come after it."""
        if kind > self.kind:
            return Q(moment__lte=self.at)
        then = Q(moment=self.at, pk__lt=self.row)
        return Q(moment__lt=self.at) | then if kind == self.kind else Q(moment__lt=self.at)


def time_line(
    patient: Patient, *, today: dt.date, user: User, group: str = "", before: str = "", most: int = SIZE
) -> TimeLine:
    """What happened around the patient before the cursor ``before``, of one of GROUPS or of all. One query.

    ``today``: a day of the clinic's calendar. What ``user`` may not see is not there.
    """
    asked = [one for one in sources(patient.clinic.time_zone, today) if group in ("", one.group)]
    cursor = Cursor.read(before)
    parts = [_part(source, patient, user, cursor, most + 1) for source in asked]
    rows = _together(parts)[: most + 1]
    found = [Happening(at, kind, row, ref, words, who) for at, kind, row, ref, words, who in rows]
    last = found[most - 1] if len(found) > most else None
    return TimeLine(found[:most], str(Cursor(last.at, last.kind, last.row)) if last else "")


def _part(source: Source, patient: Patient, user: User, cursor: Cursor | None, most: int) -> QuerySet[Any]:
    """The newest rows of one source, each as far as the statement above it needs."""
    moment = F(source.moment) if isinstance(source.moment, str) else source.moment
    rows = source.rows(patient, user).annotate(moment=moment)
    if cursor:
        rows = rows.filter(cursor.older_in(source.kind))
    return (
        rows.annotate(
            sort=Value(source.kind, CharField()),
            row=F("pk"),
            ref=Cast(source.ref, TextField()),
            words=JSONObject(**source.words) if source.words else Value({}, JSONField()),
            who=Cast(source.who or Value(""), TextField()),
        )
        .order_by("-moment", "-row")
        .values_list(*COLUMNS)[:most]
    )


def _together(parts: Sequence[QuerySet[Any]]) -> QuerySet[Any]:
    first, *others = parts
    return first.union(*others, all=True).order_by("-moment", "sort", "-row")
