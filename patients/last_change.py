"""Who changed a patient's row last, and when, from its history."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from clinic.models import User
from patients.models import Patient


@dataclass(frozen=True)
class Change:
    """``by`` is None where no person did it: a program of the server, or the patient behind a link."""

    at: dt.datetime
    by: User | None


def last_change_of(patient: Patient) -> Change:
    """The latest entry of the row's history. Every row has one: its own beginning."""
    history: Any = Patient.pgh_event_model  # type: ignore[attr-defined]
    row = history.objects.filter(id=patient.pk).order_by("-pgh_id")[0]
    person = (row.pgh_context or {}).get("user")
    return Change(row.pgh_created_at, User.objects.filter(pk=person).first() if person else None)
