"""The audit trail as sentences: what the seals list, read from the tables they speak of, in few statements a page."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from clinic import digests
from clinic.audit_words import Change, changes, sentence
from clinic.models import AuditSeal, User
from clinic.sources import Source, by_table


@dataclass(frozen=True)
class Entry:
    """One thing that happened: who, when, what, of whom, and which values it changed."""

    seal: AuditSeal
    who: str
    what: str
    patient: Any
    row: dict[str, Any]
    changes: list[Change] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.seal.number

    @property
    def at(self) -> dt.datetime:
        return self.seal.at

    @property
    def reason(self) -> str:
        """Why, where the one who did it gave a reason."""
        return str(self.row.get("reason") or (self.row.get("pgh_context") or {}).get("reason") or "")

    @property
    def route(self) -> str:
        """The page or resource, by its name."""
        return str(self.row.get("route") or (self.row.get("pgh_context") or {}).get("route") or "")


def entries(seals: Iterable[AuditSeal], *, with_values: bool = False) -> list[Entry]:
    """What the seals speak of, in their order, in two statements however many; in three with the people in values."""
    listed = list(seals)
    sources = by_table()
    found = _rows(listed, sources)
    people = User.objects.in_bulk() if with_values else {seal.user_id: seal.user for seal in listed if seal.user}
    subject = apps.get_model(settings.SUBJECT_MODEL)
    patients = subject.objects.in_bulk({seal.patient_id for seal in listed if seal.patient_id})
    return [_entry(seal, sources[seal.source], found, people, patients) for seal in listed]


def _entry(seal: AuditSeal, source: Source, found: dict, people: dict, patients: dict) -> Entry:
    row, other = found.get((seal.source, seal.event_id), ({}, None))
    patient = patients.get(seal.patient_id)
    changed = changes(source, seal.kind, row, other, people) if source.is_history else []
    what = sentence(source, seal.kind, row, changed, patient)
    return Entry(seal, _who(seal, row, people), what, patient, row, changed)


def _who(seal: AuditSeal, row: dict[str, Any], people: dict[int, User]) -> str:
    """A person by name; else what acted."""
    context = row.get("pgh_context") or {}
    if seal.user_id:
        name = people[seal.user_id].full_name if seal.user_id in people else "Somebody who is not here any more"
        return f"{name}, by a program" if row.get("token") or context.get("token") else name
    if context.get("task"):
        return "Mendline"
    if context.get("command"):
        return "Whoever runs the server"
    return "A patient, by a link" if context.get("route") else "Somebody"


def _rows(seals: list[AuditSeal], sources: dict[str, Source]) -> dict[tuple[str, int], tuple[dict, dict | None]]:
    """Each row, and the state of it before or after, by table and key."""
    keys: dict[str, list[int]] = defaultdict(list)
    for seal in seals:
        keys[seal.source].append(seal.event_id)
    if not keys:
        return {}
    statement = " UNION ALL ".join(digests.shown(sources[table], _live(sources[table])) for table in keys)
    with connection.cursor() as cursor:
        cursor.execute(statement, list(keys.values()))
        return {
            (table, key): (json.loads(row), other and json.loads(other)) for table, key, row, other in cursor.fetchall()
        }


def _live(source: Source) -> str:
    """The tracked table of a history that keeps what was, where the present state is the row itself."""
    model: Any = source.model
    return model.pgh_tracked_model._meta.db_table if getattr(model, "keeps_old", False) else ""
