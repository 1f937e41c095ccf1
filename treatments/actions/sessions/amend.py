"""Correcting a logged session: what was is kept whole, and only one of two people who save at once gets through."""

import datetime as dt
from typing import Any

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from treatments.actions.sessions.parts import SessionParts
from treatments.actions.sessions.rules import ReasonMissing, SessionChanged, SessionInError
from treatments.actions.sessions.saving import locked, prepare, store
from treatments.actions.sessions.snapshots import snapshot_of
from treatments.models import SessionRevision, TreatmentSession

FREE_FOR = dt.timedelta(hours=24)


@transaction.atomic
def amend_session(
    *, session: TreatmentSession, version: int, reason: str = "", at: dt.datetime, by: User, **parts: Any
) -> TreatmentSession:
    """Replace all of the session by ``parts`` (see SessionParts); the session as it was becomes a SessionRevision.

    Within 24 hours of logging no reason is needed. Only differences of lots move; a rule that was passed with a reason
    once needs none again. Raises SessionChanged when ``version`` is not the current one, SessionInError, ReasonMissing,
    and whatever log_session raises.
    """
    require(by, session.clinic, Permission.SESSION_LOG)
    session = held_session(session, version=version)
    if needs_reason(session, at=at) and not reason.strip():
        raise ReasonMissing("It is more than a day since this was logged: say why it is changed.", "reason")
    keep_revision(session, reason=reason, at=at, by=by)
    written = SessionParts(**parts)
    rows = prepare(session, written, at=at)
    session.version += 1
    session.save()
    store(session, written, rows, is_new=False, at=at, by=by)
    return session


def needs_reason(session: TreatmentSession, *, at: dt.datetime) -> bool:
    """Whether a change at this instant has to say why: later than a day after the session was logged."""
    return at - session.logged_at > FREE_FOR


def held_session(session: TreatmentSession, *, version: int) -> TreatmentSession:
    """The session as it stands, held until the transaction ends together with its course.

    Raises SessionChanged unless it is still at ``version``, SessionInError when it was entered in error.
    """
    course = locked(session.course)
    rows = TreatmentSession.objects.select_for_update(of=("self",)).select_related("clinic", "performed_by")
    current: TreatmentSession = rows.get(pk=session.pk)
    current.course = course
    if current.version != version:
        raise SessionChanged(current)
    if current.entered_in_error_at:
        raise SessionInError("This session was entered in error and cannot be changed any more.")
    return current


def keep_revision(session: TreatmentSession, *, reason: str, at: dt.datetime, by: User) -> SessionRevision:
    """Keep the session as it stands now, before it is changed."""
    return SessionRevision.objects.create(
        clinic_id=session.clinic_id,
        session=session,
        version=session.version,
        snapshot=snapshot_of(session),
        reason=reason.strip(),
        replaced_at=at,
        replaced_by=by,
    )
