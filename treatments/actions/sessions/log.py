"""Logging a session: one door for the page and the API, one transaction."""

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from treatments.actions.sessions import checks
from treatments.actions.sessions.parts import SessionParts
from treatments.actions.sessions.rules import KeyReused
from treatments.actions.sessions.saving import locked, prepare, store
from treatments.models import Course, TreatmentSession

LONGEST_ENTRY = dt.timedelta(hours=1)


@transaction.atomic
def log_session(
    *,
    course: Course,
    at: dt.datetime,
    by: User,
    idempotency_key: uuid.UUID | None = None,
    opened_at: dt.datetime | None = None,
    time_out_at: dt.datetime | None = None,
    **parts: Any,
) -> TreatmentSession:
    """Record one session whole, take its lots, and plan (or move) the follow-ups. ``parts``: see SessionParts.

    The same ``idempotency_key`` with the same parts returns the first session and changes nothing; with other parts it
    raises KeyReused. ``opened_at``: when the page was opened, None where there was none. ``time_out_at``: when ``by``
    confirmed the five points of the time-out. Raises PermissionDenied, ReasonsNeeded, and the rules of this package and of the lots.
    """
    require(by, course.clinic, Permission.SESSION_LOG)
    written, course = SessionParts(**parts), locked(course)
    key_hash = written.fingerprint(course) if idempotency_key else ""
    earlier = _logged_with(idempotency_key, key_hash, course)
    if earlier:
        return earlier
    session = TreatmentSession(clinic=course.clinic, course=course, logged_at=at, logged_by=by)
    session.idempotency_key, session.idempotency_hash = idempotency_key, key_hash
    session.entry_seconds = _seconds_between(opened_at, at) if opened_at else None
    checks.check_time_out(course, time_out_at, at=at)
    session.time_out_at, session.time_out_by = time_out_at, by if time_out_at else None
    rows = prepare(session, written, at=at)
    _insert(session)
    store(session, written, rows, is_new=True, at=at, by=by)
    return session


def _logged_with(key: uuid.UUID | None, key_hash: str, course: Course) -> TreatmentSession | None:
    if key is None:
        return None
    session = TreatmentSession.objects.filter(clinic_id=course.clinic_id, idempotency_key=key).first()
    if session and session.idempotency_hash != key_hash:
        raise _reused()
    return session


def _seconds_between(opened_at: dt.datetime, at: dt.datetime) -> int:
    """Capped: a page that lay open over lunch says nothing about how long logging takes."""
    return int(min(max(at - opened_at, dt.timedelta()), LONGEST_ENTRY).total_seconds())


def _insert(session: TreatmentSession) -> None:
    """Save the new row. The course's lock does not keep the same key from being used for two courses at once."""
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError as error:
        if "session_once_per_idempotency_key" in str(error):
            raise _reused() from None
        raise


def _reused() -> KeyReused:
    return KeyReused(
        "A session with this idempotency key was logged already, with other details. Correct that session, or use a "
        "new key.",
        "idempotency_key",
    )
