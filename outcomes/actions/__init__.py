"""Every change of surveys, answers and scores."""

from outcomes.actions.scores import exclude_late_baselines
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
    "SurveyClosed",
    "UnknownItem",
    "answer_item",
    "exclude_late_baselines",
    "is_closed",
    "start_survey",
    "submit_survey",
]
