"""What changed in an adverse event from one version to the next, in words."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone

from clinic.models import User
from treatments.actions.events import snapshot_of
from treatments.models import AdverseEvent, Lot, RegulatoryReport, TreatmentSession
from treatments.revisions import Change

FIELDS = {field.name: field for field in AdverseEvent._meta.concrete_fields}
# What says who and when: the heading of a change says that already.
HEADING = {"reviewed_at", "reviewed_by", "entered_in_error_at", "entered_in_error_by", "course"}
LABELS = {
    "icd10_code": "ICD-10 code",
    "began_at": "Began",
    "first_aware_at": "First known",
    "resolved_on": "Over since",
}
LABELS |= {"is_expected": "Expected", "is_communicable": "Communicable", "entered_in_error_reason": "Entered in error"}


@dataclass(frozen=True)
class Correction:
    """One change of an event: who, when, why, and what."""

    changed_at: dt.datetime
    changed_by: User
    reason: str
    changes: list[Change]


def changes_of(event: AdverseEvent) -> list[Correction]:
    """The event's changes, the latest first. Days and times in the current time zone."""
    kept = list(event.revisions.select_related("replaced_by").order_by("version"))
    states = [revision.snapshot for revision in kept] + ([snapshot_of(event)] if kept else [])
    names = _names_of_rows(states)
    return [
        Correction(revision.replaced_at, revision.replaced_by, revision.reason, list(_changes(before, after, names)))
        for revision, before, after in zip(kept, states, states[1:], strict=False)
    ][::-1]


def was_corrected(changes: list[Correction], since: dt.datetime | None) -> bool:
    """Whether anything but the reports changed after this instant."""
    reports = {label for _, label in RegulatoryReport.Kind.choices}
    later = [change for revision in changes if since and revision.changed_at > since for change in revision.changes]
    return any(change.label not in reports for change in later)


def _names_of_rows(states: list[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    """Words for the sessions and lots that some version names; a query for each only when they changed."""
    sessions, lots = ({state[name] for state in states} - {None} for name in ("session", "lot"))
    words: dict[tuple[str, int], str] = {}
    if len({state["session"] for state in states}) > 1:
        found = TreatmentSession.objects.in_bulk(sessions)
        words |= {("session", pk): f"{timezone.localtime(row.performed_at):%-d %b %Y}" for pk, row in found.items()}
    if len({state["lot"] for state in states}) > 1:
        words |= {("lot", pk): row.lot_number for pk, row in Lot.objects.in_bulk(lots).items()}
    return words


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[Any, str]) -> Iterator[Change]:
    for name, field in FIELDS.items():
        if name in before and name not in HEADING and before[name] != after[name]:
            words = (names.get((name, value)) or _words(field, value) for value in (before[name], after[name]))
            yield Change(LABELS.get(name, str(field.verbose_name).capitalize()), *words)
    rows = [{row["kind"]: row for row in state["reports"]} for state in (before, after)]
    for kind, label in RegulatoryReport.Kind.choices:
        old, new = (_report(row.get(kind)) for row in rows)
        if old != new:
            yield Change(label, old, new)


def _report(row: Mapping[str, Any] | None) -> str:
    if row is None or not (row["is_needed"] or row["sent_on"]):
        return "not asked for"
    if row["sent_on"]:
        return f"sent {_day(row['sent_on'])} {row['reference']}".strip()
    return f"ends {_day(row['due_on'])}"


def _words(field: "models.Field[Any, Any]", value: Any) -> str:
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        labels = dict(AdverseEvent.Seriousness.choices)
        return ", ".join(str(labels.get(one, one)) for one in value)
    if isinstance(field, models.DateTimeField):
        return f"{timezone.localtime(dt.datetime.fromisoformat(value)):%-d %b %Y, %H:%M}"
    if isinstance(field, models.DateField):
        return _day(value)
    return str(dict(field.flatchoices).get(value, value))


def _day(written: str) -> str:
    return f"{dt.date.fromisoformat(written):%-d %b %Y}"
