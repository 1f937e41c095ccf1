"""How complete sessions are recorded: of one session, and of clinics over a range of days. Reads only.

The page and the API show the same dataclasses. Sessions entered in error are in none of the numbers.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, Func, IntegerField, QuerySet, Sum

from clinic.models import Clinic, User
from treatments.completeness import BY_CODE, Checklist, Item
from treatments.models import TreatmentSession
from treatments.states import LocalDay

DAY = dt.timedelta(days=1)


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
    """The share of sessions that record each item, by checklist. Four queries, at any number of sessions."""
    sessions = _in_days(TreatmentSession.objects.counted().filter(clinic__in=clinics), first, last)
    recorded, missing = (_counts(sessions, field) for field in ("recorded_items", "missing_items"))
    totals = sessions.values("checklist").annotate(
        n=Count("pk"), recorded=Sum(_size("recorded_items")), missing=Sum(_size("missing_items"))
    )
    rated = [row for row in totals.order_by("checklist") if row["checklist"] in BY_CODE]
    return CompletenessReport(
        clinics=[clinic.name for clinic in clinics],
        first=first,
        last=last,
        sessions=sum(row["n"] for row in rated),
        checklists=[_share(BY_CODE[row["checklist"]], row, recorded, missing) for row in rated],
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


def _size(field: str) -> Func:
    return Func(F(field), function="cardinality", output_field=IntegerField())


def _counts(sessions: QuerySet[Any], field: str) -> Mapping[tuple[str, str], int]:
    item = Func(F(field), function="unnest", output_field=CharField())
    item.set_returning = True
    rows = sessions.annotate(item=item).values("checklist", "item").annotate(n=Count("pk")).order_by()
    return {(row["checklist"], row["item"]): row["n"] for row in rows}


def _share(
    checklist: Checklist,
    row: Mapping[str, Any],
    recorded: Mapping[tuple[str, str], int],
    missing: Mapping[tuple[str, str], int],
) -> ChecklistShare:
    shares = []
    for item in checklist.items:
        key = (checklist.code, item.code)
        sessions = recorded.get(key, 0) + missing.get(key, 0)
        if sessions:
            shares.append(ItemShare(item.code, item.label, item.category, recorded.get(key, 0), sessions))
    return ChecklistShare(
        code=checklist.code,
        name=checklist.name,
        source=checklist.source,
        sessions=row["n"],
        items_recorded=row["recorded"],
        items_asked=row["recorded"] + row["missing"],
        items=sorted(shares, key=lambda share: share.percent),
    )
