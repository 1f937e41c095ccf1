"""Protocols, courses, sessions and follow-ups through the API."""

from treatments.api.courses import CourseViewSet
from treatments.api.follow_ups import FollowUpViewSet
from treatments.api.reviews import ReviewViewSet
from treatments.api.revisions import RevisionViewSet
from treatments.api.sessions import SessionViewSet

__all__ = [
    "CourseViewSet",
    "FollowUpViewSet",
    "ReviewViewSet",
    "RevisionViewSet",
    "SessionViewSet",
]
