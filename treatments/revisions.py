"""What changed in a session from one version to the next, field by field and in words."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from clinic.models import User
from treatments import field_labels, session_words
from treatments.actions.sessions import PREPARATIONS, ROWS, snapshot_of
from treatments.models import Aftercare, Holds, Injection, SessionRevision, TreatmentSession

# The parts of a snapshot that people write; what follows from them is left out.
WRITTEN = ("performed_at", "performed_by", "visit", "injections", "preparation", "lots", "holds", "aftercare", "note")
ROW_WORDS = {"injections": "Injection", "lots": "Lot", **field_labels.ROW_NAMES}
State = Mapping[str, Any]
LOT_WORDS = {"lot": "number", "quantity": "quantity", "injection": "for injection"}


@dataclass(frozen=True)
class Change:
    """One field that differs; the values in words, "–" for none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Revision:
    """One change of a session: who, when, why, and what."""

    changed_at: dt.datetime
    changed_by: User
    reason: str
    is_taken_back: bool
    changes: list[Change]


def revisions_of(session: TreatmentSession) -> list[Revision]:
    """The session's changes, the latest first. Dates are shown in the current time zone.

    ``session`` has its uses of lots with their lots at hand.
    """
    kept = list(session.revisions.select_related("replaced_by").order_by("version"))
    if not kept:
        return []
    states = [revision.snapshot for revision in kept] + [snapshot_of(session)]
    words = Words(session)
    changed = [
        _revision(revision, before, after, words)
        for revision, before, after in zip(kept, states, states[1:], strict=False)
    ]
    return changed[::-1]


class Words:
    """Names and values of one session's fields as people read them."""

    def __init__(self, session: TreatmentSession) -> None:
        kind = session.course.treatment_type.modality
        self.models: dict[str, type[models.Model]] = {
            "visit": TreatmentSession,
            "injections": Injection,
            "preparation": PREPARATIONS[kind],
            "holds": Holds,
            "aftercare": Aftercare,
            **ROWS[kind],
        }
        self.labels: dict[str, Mapping[str, str]] = {
            "": session_words.VISIT,
            "visit": session_words.VISIT,
            "injections": session_words.INJECTION,
            "preparation": field_labels.PREPARATIONS[kind],
            "holds": session_words.HOLDS,
            "aftercare": session_words.AFTERCARE,
            **field_labels.ROWS,
        }
        self.lots = {str(use.lot.public_id): use.lot.lot_number for use in session.lot_uses.all()}

    def changes(self, before: State, after: State) -> list[Change]:
        """The fields that differ between two snapshots."""
        old, new = dict(flat(before)), dict(flat(after))
        return [
            Change(self.label(path), self.value(path, old.get(path)), self.value(path, new.get(path)))
            for path in dict.fromkeys([*old, *new])
            if old.get(path) != new.get(path) and (_is_said(old.get(path)) or _is_said(new.get(path)))
        ]

    def label(self, path: tuple[str, ...]) -> str:
        """What the field is called, like "Injection 1, volume"."""
        rows = [ROW_WORDS[part] for part in path if part in ROW_WORDS]
        number = next((int(part) + 1 for part in path if part.isdecimal()), 0)
        if rows and rows[0] == "Lot":
            return f"Lot {number}, {LOT_WORDS.get(path[-1], path[-1])}"
        words = self._name(path)
        return f"{rows[0]} {number}, {words[:1].lower()}{words[1:]}" if rows else words

    def value(self, path: tuple[str, ...], value: Any) -> str:
        """The value as people read it; "–" for none."""
        if not _is_said(value):
            return "–"
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if path[-1] == "lot":
            return self.lots.get(value, value)
        if path[0] == "lots" and path[-1] == "injection":
            return str(value + 1)
        field = self._field(path)
        choices = dict(field.flatchoices) if field is not None else {}
        if isinstance(field, models.DecimalField) or path[-1] == "quantity":
            return f"{Decimal(value).normalize():,f}"
        if isinstance(value, list):
            return ", ".join(str(one) for one in value)
        if isinstance(field, models.DateTimeField):
            return f"{timezone.localtime(dt.datetime.fromisoformat(value)):%-d %b %Y, %H:%M}"
        if isinstance(field, models.DateField):
            return f"{dt.date.fromisoformat(value):%-d %b %Y}"
        return str(choices.get(value, value))

    def _field(self, path: tuple[str, ...]) -> "models.Field[Any, Any] | None":
        model = next((self.models[part] for part in reversed(path) if part in self.models), TreatmentSession)
        fields = {field.name: field for field in model._meta.concrete_fields}
        return fields.get(path[-1])

    def _name(self, path: tuple[str, ...]) -> str:
        part = next((one for one in reversed(path) if one in self.labels), "")
        return self.labels[part].get(path[-1], path[-1].replace("_", " ").capitalize())


def flat(state: State) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every written field of a snapshot with its path, rows by their number."""
    for name in WRITTEN:
        yield from _flat((name,), state.get(name))


def _flat(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat((*path, name), inner)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for number, row in enumerate(value):
            yield from _flat((*path, str(number)), row)
    elif value != []:
        yield path, value


def _is_said(value: Any) -> bool:
    return value not in (None, "", [])


def _revision(revision: SessionRevision, before: State, after: State, words: Words) -> Revision:
    is_taken_back = bool(after.get("entered_in_error")) and not before.get("entered_in_error")
    changes = [] if is_taken_back else words.changes(before, after)
    return Revision(revision.replaced_at, revision.replaced_by, revision.reason, is_taken_back, changes)
