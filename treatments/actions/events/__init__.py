"""Every change of adverse events, their causality review and the reports that regulations ask for."""

from treatments.actions.events.recording import FREE_TO_EDIT, amend_event, record_event, void_event
from treatments.actions.events.refusals import EventChanged, EventRefused, EventVoided, ReasonMissing
from treatments.actions.events.reviewing import mark_report_sent, review_event
from treatments.actions.events.versions import snapshot_of

__all__ = [
    "FREE_TO_EDIT",
    "EventChanged",
    "EventRefused",
    "EventVoided",
    "ReasonMissing",
    "amend_event",
    "mark_report_sent",
    "record_event",
    "review_event",
    "snapshot_of",
    "void_event",
]
