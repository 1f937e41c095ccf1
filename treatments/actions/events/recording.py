"""Recording an adverse event, correcting it, marking it as entered in error."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from patients.models import Patient
from treatments.actions.events.checks import checked
from treatments.actions.events.clocks import keep_in_step
from treatments.actions.events.refusals import ReasonMissing
from treatments.actions.events.versions import locked, replace
from treatments.models import AdverseEvent

FREE_TO_EDIT = dt.timedelta(hours=24)

REQUIRED = ("began_at", "description", "term", "body_system", "grade", "outcome", "reporter", "first_aware_at")
# What a new event has where nothing else is said.
OPTIONAL: dict[str, Any] = {
    "course": None,
    "session": None,
    "lot": None,
    "icd10_code": "",
    "seriousness": (),
    "is_communicable": False,
    "needed_intervention": False,
    "action_taken": "",
    "treatment": "",
    "resolved_on": None,
}
FIELDS = (*REQUIRED, *OPTIONAL)


@transaction.atomic
def record_event(*, patient: Patient, details: Mapping[str, Any], at: dt.datetime, by: User) -> AdverseEvent:
    """A new adverse event with the reports it asks for. ``details``: REQUIRED and any of OPTIONAL.

    How it is related and whether it was expected is for ``review_event`` to say. Raises PermissionDenied, EventRefused.
    """
    require(by, patient.clinic, Permission.EVENT_RECORD)
    event = AdverseEvent.objects.create(
        clinic=patient.clinic,
        patient=patient,
        recorded_at=at,
        recorded_by=by,
        **checked(patient, {**OPTIONAL, **details}, at=at, was=None),
    )
    keep_in_step(event)
    return event


@transaction.atomic
def amend_event(
    *, event: AdverseEvent, version: int, details: Mapping[str, Any], reason: str = "", at: dt.datetime, by: User
) -> AdverseEvent:
    """The event corrected: ``details`` holds what changes. Within 24 hours of recording no reason is needed.

    What was before is kept as a revision; reports not yet sent follow. Nothing changed, nothing is kept. Raises
    PermissionDenied, EventChanged, EventVoided, ReasonMissing, EventRefused.
    """
    require(by, event.clinic, Permission.EVENT_RECORD)
    event = locked(event.pk, version)
    if at - event.recorded_at > FREE_TO_EDIT and not reason.strip():
        raise ReasonMissing("More than 24 hours have passed: say why the event is changed.", "reason")
    before = {name: getattr(event, name) for name in FIELDS}
    # A session brings its own course with it.
    course = {"course": details.get("course")} if details.get("session") else {}
    after = checked(event.patient, {**before, **details, **course}, at=at, was=event)
    if after == before:
        return event
    event = replace(event, after, reason=reason, at=at, by=by)
    keep_in_step(event)
    return event


@transaction.atomic
def void_event(*, event: AdverseEvent, version: int, reason: str, at: dt.datetime, by: User) -> AdverseEvent:
    """Marks the event as entered in error. Everything is kept; reports not yet sent are not needed any more.

    Raises PermissionDenied, EventChanged, EventVoided, ReasonMissing.
    """
    require(by, event.clinic, Permission.EVENT_RECORD)
    event = locked(event.pk, version)
    if not reason.strip():
        raise ReasonMissing("Say why this event was entered in error.", "reason")
    error = {"entered_in_error_at": at, "entered_in_error_by": by, "entered_in_error_reason": reason.strip()}
    event = replace(event, error, reason=reason, at=at, by=by)
    keep_in_step(event)
    return event
