"""From what was written to rows: made unsaved, so that they can be checked, then stored in place of what was there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from treatments.actions.sessions.parts import PREPARATIONS, ROWS, SessionParts, is_recorded
from treatments.actions.sessions.rules import PreparationRefused
from treatments.models import (
    Aftercare,
    Course,
    Holds,
    Injection,
    Preparation,
    Spin,
    TreatmentSession,
)


@dataclass(frozen=True)
class SessionRows:
    """The rows of one session besides the session's own."""

    injections: list[Injection]
    preparation: Preparation
    # By the names of log_session: "spins", "harvests", "release_tests".
    preparation_rows: dict[str, list[models.Model]]
    holds: Holds | None
    aftercare: Aftercare | None


def unsaved(course: Course, parts: SessionParts) -> SessionRows:
    """The rows that ``parts`` ask for, in memory only. Raises PreparationRefused for a course that takes no session."""
    kind, clinic = _kind(course), {"clinic_id": course.clinic_id}
    named = ROWS[kind]
    fields = {name: value for name, value in parts.preparation.items() if name not in named}
    return SessionRows(
        injections=[Injection(**clinic, **injection) for injection in parts.injections],
        preparation=PREPARATIONS[kind](**clinic, **fields),
        preparation_rows={
            name: [model(**clinic, **_numbered(model, number), **row) for number, row in _listed(parts, name)]
            for name, model in named.items()
        },
        holds=Holds(**clinic, **parts.holds) if is_recorded(parts.holds) else None,
        aftercare=Aftercare(**clinic, **parts.aftercare) if is_recorded(parts.aftercare) else None,
    )


def replace(session: TreatmentSession, rows: SessionRows) -> None:
    """Store ``rows`` as all there is of the session; rows that are no longer named go. Course locked.

    An injection at the same target, side and level stays the same row, because lots were used in it.
    """
    _replace_injections(session, rows.injections)
    _replace_one(session, rows.preparation)
    for name, listed in rows.preparation_rows.items():
        _replace_listed(session, rows.preparation, name, listed)
    for model, part in ((Holds, rows.holds), (Aftercare, rows.aftercare)):
        if part is None:
            model._default_manager.filter(session=session).delete()
        else:
            _replace_one(session, part)


def place_of(injection: Injection) -> tuple[str, str, str]:
    """What there is one injection of in a session."""
    return injection.target, injection.side, injection.level


def _kind(course: Course) -> str:
    kind = course.treatment_type.modality
    if course.protocol_id is None:
        raise PreparationRefused("An imported course is history: open a new course to log a session.", "course")
    if kind not in PREPARATIONS:
        raise PreparationRefused("This kind of treatment has no preparation record.", "preparation")
    return kind


def _listed(parts: SessionParts, name: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
    return enumerate(parts.preparation.get(name, ()), 1)


def _numbered(model: type[models.Model], number: int) -> dict[str, int]:
    return {"position": number} if model is Spin else {}


def _replace_listed(session: TreatmentSession, record: Preparation, name: str, listed: list[models.Model]) -> None:
    owner, field = (session, "session") if name == "release_tests" else (record, "preparation")
    getattr(owner, name).all().delete()
    for row in listed:
        setattr(row, field, owner)
    ROWS[record.modality.value][name]._default_manager.bulk_create(listed)


def _replace_one(session: TreatmentSession, row: Any) -> None:
    row.session = session
    row.pk = type(row)._default_manager.filter(session=session).values_list("pk", flat=True).first()
    row.save()


def _replace_injections(session: TreatmentSession, injections: list[Injection]) -> None:
    there = {place_of(injection): injection.pk for injection in session.injections.all()}
    for injection in injections:
        injection.session = session
        injection.pk = there.pop(place_of(injection), None)
    kept = {injection.pk for injection in injections} - {None}
    session.lot_uses.filter(injection__in=there.values()).update(injection=None)
    session.injections.filter(pk__in=there.values()).delete()
    Injection.objects.bulk_create(injection for injection in injections if injection.pk is None)
    for injection in injections:
        if injection.pk in kept:
            injection.save()
