"""Surveys, the messages that announce them, answers, scores, and the outcomes that reports rest on."""

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
from outcomes.models.scores import ImportedInstrument, Score
from outcomes.models.surveys import Answer, AssignedInstrument, Survey
from outcomes.models.tallies import OutcomeTally
from outcomes.models.texts import MessageText
from outcomes.models.trials import TrialMessage

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
    "ImportedInstrument",
    "LadderStep",
    "LoadedInstrument",
    "MessageText",
    "Outcome",
    "OutcomeMark",
    "OutcomeTally",
    "ProviderEvent",
    "ReportSnapshot",
    "SavedView",
    "Score",
    "SendingPause",
    "Survey",
    "SurveyLink",
    "TrialMessage",
]
