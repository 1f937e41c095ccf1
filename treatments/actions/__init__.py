"""Every change of protocols, courses, sessions and follow-ups."""

from treatments.actions.courses import open_course
from treatments.actions.events import amend_event, mark_report_sent, record_event, review_event, void_event
from treatments.actions.follow_ups import end_follow_ups, record_answer
from treatments.actions.history import PastCourse, import_courses, treatment_types_for
from treatments.actions.medications import record_medication_review
from treatments.actions.profiles import record_profile
from treatments.actions.protocols import (
    ProtocolRefused,
    SessionsPlan,
    TimepointPlan,
    WindowsOverlap,
    check_timepoints,
    create_protocol,
    create_treatment_type,
    offer_protocol,
    retire_protocol,
)
from treatments.actions.retreatments import record_retreatment, void_retreatment
from treatments.actions.reviews import reopen_review, settle_review
from treatments.actions.sessions import amend_session, log_session, void_session

__all__ = [
    "PastCourse",
    "ProtocolRefused",
    "SessionsPlan",
    "TimepointPlan",
    "WindowsOverlap",
    "amend_event",
    "amend_session",
    "check_timepoints",
    "create_protocol",
    "create_treatment_type",
    "end_follow_ups",
    "import_courses",
    "log_session",
    "mark_report_sent",
    "offer_protocol",
    "open_course",
    "record_answer",
    "record_event",
    "record_medication_review",
    "record_profile",
    "record_retreatment",
    "reopen_review",
    "retire_protocol",
    "review_event",
    "settle_review",
    "treatment_types_for",
    "void_event",
    "void_retreatment",
    "void_session",
]
