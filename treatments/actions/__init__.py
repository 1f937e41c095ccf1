"""Every change of protocols, courses, sessions and follow-ups."""

from treatments.actions.courses import open_course
from treatments.actions.follow_ups import end_follow_ups, record_answer
from treatments.actions.history import PastCourse, import_courses, treatment_types_for
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
from treatments.actions.sessions import log_session

__all__ = [
    "PastCourse",
    "ProtocolRefused",
    "SessionsPlan",
    "TimepointPlan",
    "WindowsOverlap",
    "check_timepoints",
    "create_protocol",
    "create_treatment_type",
    "end_follow_ups",
    "import_courses",
    "log_session",
    "offer_protocol",
    "open_course",
    "record_answer",
    "record_retreatment",
    "retire_protocol",
    "treatment_types_for",
    "void_retreatment",
]
