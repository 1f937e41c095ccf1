"""How complete sessions are recorded: of one session, and of clinics over a range of days. Reads only.

The page and the API show the same dataclasses. Sessions entered in error are in none of the numbers.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from clinic.models import Clinic, User
from treatments.completeness import BY_CODE, Checklist, Item
from treatments.models import TreatmentSession
from treatments.states import LocalDay


@dataclass(frozen=True)
class MissingItem:
    """One item a session lacks. ``part`` is where it is recorded, ``anchor`` the id of the input there."""

    label: str
    category: str
    part: str
    anchor: str


@dataclass(frozen=True)
class Meter:
    """What one session has of its checklist."""

    name: str
    source: str
    recorded: int
    total: int
    missing: list[MissingItem]


@dataclass(frozen=True)
class ItemShare:
    """In how many of the sessions to which an item applies it is recorded."""

    code: str
    label: str
    category: str
    recorded: int
    sessions: int

    @property
    def percent(self) -> float:
        return 100 * self.recorded / self.sessions

    @property
    def lacking(self) -> int:
        return self.sessions - self.recorded


@dataclass(frozen=True)
class ChecklistShare:
    """One checklist over the sessions it was asked of: the items that are recorded least come first."""

    code: str
    name: str
    source: str
    sessions: int
    items_recorded: int
    items_asked: int
    items: list[ItemShare]

    @property
    def percent(self) -> float:
        return 100 * self.items_recorded / self.items_asked


@dataclass(frozen=True)
class CompletenessReport:
    """``first`` and ``last`` are days of the sessions' own clinics, both included; None is no limit."""

    clinics: list[str]
    first: dt.date | None
    last: dt.date | None
    sessions: int
    checklists: list[ChecklistShare]


def meter_of(session: TreatmentSession) -> Meter | None:
    """What the session has of its checklist, from what is stored with it; None where nothing was. No query."""
    checklist = BY_CODE.get(session.checklist)
    if checklist is None:
        return None
    missing = [item for code in session.missing_items if (item := checklist.item(code))]
    return Meter(
        name=checklist.name,
        source=checklist.source,
        recorded=len(session.recorded_items),
        total=len(session.recorded_items) + len(session.missing_items),
        missing=[_missing(item) for item in missing],
    )


def completeness_report(
    *, clinics: Sequence[Clinic], first: dt.date | None, last: dt.date | None
) -> CompletenessReport:
    """The share of sessions that record each item, by checklist. One query.

    The database counts the sessions that record just the same, which are many; only their kinds are taken apart here.
    """
    sessions = _in_days(TreatmentSession.objects.counted().filter(clinic__in=clinics), first, last)
    alike = sessions.values_list("checklist", "recorded_items", "missing_items").annotate(n=Count("pk")).order_by()
    tallies: dict[str, _Tally] = {}
    for code, recorded, missing, n in alike.iterator():
        tallies.setdefault(code, _Tally()).add(recorded, missing, n)
    rated = [(checklist, tallies[code]) for code, checklist in BY_CODE.items() if code in tallies]
    return CompletenessReport(
        clinics=[clinic.name for clinic in clinics],
        first=first,
        last=last,
        sessions=sum(tally.sessions for _, tally in rated),
        checklists=[_share(checklist, tally) for checklist, tally in rated],
    )


def sessions_lacking(
    user: User, *, clinic: Clinic, checklist: str, item: str, first: dt.date | None, last: dt.date | None
) -> QuerySet[TreatmentSession]:
    """The clinic's sessions without this item that the person may see, the latest first."""
    sessions = TreatmentSession.objects.visible_to(user).counted().filter(clinic=clinic, checklist=checklist)
    lacking = _in_days(sessions, first, last).filter(missing_items__contains=[item])
    return lacking.select_related("course__patient", "course__treatment_type").order_by("-performed_at", "-pk")


def _missing(item: Item) -> MissingItem:
    part, name, *rest = item.leads_to.split(".")
    if part == "preparation":
        anchor = name if rest else f"id_preparation-{name}"
    elif part == "lots":
        anchor = part
    else:
        anchor = f"id_injections-0-{name}" if part == "injections" else f"id_{part}-{name}"
    return MissingItem(item.label, item.category, part, anchor)


def _in_days(sessions: QuerySet[Any], first: dt.date | None, last: dt.date | None) -> QuerySet[Any]:
    if first is None and last is None:
        return sessions
    sessions = sessions.annotate(day=LocalDay("clinic__time_zone", "performed_at"))
    if first is not None:
        sessions = sessions.filter(day__gte=first)
    return sessions if last is None else sessions.filter(day__lte=last)


class _Tally:
    """How many sessions of one checklist record and lack each item."""

    def __init__(self) -> None:
        self.sessions = 0
        self.recorded: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()

    def add(self, recorded: Iterable[str], missing: Iterable[str], n: int) -> None:
        """Count ``n`` sessions that record just the same."""
        self.sessions += n
        for counter, codes in ((self.recorded, recorded), (self.missing, missing)):
            for code in codes:
                counter[code] += n


def _share(checklist: Checklist, tally: _Tally) -> ChecklistShare:
    shares = [
        ItemShare(item.code, item.label, item.category, tally.recorded[item.code], asked)
        for item in checklist.items
        if (asked := tally.recorded[item.code] + tally.missing[item.code])
    ]
    return ChecklistShare(
        code=checklist.code,
        name=checklist.name,
        source=checklist.source,
        sessions=tally.sessions,
        items_recorded=tally.recorded.total(),
        items_asked=tally.recorded.total() + tally.missing.total(),
        items=sorted(shares, key=lambda share: share.percent),
    )
