"""Keeping with each session which of the guideline's items it has, so that a clinic's share is one query."""

from typing import Any

from django.db import models

from treatments.completeness import CHECKLISTS, check
from treatments.models import Course, Timepoint, TreatmentSession

PREPARATIONS = ("prp_preparation", "cell_preparation", "exosome_preparation")
ROWS = ("spins", "harvests")


def rate_session(session: TreatmentSession) -> None:
    """Store what the session has of its checklist, from the rows as they are. Call it after every change of them."""
    checklist = CHECKLISTS.get(session.course.treatment_type.modality)
    if checklist is None:
        return
    found = check(checklist, facts_of(session))
    session.checklist, session.recorded_items, session.missing_items = (
        found.checklist,
        list(found.recorded),
        list(found.missing),
    )
    session.save(update_fields=["checklist", "recorded_items", "missing_items"])


def rate_sessions(course: Course) -> None:
    """The same for every session of a course, after a change of its profile."""
    for session in course.sessions.counted():
        rate_session(session)


def facts_of(session: TreatmentSession) -> dict[str, Any]:
    """Everything recorded about a session, by the parts a checklist names. Eight to ten queries."""
    fresh = TreatmentSession.objects.select_related(
        *("course__patient", "course__profile", "holds", "aftercare"), *PREPARATIONS
    ).get(pk=session.pk)
    return {
        "visit": _fields(fresh),
        "course": {**_fields(fresh.course), "has_baseline": _has_baseline(fresh)},
        "patient": _fields(fresh.course.patient),
        "profile": _fields(getattr(fresh.course, "profile", None)),
        "holds": _fields(getattr(fresh, "holds", None)),
        "aftercare": _fields(getattr(fresh, "aftercare", None)),
        "injections": [_fields(row) for row in fresh.injections.all()],
        "lots": [_fields(row) for row in fresh.lot_uses.filter(reversed_at=None)],
        "preparation": _preparation(fresh),
    }


def _preparation(session: TreatmentSession) -> dict[str, Any]:
    record = next((found for name in PREPARATIONS if (found := getattr(session, name, None))), None)
    rows = {name: getattr(record, name).all() for name in ROWS if hasattr(record, name)}
    rows["release_tests"] = session.release_tests.all()
    return {**_fields(record), **{name: [_fields(row) for row in found] for name, found in rows.items()}}


def _fields(row: models.Model | None) -> dict[str, Any]:
    return {} if row is None else {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _has_baseline(session: TreatmentSession) -> bool:
    return session.course.follow_ups.filter(
        timepoint__name=Timepoint.BASELINE, answered_at__lte=session.performed_at
    ).exists()
