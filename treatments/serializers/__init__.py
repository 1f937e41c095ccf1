"""Protocols, courses, sessions and follow-ups as the API shows and accepts them."""

from treatments.serializers.courses import CourseSerializer, FollowUpSerializer, NewCourseSerializer
from treatments.serializers.protocols import TreatmentTypeSerializer
from treatments.serializers.reviews import ReviewItemSerializer, SettlementSerializer
from treatments.serializers.sessions import (
    AmendedSessionSerializer,
    InErrorSerializer,
    NewSessionSerializer,
    RevisionSerializer,
    SessionSerializer,
)

__all__ = [
    "AmendedSessionSerializer",
    "CourseSerializer",
    "FollowUpSerializer",
    "InErrorSerializer",
    "NewCourseSerializer",
    "NewSessionSerializer",
    "ReviewItemSerializer",
    "RevisionSerializer",
    "SessionSerializer",
    "SettlementSerializer",
    "TreatmentTypeSerializer",
]
