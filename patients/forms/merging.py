"""Two people change one patient's details: what both changed is asked about, field by field; the rest is put together."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.core import signing
from django.forms.utils import pretty_name
from django.http import QueryDict

from patients.forms.patients import PatientForm
from patients.models import Patient

FIELDS = PatientForm.Meta.fields
# The hidden input with what the page showed, and the names of the radio buttons of a clash.
SEEN, CHOICE, CLASH = "seen", "choice:", "clash"
Details = Mapping[str, str]


@dataclass(frozen=True)
class Clash:
    """One field that both changed, each in another way. ``name`` is that of its radio buttons."""

    key: str
    label: str
    mine: str
    theirs: str

    @property
    def name(self) -> str:
        return f"{CHOICE}{self.key}"


@dataclass(frozen=True)
class Merge:
    """``data``: mine, with what only they changed, seen as it stands now. ``merged``: how many fields were taken over."""

    data: QueryDict
    clashes: list[Clash]
    merged: int

    def hidden(self) -> Iterator[tuple[str, str]]:
        """Everything that the page of choices sends along."""
        for name, values in self.data.lists():
            if name not in ("csrfmiddlewaretoken", CLASH) and not name.startswith(CHOICE):
                yield from ((name, value) for value in values)
        yield from ((CLASH, clash.key) for clash in self.clashes)


def details_of(patient: Patient) -> dict[str, str]:
    """What the form shows, as a browser sends it."""
    return {name: _sent(getattr(patient, name)) for name in FIELDS}


def seal_details(patient: Patient) -> str:
    """What a page showed, for a hidden input of it."""
    return signing.dumps(details_of(patient), salt=_salt(patient))


def details_seen(patient: Patient, data: QueryDict) -> dict[str, str] | None:
    """What the page showed on which ``data`` was typed; None when it does not say so."""
    try:
        seen: dict[str, str] = signing.loads(data.get(SEEN, ""), salt=_salt(patient))
    except signing.BadSignature:
        return None
    return seen


def chosen(data: QueryDict, seen: Details | None) -> tuple[QueryDict, list[str]]:
    """What the page of choices sent, with theirs (what that page had ``seen``) where it was chosen; the keys nothing was
    chosen for.
    """
    keys = [key for key in data.getlist(CLASH) if seen and key in seen]
    result = data.copy()
    for key in keys:
        if data.get(f"{CHOICE}{key}") == "theirs":
            result[key] = (seen or {})[key]
    return result, [key for key in keys if data.get(f"{CHOICE}{key}") not in ("mine", "theirs")]


def merge(data: QueryDict, *, seen: Details, patient: Patient) -> Merge:
    """Put ``data`` on top of the ``patient`` as it stands, both starting from what was ``seen``."""
    result, now = data.copy(), details_of(patient)
    result[SEEN] = seal_details(patient)
    clashes, taken = [], 0
    for name in FIELDS:
        mine, theirs = data.get(name, "").strip(), now[name]
        if theirs in (mine, seen.get(name)):
            continue
        if mine == seen.get(name):
            result[name] = theirs
            taken += 1
        else:
            clashes.append(Clash(name, _label(name), _words(name, mine), _words(name, theirs)))
    return Merge(result, clashes, taken)


def undecided(data: QueryDict, keys: list[str], *, seen: Details) -> Merge:
    """The page of choices again, because nothing was chosen for some field."""
    asked = data.getlist(CLASH)
    clashes = [
        Clash(name, _label(name), _words(name, data.get(name, "")), _words(name, seen[name]))
        for name in FIELDS
        if name in asked
    ]
    return Merge(data, clashes, 0)


def _salt(patient: Patient) -> str:
    return f"patient:{patient.pk}"


def _sent(value: object) -> str:
    """A day as 1958-03-03, nothing as an empty text."""
    return "" if value is None else str(value)


def _label(name: str) -> str:
    return str(PatientForm.base_fields[name].label or pretty_name(name))


def _words(name: str, sent: str) -> str:
    """The value as people read it."""
    field = Patient._meta.get_field(name)
    if name == "born_on" and sent:
        try:
            return f"{dt.date.fromisoformat(sent):%-d %b %Y}"
        except ValueError:
            return sent
    return str(dict(field.flatchoices).get(sent, sent)) or "–"
