"""Surveys, the messages that announce them, answers, scores, and the tallies that reports read."""

from outcomes.models.deliveries import Delivery, DeliveryAttempt, SurveyLink
from outcomes.models.scores import FollowUpTally, ImportedInstrument, Score, ScoreTally
from outcomes.models.surveys import Answer, AssignedInstrument, Survey

__all__ = [
    "Answer",
    "AssignedInstrument",
    "Delivery",
    "DeliveryAttempt",
    "FollowUpTally",
    "ImportedInstrument",
    "Score",
    "ScoreTally",
    "Survey",
    "SurveyLink",
]
