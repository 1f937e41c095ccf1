"""Every table of the audit trail: histories and access events, with what is personal in each and whom it is about."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from clinic.history import History
from clinic.models import AccessEvent, Clinic

NOBODY = "NULL::bigint"


@dataclass(frozen=True)
class Source:
    """One table. The expressions are SQL about its rows, called ``e``."""

    table: str
    key: str
    plain: tuple[str, ...]
    personal: tuple[str, ...]
    clinic: str
    at: str
    kind: str
    user: str
    patient: str = NOBODY
    joins: tuple[str, ...] = ()
    model: type[models.Model] = field(default=AccessEvent, compare=False)

    @property
    def is_history(self) -> bool:
        """A history of rows, not the record of accesses."""
        return self.model is not AccessEvent

    @property
    def is_about_patients(self) -> bool:
        """Each row belongs to somebody's record."""
        return self.patient != NOBODY


def histories() -> list[type[History]]:
    """The history of every tracked model, by table."""
    found = [model for model in apps.get_models() if issubclass(model, History)]
    return sorted(found, key=lambda model: model._meta.db_table)


def sources() -> list[Source]:
    """Everything that is sealed."""
    return [_accesses(), *map(_source, histories())]


def by_table() -> dict[str, Source]:
    return {source.table: source for source in sources()}


def _accesses() -> Source:
    plain, personal = _columns(AccessEvent)
    own = (AccessEvent._meta.db_table, "id", plain, personal)
    return Source(*own, clinic="e.clinic_id", at="e.at", kind="e.kind", user="e.user_id", patient="e.patient_id")


def _source(model: type[History]) -> Source:
    plain, personal = _columns(model)
    joins, patient = _way_to_patient(model)
    return Source(
        *(model._meta.db_table, "pgh_id", plain, personal),
        clinic=_clinic(model),
        at="e.pgh_created_at",
        kind="e.pgh_label",
        user="(e.pgh_context ->> 'user')::bigint",
        patient=patient,
        joins=joins,
        model=model,
    )


def _columns(model: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is plain and what is personal, each in order."""
    personal = {model._meta.get_field(name).column for name in model.Privacy.personal}
    every = sorted(str(field.column) for field in model._meta.concrete_fields)
    return tuple(name for name in every if name not in personal), tuple(name for name in every if name in personal)


def _clinic(model: type[History]) -> str:
    if model.pgh_tracked_model is Clinic:
        return "e.id"
    has_clinic = any(field.column == "clinic_id" for field in model._meta.concrete_fields)
    return "e.clinic_id" if has_clinic else NOBODY


def _way_to_patient(model: type[History]) -> tuple[tuple[str, ...], str]:
    """The joins that lead from a row of history to the patient it is about, and the column with the patient's key."""
    tracked: Any = model.pgh_tracked_model
    way = way_to_subject(tracked)
    if not way:
        return (), NOBODY if way is None else "e.id"
    joins, here = [], "e"
    for number, link in enumerate(way[:-1], start=1):
        table = link.related_model._meta.db_table
        joins.append(f"LEFT JOIN {table} j{number} ON j{number}.id = {here}.{link.column}")
        here = f"j{number}"
    return tuple(joins), f"{here}.{way[-1].column}"


@cache
def way_to_subject(model: type[models.Model]) -> list[Any] | None:
    """The shortest way of foreign keys from a model to the patient, empty for patients, None where there is none.

    A key that is always filled goes before one that may be empty.
    """
    if model._meta.label == settings.SUBJECT_MODEL:
        return []
    ways: list[tuple[type[models.Model], list[Any]]] = [(model, [])]
    seen = {model}
    for here, way in ways:
        for link in sorted(_links(here), key=lambda one: one.null):
            if link.related_model._meta.label == settings.SUBJECT_MODEL:
                return [*way, link]
            if link.related_model not in seen:
                seen.add(link.related_model)
                ways.append((link.related_model, [*way, link]))
    return None


def _links(model: type[models.Model]) -> Iterator[Any]:
    for each in model._meta.concrete_fields:
        if each.many_to_one or each.one_to_one:
            yield each
