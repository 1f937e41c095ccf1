"""Protocols, courses, sessions and follow-ups as the API shows and accepts them."""

from treatments.serializers.courses import CourseSerializer, FollowUpSerializer, NewCourseSerializer
from treatments.serializers.protocols import ProtocolSerializer, TreatmentTypeSerializer
from treatments.serializers.sessions import NewSessionSerializer, SessionSerializer

__all__ = [
    "CourseSerializer",
    "FollowUpSerializer",
    "NewCourseSerializer",
    "NewSessionSerializer",
    "ProtocolSerializer",
    "SessionSerializer",
    "TreatmentTypeSerializer",
]
