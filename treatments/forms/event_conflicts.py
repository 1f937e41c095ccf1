"""Two people correct one event: what clashes, field by field, and what each of the two wrote."""

import datetime as dt
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils import timezone

from clinic.models import User
from treatments.forms.events import EventForm
from treatments.forms.groups import said
from treatments.models import AdverseEvent, EventRevision

FIELDS = EventForm.Meta.fields
Typed = dict[str, list[str]]


@dataclass(frozen=True)
class Clash:
    """A field that both changed, each in another way."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Conflict:
    """What the page of both versions shows; ``kept`` are the inputs that carry everything that does not clash."""

    saved_by: User
    saved_at: dt.datetime
    clashes: list[Clash]
    merged: list[str]
    kept: list[tuple[str, str]]


def typed(form: EventForm) -> Typed:
    """Every field as a browser would send it."""
    return {name: _sent(form[name].value()) for name in FIELDS}


def _sent(value: object) -> list[str]:
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    if isinstance(value, dt.datetime):
        return [f"{value:%Y-%m-%dT%H:%M}"]
    return [str(value)] if value not in (None, "") else [""]


def conflict(event: AdverseEvent, mine: EventForm, theirs: EventForm) -> Conflict:
    """``event`` and ``theirs`` as saved by somebody else, ``mine`` as it was sent from an earlier version."""
    base_version = mine.data.get("base") or mine.data.get("version") or "0"
    revisions = event.revisions.select_related("replaced_by")
    base = revisions.filter(version=int(base_version) if base_version.isdecimal() else 0).first()
    last = revisions.order_by("-version")[0]
    sent, saved = typed(mine), typed(theirs)
    before = typed(_form_of(base, event, mine)) if base else saved
    clashing = [name for name in FIELDS if sent[name] != saved[name] and _both_changed(name, before, sent, saved)]
    merged = {name: saved[name] if sent[name] == before[name] else sent[name] for name in FIELDS}
    return Conflict(
        saved_by=last.replaced_by,
        saved_at=last.replaced_at,
        clashes=[Clash(name, str(mine[name].label), _words(mine, name), _words(theirs, name)) for name in clashing],
        merged=[str(mine[name].label) for name in FIELDS if before[name] != saved[name] and name not in clashing],
        kept=[
            *[(name, value) for name, values in merged.items() for value in values],
            *[("clash", name) for name in clashing],
            *[("reason", mine.data.get("reason", "")), ("version", str(event.version)), ("base", base_version)],
        ],
    )


def _both_changed(name: str, before: Typed, sent: Typed, saved: Typed) -> bool:
    return before[name] not in (sent[name], saved[name])


def _form_of(base: EventRevision, event: AdverseEvent, like: EventForm) -> EventForm:
    """The form filled from the version that both began with."""
    columns = {field.name: field for field in AdverseEvent._meta.concrete_fields}
    state = {
        columns[name].attname: columns[name].to_python(value)
        for name, value in base.snapshot.items()
        if name in columns
    }
    earlier = AdverseEvent(pk=event.pk, patient=event.patient, **state)
    return EventForm(patient=event.patient, now=timezone.localtime(), instance=earlier)


def _words(form: EventForm, name: str) -> str:
    field = form[name]
    value = field.value()
    if isinstance(field.field, forms.DateTimeField | forms.DateField) and not isinstance(value, str):
        value = field.field.widget.format_value(value)
        return (value or "–").replace("T", " ")
    return said(field).replace("T", " ") if isinstance(field.field, forms.DateTimeField) else said(field) or "–"


def is_resolved(data: QueryDict) -> bool:
    """Whether somebody has chosen for every field that clashed."""
    return all(data.get(f"keep-{name}") in ("mine", "theirs") for name in data.getlist("clash"))


def resolved(data: QueryDict, theirs: EventForm) -> QueryDict:
    """What was sent, with their value wherever it was chosen."""
    chosen = data.copy()
    for name in set(data.getlist("clash")) & set(FIELDS):
        if data.get(f"keep-{name}") == "theirs":
            chosen.setlist(name, typed(theirs)[name])
    return chosen
