"""A session as it stands, whole: as the parts it was written from, and as JSON to keep and to compare."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models

from clinic.models import StoredFile, User
from treatments.actions.sessions.parts import ROWS, VISIT
from treatments.models import Lot, Preparation, TreatmentSession

OWNERS = {"id", "clinic", "session", "preparation", "position"}


def parts_of(session: TreatmentSession) -> dict[str, Any]:
    """The session in the words of ``amend_session``, which would change nothing when given these."""
    injections = list(session.injections.all())
    places = {injection.pk: index for index, injection in enumerate(injections)}
    uses = session.lot_uses.filter(reversed_at=None).select_related("lot__product").order_by("id")
    return {
        "performed_at": session.performed_at,
        "performed_by": session.performed_by,
        "visit": {name: getattr(session, name) for name in VISIT},
        "injections": [_fields(injection) for injection in injections],
        "preparation": _preparation_of(session),
        "lots": [
            {
                "lot": use.lot,
                "quantity": use.quantity,
                "injection": None if use.injection_id is None else places[use.injection_id],
            }
            for use in uses
        ],
        "holds": _recorded(getattr(session, "holds", None)),
        "aftercare": _recorded(getattr(session, "aftercare", None)),
        "note": session.note,
    }


def snapshot_of(session: TreatmentSession) -> dict[str, Any]:
    """The same as JSON: decimals and days as text, people by e-mail address, lots and files by public id.

    Beside the parts stand "derived" (what followed from the measured values), "review_items" and "entered_in_error".
    """
    return {
        **{name: _plain(value) for name, value in parts_of(session).items()},
        "derived": _derived_of(session),
        "review_items": list(session.review_items.order_by("id").values("kind", "finding", "reason")),
        "entered_in_error": session.entered_in_error_at is not None,
    }


def _preparation_of(session: TreatmentSession) -> dict[str, Any]:
    record = _record_of(session)
    rows: dict[str, Any] = {}
    for name in ROWS[record.modality.value]:
        owner = session if name == "release_tests" else record
        rows[name] = [_fields(row) for row in getattr(owner, name).all()]
    return {**_fields(record), **rows}


def _derived_of(session: TreatmentSession) -> dict[str, Any]:
    record = _record_of(session)
    names = [field.name for field in record._meta.concrete_fields if not field.editable and field.name not in OWNERS]
    of_record = {name: _plain(getattr(record, name)) for name in names}
    return {**of_record, **{name: getattr(session, name) for name in ("checklist", "recorded_items", "missing_items")}}


def _record_of(session: TreatmentSession) -> Preparation:
    record: Preparation = getattr(session, f"{session.course.treatment_type.modality}_preparation")
    return record


def _recorded(row: models.Model | None) -> dict[str, Any]:
    return {} if row is None else _fields(row)


def _fields(row: models.Model) -> dict[str, Any]:
    """The fields that are written, by name."""
    fields: Iterable[models.Field[Any, Any]] = row._meta.concrete_fields
    return {field.name: getattr(row, field.name) for field in fields if field.editable and field.name not in OWNERS}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, User):
        return value.email
    if isinstance(value, Lot | StoredFile):
        return str(value.public_id)
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value
