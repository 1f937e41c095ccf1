"""An event's versions: the lock, the check that nobody else saved meanwhile, the revision that is kept."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from clinic.models import User
from treatments.actions.events.refusals import EventChanged, EventVoided
from treatments.models import AdverseEvent, EventRevision

# What a revision does not repeat: it cannot change.
FIXED = {"id", "public_id", "clinic", "patient", "recorded_at", "recorded_by", "version"}


def locked(event_id: int, version: int | None = None) -> AdverseEvent:
    """The event as it stands, locked until the transaction ends. Raises EventChanged (given a version), EventVoided."""
    rows = AdverseEvent.objects.select_for_update(of=("self",))
    related = ("clinic", "patient__clinic", "course", "session__course", "lot")
    current: AdverseEvent = rows.select_related(*related).get(pk=event_id)
    if version is not None and current.version != version:
        raise EventChanged(current)
    if current.entered_in_error_at:
        raise EventVoided("This event was entered in error and cannot be changed any more.")
    return current


def replace(event: AdverseEvent, changes: Mapping[str, Any], *, reason: str, at: dt.datetime, by: User) -> AdverseEvent:
    """The locked event with ``changes``, one version on; what it was is kept whole as a revision."""
    EventRevision.objects.create(
        clinic_id=event.clinic_id,
        event=event,
        version=event.version,
        snapshot=snapshot_of(event),
        reason=reason.strip(),
        replaced_at=at,
        replaced_by=by,
    )
    for name, value in changes.items():
        setattr(event, name, value)
    event.version += 1
    event.save(update_fields=[*changes, "version"], force_update=True)
    return event


def snapshot_of(event: AdverseEvent) -> dict[str, Any]:
    """Every column that can change, as JSON keeps it, and the reports as they stand."""
    fields = [field for field in AdverseEvent._meta.concrete_fields if field.name not in FIXED]
    reports = event.reports.order_by("kind").values("kind", "due_on", "sent_on", "reference", "is_needed")
    columns: dict[str, Any] = {field.name: _plain(field.value_from_object(event)) for field in fields}
    return {**columns, "reports": [{name: _plain(value) for name, value in row.items()} for row in reports]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
