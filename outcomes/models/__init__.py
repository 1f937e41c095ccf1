"""Surveys, the messages that announce them, answers, scores, and the tallies that reports read."""

from outcomes.models.alerts import Alert
from outcomes.models.contacts import Call, CallAttempt, ContactDecision, LadderStep, SendingPause
from outcomes.models.deliveries import (
    BY_HAND,
    Delivery,
    DeliveryAttempt,
    DeliveryChange,
    ProviderEvent,
    SurveyLink,
)
from outcomes.models.instruments import LoadedInstrument
from outcomes.models.kept import ReportSnapshot, SavedView
from outcomes.models.outcomes import Outcome, OutcomeMark
from outcomes.models.scores import FollowUpTally, ImportedInstrument, Score, ScoreTally
from outcomes.models.surveys import Answer, AssignedInstrument, Survey
from outcomes.models.texts import MessageText

__all__ = [
    "BY_HAND",
    "Alert",
    "Answer",
    "AssignedInstrument",
    "Call",
    "CallAttempt",
    "ContactDecision",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryChange",
    "FollowUpTally",
    "ImportedInstrument",
    "LadderStep",
    "LoadedInstrument",
    "MessageText",
    "Outcome",
    "OutcomeMark",
    "ProviderEvent",
    "ReportSnapshot",
    "SavedView",
    "Score",
    "ScoreTally",
    "SendingPause",
    "Survey",
    "SurveyLink",
]
