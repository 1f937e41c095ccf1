"""Every treated patient's answers about pain medicines around one course."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Min, QuerySet

from outcomes.models import Outcome
from outcomes.opioid_outcomes import Asked, Course, answers_of
from outcomes.reports.filters import DEFAULT_INSTRUMENT, ReportFilter
from outcomes.reports.results import Group
from outcomes.reports.scope import Scope
from outcomes.reports.treated import group_keys, group_of, sessions_of
from treatments.models import MedicationReview
from treatments.states import LocalDay
from treatments.timepoints import WINDOWS


class Treated(NamedTuple):
    """One patient's first course of those asked for, and what they said about medicines around it."""

    group: Group
    course: Course


def treated_patients(asked: ReportFilter, scope: Scope, timepoint: str) -> list[Treated]:
    """Every patient with a session who was ever asked, once, with the answers that count at ``timepoint``. Three queries.

    A patient with several courses is there with the one treated first: medicines are those of a person, not of a joint.
    """
    sessions = sessions_of(asked, scope).filter(course__patient__in=_ever_asked(asked, scope))
    keys = group_keys(asked, "course__")
    first = sessions.values_list("course__patient_id", "course_id", *keys).annotate(
        on=Min(LocalDay("clinic__time_zone", "performed_at"))
    )
    patients: dict[int, tuple[int, Group, dt.date]] = {}
    for patient, course, *of, on in first.order_by("on", "course_id"):
        patients.setdefault(patient, (course, group_of(tuple(of)), on))
    answers, pain = _answers(asked, scope), _pain(asked, scope, timepoint)
    return [
        Treated(
            group,
            answers_of(
                answers.get(patient, ()), treated_on=on, window=WINDOWS[timepoint], pain_improvement=pain.get(course)
            ),
        )
        for patient, (course, group, on) in patients.items()
    ]


def count_treated(asked: ReportFilter, scope: Scope) -> int:
    """How many patients have a session, asked about medicines or not. One query."""
    return sessions_of(asked, scope).values("course__patient").distinct().count()


def _ever_asked(asked: ReportFilter, scope: Scope) -> QuerySet[MedicationReview, dict[str, Any]]:
    clinics = [scope.clinics[clinic].pk for clinic in asked.clinic]
    return MedicationReview.objects.filter(clinic__in=clinics).order_by().values("patient")


def _answers(asked: ReportFilter, scope: Scope) -> dict[int, list[Asked]]:
    clinics = [scope.clinics[clinic].pk for clinic in asked.clinic]
    found: dict[int, list[Asked]] = defaultdict(list)
    patients = sessions_of(asked, scope).values("course__patient")
    rows = MedicationReview.objects.filter(clinic__in=clinics, patient__in=patients).order_by()
    for patient, *answer in rows.values_list("patient_id", "asked_on", "pk", "mme_per_day", "nsaid_days"):
        found[patient].append(Asked(*answer))
    return found


def _pain(asked: ReportFilter, scope: Scope, timepoint: str) -> dict[int, Decimal | None]:
    rows = Outcome.objects.filter(
        clinic__in=[scope.clinics[clinic].pk for clinic in asked.clinic],
        instrument=DEFAULT_INSTRUMENT,
        timepoint=timepoint,
        improvement__isnull=False,
        course__patient__in=_ever_asked(asked, scope),
    )
    return dict(rows.order_by().values_list("course_id", "improvement"))
