"""Every change of surveys, answers and scores."""

from outcomes.actions.deliveries import (
    Claim,
    claim_deliveries,
    finish_delivery,
    release_deliveries,
    start_delivery,
    sweep_deliveries,
)
from outcomes.actions.history import HistoryRefused, import_history
from outcomes.actions.history_plan import known_scales, plan_import
from outcomes.actions.opening import open_due_surveys
from outcomes.actions.scores import exclude_late_baselines
from outcomes.actions.sending import deliver_queued
from outcomes.actions.surveys import (
    AlreadyCompleted,
    SurveyClosed,
    UnknownItem,
    answer_item,
    is_closed,
    start_survey,
    submit_survey,
)

__all__ = [
    "AlreadyCompleted",
    "Claim",
    "HistoryRefused",
    "SurveyClosed",
    "UnknownItem",
    "answer_item",
    "claim_deliveries",
    "deliver_queued",
    "exclude_late_baselines",
    "finish_delivery",
    "import_history",
    "is_closed",
    "known_scales",
    "open_due_surveys",
    "plan_import",
    "release_deliveries",
    "start_delivery",
    "start_survey",
    "submit_survey",
    "sweep_deliveries",
]
