"""Which patients a list is about: read from query parameters, and asked of the database. Only reads."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from clinic.models import Clinic, User
from patients import search
from patients.models import Patient, PatientQuerySet
from treatments.models import Course, FollowUp, Timepoint, TreatmentSession, TreatmentType
from treatments.models.courses import FollowUpQuerySet
from treatments.vocabulary import Modality, Region, Side


class Due(StrEnum):
    """When a check-in of the patient is due, today included."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"

    @property
    def label(self) -> str:
        return {"today": "Due today", "week": "Due within 7 days", "month": "Due within 30 days"}[self.value]

    @property
    def days(self) -> int:
        return {"today": 0, "week": 7, "month": 30}[self.value]


class Only(StrEnum):
    """Patients with whom something is not as it should be."""

    OVERDUE = "overdue"
    UNREACHABLE = "unreachable"
    NO_BASELINE = "no-baseline"

    @property
    def label(self) -> str:
        return {"overdue": "Overdue", "unreachable": "Cannot reach", "no-baseline": "No baseline"}[self.value]


_CHOICES: dict[str, type[StrEnum]] = {
    "treated": Modality,
    "region": Region,
    "side": Side,
    "due": Due,
    "only": Only,
}


@dataclass(frozen=True)
class PatientFilter:
    """The question that the list answers; empty means everyone. ``by``: the id of who gave a session.

    What is asked of a course is asked of one course: "PRP, right" is PRP at the right.
    """

    q: str = ""
    treated: str = ""
    region: str = ""
    side: str = ""
    by: str = ""
    due: str = ""
    only: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "PatientFilter":
        """The one in an address; a value that is none of those offered is not asked for."""
        chosen = {name: query.get(name, "") for name in _CHOICES if query.get(name) in [*_CHOICES[name]]}
        by = query.get("by", "")
        text = " ".join(query.get("q", "").replace("\x00", "").split())[: search.MAX_LENGTH]
        return cls(q=text, by=by if by.isascii() and by.isdigit() and len(by) < 10 else "", **chosen)

    def parameters(self, **other: str) -> dict[str, str]:
        """The same question as query parameters, with ``other`` in place of its own; what is empty is left out."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in {**own, **other}.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the text is asked for."""
        return bool(self.parameters(q=""))


def everyone(clinic: Clinic, *, user: User) -> PatientQuerySet:
    """All patients of the clinic."""
    found: PatientQuerySet = Patient.objects.visible_to(user).filter(clinic=clinic)
    return found


def narrowed(asked: PatientFilter, clinic: Clinic, *, on: dt.date, user: User) -> PatientQuerySet:
    """Those whom everything but the text of ``asked`` fits. ``on``: a day of the clinic's calendar."""
    found = everyone(clinic, user=user)
    # Whoever sees the clinic's patients sees their courses and check-ins; asking that of each again costs more than all.
    courses = _courses(asked, clinic)
    if courses is not None:
        found = found.filter(pk__in=courses.values("patient"))
    follow_ups: FollowUpQuerySet = FollowUp.objects.filter(clinic=clinic)
    for wanted in _follow_ups(asked, follow_ups, on):
        found = found.filter(pk__in=wanted.values("course__patient"))
    return found.unreached() if asked.only == Only.UNREACHABLE else found


def _courses(asked: PatientFilter, clinic: Clinic) -> QuerySet[Course] | None:
    """None when nothing is asked of courses. Treated with something is who got it, not who is to get it."""
    if not (asked.treated or asked.region or asked.side or asked.by):
        return None
    place = {name: value for name, value in (("region", asked.region), ("side", asked.side)) if value}
    courses = Course.objects.filter(clinic=clinic, **place)
    if asked.treated:
        # By their ids, of which the database knows how many courses each has.
        types = TreatmentType.objects.filter(clinic=clinic, modality=asked.treated)
        courses = courses.filter(treatment_type__in=list(types.values_list("pk", flat=True)))
    if asked.treated or asked.by:
        sessions: Any = TreatmentSession.objects.counted().filter(course=OuterRef("pk"))
        courses = courses.filter(Exists(sessions.filter(performed_by=asked.by) if asked.by else sessions))
    return courses


def _follow_ups(asked: PatientFilter, follow_ups: FollowUpQuerySet, on: dt.date) -> list[FollowUpQuerySet]:
    found = []
    if asked.due:
        last = on + dt.timedelta(days=Due(asked.due).days)
        found.append(follow_ups.awaited(on, last))
    if asked.only == Only.OVERDUE:
        found.append(follow_ups.awaited(None, on - dt.timedelta(days=1)).filter(closes_on__gte=on))
    if asked.only == Only.NO_BASELINE:
        found.append(without_baseline(follow_ups))
    return found


def without_baseline(follow_ups: FollowUpQuerySet) -> FollowUpQuerySet:
    """The baselines that nobody answered, of courses that ask for one."""
    return follow_ups.filter(timepoint__name=Timepoint.BASELINE, answered_at=None)
