"""Every change of surveys, answers and scores."""

from outcomes.actions.deliveries import (
    Claim,
    claim_deliveries,
    finish_delivery,
    release_deliveries,
    start_delivery,
    sweep_deliveries,
)
from outcomes.actions.erasing import StillNeeded, WrongChartNumber, erase_patient, erase_withdrawn, forget_links
from outcomes.actions.history import HistoryRefused, import_history
from outcomes.actions.history_plan import known_scales, plan_import
from outcomes.actions.holding import hold_messages, release_messages
from outcomes.actions.late_baselines import exclude_late_baselines, restore_baselines
from outcomes.actions.opening import open_due_surveys
from outcomes.actions.protocols import Asked, Moment, publish_protocol
from outcomes.actions.retreatments import mark_after_retreatment
from outcomes.actions.sending import deliver_queued
from outcomes.actions.surveys import (
    AlreadyCompleted,
    AnswersStopped,
    SurveyClosed,
    UnknownItem,
    answer_item,
    is_closed,
    is_stopped,
    start_survey,
    submit_survey,
)

__all__ = [
    "AlreadyCompleted",
    "AnswersStopped",
    "Asked",
    "Claim",
    "HistoryRefused",
    "Moment",
    "StillNeeded",
    "SurveyClosed",
    "UnknownItem",
    "WrongChartNumber",
    "answer_item",
    "claim_deliveries",
    "deliver_queued",
    "erase_patient",
    "erase_withdrawn",
    "exclude_late_baselines",
    "finish_delivery",
    "forget_links",
    "hold_messages",
    "import_history",
    "is_closed",
    "is_stopped",
    "known_scales",
    "mark_after_retreatment",
    "open_due_surveys",
    "plan_import",
    "publish_protocol",
    "release_deliveries",
    "release_messages",
    "restore_baselines",
    "start_delivery",
    "start_survey",
    "submit_survey",
    "sweep_deliveries",
]
