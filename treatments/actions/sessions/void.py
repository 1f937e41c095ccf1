"""Taking back a session that never happened like this: nothing is deleted, and nothing counts it any more."""

import datetime as dt

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from treatments.actions.lots import return_lots
from treatments.actions.sessions.amend import held_session, keep_revision
from treatments.actions.sessions.rules import ReasonMissing
from treatments.actions.sessions.saving import follow
from treatments.models import TreatmentSession


@transaction.atomic
def void_session(
    *, session: TreatmentSession, version: int, reason: str, at: dt.datetime, by: User
) -> TreatmentSession:
    """Mark the session as entered in error: its lots go back, and follow-ups that nobody was asked about go.

    Everything written down stays, and so do open review items. Raises PermissionDenied, ReasonMissing, SessionChanged
    when ``version`` is not the current one, and SessionInError the second time.
    """
    require(by, session.clinic, Permission.SESSION_LOG)
    session = held_session(session, version=version)
    if not reason.strip():
        raise ReasonMissing("Say why this session was entered in error.", "reason")
    keep_revision(session, reason=reason, at=at, by=by)
    session.version += 1
    session.entered_in_error_at, session.entered_in_error_by = at, by
    session.entered_in_error_reason = reason.strip()
    session.save()
    return_lots(session, at=at, by=by)
    follow(session, at=at, by=by)
    return session
