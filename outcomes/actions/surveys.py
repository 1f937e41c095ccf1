"""What a patient's pages change: a survey is started, answered item by item, and sent once."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction

from clinic.rules import RuleBroken
from outcomes import survey_flow
from outcomes.actions.scores import record_scores
from outcomes.models import Answer, Survey
from outcomes.scoring import check_answer
from treatments.actions import record_answer
from treatments.models import FollowUp


class SurveyClosed(RuleBroken):
    code = "survey_closed"


class AlreadyCompleted(RuleBroken):
    code = "survey_already_completed"


class UnknownItem(RuleBroken):
    code = "unknown_item"


def _local_day(survey: Survey, at: dt.datetime) -> dt.date:
    return at.astimezone(ZoneInfo(survey.clinic.time_zone)).date()


def _is_over(follow_up: FollowUp, on: dt.date) -> bool:
    return follow_up.ended_on is not None or on > follow_up.closes_on


def is_closed(survey: Survey, at: dt.datetime) -> bool:
    """It can no longer be answered: its window is over, or treatment ended the time for a baseline."""
    return _is_over(survey.follow_up, _local_day(survey, at))


def _lock_open(survey: Survey, at: dt.datetime) -> Survey:
    """The row, locked together with its follow-up. Raises AlreadyCompleted, SurveyClosed.

    Survey first, then follow-up: everything that locks both does it in this order. ``no_key`` leaves rows that only
    refer to them, like a new link, free to be written.
    """
    locked = (
        Survey.objects.select_for_update(of=("self", "follow_up"), no_key=True)
        .select_related("follow_up", "clinic")
        .get(pk=survey.pk)
    )
    if locked.completed_at:
        raise AlreadyCompleted("This check-in was already answered.")
    if is_closed(locked, at):
        raise SurveyClosed("This check-in is closed.")
    return locked


def _mark_started(survey: Survey, at: dt.datetime) -> None:
    if survey.started_at is None:
        survey.started_at = at
        survey.save(update_fields=["started_at"])


@transaction.atomic
def start_survey(*, survey: Survey, at: dt.datetime) -> Survey:
    """The patient pressed Start; the first time counts. Raises AlreadyCompleted, SurveyClosed."""
    survey = _lock_open(survey, at)
    _mark_started(survey, at)
    return survey


@transaction.atomic
def answer_item(*, survey: Survey, item: str, value: int | None, at: dt.datetime) -> None:
    """Store one answer over an earlier one; ``value`` None is "skipped". ``item`` is like "peg.enjoyment".

    Raises UnknownItem, scoring.AnswerOutOfRange, AlreadyCompleted, SurveyClosed.
    """
    survey = _lock_open(survey, at)
    asked = {question.key: question.item for question in survey_flow.questions_of(survey.instruments)}
    if item not in asked:
        raise UnknownItem("This survey does not ask that.", "item")
    if value is not None:
        check_answer(asked[item].minimum, asked[item].maximum, value)
    _mark_started(survey, at)
    Answer.objects.bulk_create(
        [Answer(clinic_id=survey.clinic_id, survey=survey, item=item, value=value, answered_at=at)],
        update_conflicts=True,
        unique_fields=["survey", "item"],
        update_fields=["value", "answered_at"],
    )


@transaction.atomic
def submit_survey(*, survey: Survey, at: dt.datetime) -> Survey:
    """Send the answers: they are scored and can no longer change. However often it is called, one response.

    Items never reached count as skipped. Raises AlreadyCompleted, SurveyClosed.
    """
    survey = _lock_open(survey, at)
    _mark_started(survey, at)
    record_scores(survey=survey, taken_on=_local_day(survey, at))
    record_answer(follow_up=survey.follow_up, at=at)
    survey.completed_at = at
    survey.save(update_fields=["completed_at"])
    return survey
