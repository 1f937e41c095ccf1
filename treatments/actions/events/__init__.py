"""Every change of adverse events, their causality review and the reports that regulations ask for."""

from treatments.actions.events.recording import amend_event, record_event, void_event
from treatments.actions.events.refusals import EventChanged, EventRefused, EventVoided, ReasonMissing
from treatments.actions.events.reviewing import mark_report_sent, review_event

__all__ = [
    "EventChanged",
    "EventRefused",
    "EventVoided",
    "ReasonMissing",
    "amend_event",
    "mark_report_sent",
    "record_event",
    "review_event",
    "void_event",
]
