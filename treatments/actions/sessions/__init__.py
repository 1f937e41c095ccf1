"""Logging, correcting and taking back sessions."""

from treatments.actions.sessions.amend import amend_session, needs_reason
from treatments.actions.sessions.log import log_session
from treatments.actions.sessions.parts import PREPARATIONS, ROWS, VISIT, SessionParts
from treatments.actions.sessions.rules import ReasonMissing, SessionChanged, SessionInError
from treatments.actions.sessions.snapshots import parts_of, snapshot_of
from treatments.actions.sessions.void import void_session

__all__ = [
    "PREPARATIONS",
    "ROWS",
    "VISIT",
    "ReasonMissing",
    "SessionChanged",
    "SessionInError",
    "SessionParts",
    "amend_session",
    "log_session",
    "needs_reason",
    "parts_of",
    "snapshot_of",
    "void_session",
]
