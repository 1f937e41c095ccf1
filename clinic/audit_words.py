"""Words for what the audit trail lists. Pure: rows in, sentences out."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone

from clinic import names
from clinic.models import AccessEvent, User
from clinic.sources import Source

Kind = AccessEvent.Kind
EMPTY = "empty"
LONGEST = 200


@dataclass(frozen=True)
class Change:
    """One field, what it said before and after; None where there was no row."""

    field: str
    old: str | None
    new: str | None


def sentence(source: Source, kind: str, row: dict[str, Any], changed: list[Change], patient: Any) -> str:
    """What was done, to follow a name: "changed Ruth Álvarez’s e-mail"."""
    if not source.is_history:
        return _access(kind, row, patient)
    tracked: Any = source.model
    thing = str(tracked.pgh_tracked_model._meta.verbose_name)
    owner = f"{_named(patient)}’s " if patient else ""
    is_person = patient is not None and tracked.pgh_tracked_model is type(patient)
    if kind == "insert":
        return (
            f"added {_named(patient)}"
            if is_person
            else f"added to {owner}record: {thing}"
            if owner
            else f"added {_a(thing)}"
        )
    if kind == "delete":
        return f"deleted {owner}{'record' if is_person else thing}"
    fields = ", ".join(change.field for change in changed) or "data that were erased since"
    return f"changed {owner}{fields}" if is_person else f"changed {owner}{thing}: {fields}"


def _access(kind: str, row: dict[str, Any], patient: Any) -> str:
    whose = f"{_named(patient)}’s record" if patient else "a record"
    page = _page(row.get("route"))
    n = row.get("n_rows")
    rows = "" if n is None else f", {n} {'row' if n == 1 else 'rows'}"
    return {
        Kind.READ: f"read {whose}{page}",
        Kind.LISTED: f"saw a list{page}{rows}",
        Kind.SEARCHED: f"searched{page}{rows}",
        Kind.EXPORTED: f"began an export{' of ' + whose if patient else ''}{page}",
        Kind.EXPORT_ENDED: f"finished an export{page}{rows}",
        Kind.SIGNED_IN: "signed in",
        Kind.SIGN_IN_FAILED: "failed to sign in",
        Kind.SIGNED_OUT: "signed out",
        Kind.DENIED: f"was refused{page}",
        Kind.LIMITED: f"asked too often and was slowed down{page}",
        Kind.LINK_REFUSED: "came with a link that opens nothing",
        Kind.ERASED: f"erased what was personal from the history of {whose}",
    }.get(Kind(kind), kind)


def _page(route: Any) -> str:
    return f" ({str(route).replace('-', ' ')})" if route else ""


def _a(thing: str) -> str:
    return f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}"


def label(field: Any) -> str:
    """What people call the field."""
    return "e-mail" if field.name == "email" else str(field.verbose_name)


def _named(patient: Any) -> str:
    """First name first, as people say it; "Patient" where the name was erased, initials while names are hidden."""
    if names.are_hidden():
        return str(patient)
    return f"{patient.given_name} {patient.family_name}".strip() or "a patient"


def changes(
    source: Source, kind: str, row: dict[str, Any], other: dict[str, Any] | None, people: dict[int, User]
) -> list[Change]:
    """What an entry changed, field by field, in the model's order."""
    model: Any = source.model
    old, new = _before_and_after(kind, row, other, keeps_old=model.keeps_old)
    found = []
    for field in model.pgh_tracked_model._meta.concrete_fields:
        if (
            field.primary_key
            or field.column not in row
            or (old or {}).get(field.column) == (new or {}).get(field.column)
        ):
            continue
        texts = [None if state is None else said(field, state.get(field.column), people) for state in (old, new)]
        found.append(Change(label(field), *texts))
    return found


def _before_and_after(
    kind: str, row: dict[str, Any], other: dict[str, Any] | None, *, keeps_old: bool
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    if kind == "insert":
        return None, row
    if kind == "delete":
        return row, None
    return (row, other or {}) if keeps_old else (other or {}, row)


def said(field: Any, value: Any, people: dict[int, User]) -> str:
    """A value as people read it; a time in the time zone of the page."""
    if value is None or value in ("", []):
        return EMPTY
    if field.name in names.TELLING and names.are_hidden():
        return names.HIDDEN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.remote_field is not None:
        person = people.get(value) if field.related_model is User else None
        return person.full_name if person else f"no. {value}"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return f"{timezone.localtime(dt.datetime.fromisoformat(value)):%-d %b %Y, %H:%M:%S}"
    if isinstance(field, models.DateField):
        return f"{dt.date.fromisoformat(value):%-d %b %Y}"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
