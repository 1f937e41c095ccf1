"""What a patient's pages change: a survey is started, answered item by item, and sent once."""

import datetime as dt
from typing import NoReturn
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from clinic.rules import RuleBroken
from outcomes import survey_flow
from outcomes.actions.calls import close_call
from outcomes.actions.scores import record_scores
from outcomes.models import Survey
from outcomes.prepared import Prepared
from outcomes.scoring import check_answer
from treatments.actions import record_answer
from treatments.models import FollowUp

# One statement each, because patients wait for them: the row is locked while it is open, then changed.
OPEN = """
SELECT survey.id, survey.clinic_id FROM outcomes_survey survey
JOIN treatments_followup follow_up ON follow_up.id = survey.follow_up_id
JOIN treatments_course course ON course.id = follow_up.course_id
JOIN patients_patient patient ON patient.id = course.patient_id
WHERE survey.id = $1 AND survey.completed_at IS NULL AND survey.cancelled_at IS NULL
  AND follow_up.ended_on IS NULL AND follow_up.closes_on >= $2
  AND patient.registry_stopped_at IS NULL AND patient.died_on IS NULL
FOR NO KEY UPDATE OF survey
"""
START = """
WITH open AS ({open})
UPDATE outcomes_survey SET started_at = coalesce(started_at, $3) FROM open WHERE outcomes_survey.id = open.id
"""
STORE = """
WITH open AS ({open}), started AS (
  UPDATE outcomes_survey SET started_at = $3 FROM open WHERE outcomes_survey.id = open.id AND started_at IS NULL
)
INSERT INTO outcomes_answer (clinic_id, survey_id, item, value, answered_at) SELECT clinic_id, id, $4, $5, $3 FROM open
ON CONFLICT (survey_id, item) DO UPDATE SET value = EXCLUDED.value, answered_at = EXCLUDED.answered_at
"""
_WHEN_OPEN = ["bigint", "date", "timestamptz"]
_START = Prepared("start_survey", _WHEN_OPEN, START.format(open=OPEN))
_STORE = Prepared("store_answer", [*_WHEN_OPEN, "text", "smallint"], STORE.format(open=OPEN))


class SurveyClosed(RuleBroken):
    code = "survey_closed"


class AnswersStopped(SurveyClosed):
    """The patient left the outcome registry, or has to sign its new version first."""

    code = "answers_stopped"


class AlreadyCompleted(RuleBroken):
    code = "survey_already_completed"


class UnknownItem(RuleBroken):
    code = "unknown_item"


def _local_day(survey: Survey, at: dt.datetime) -> dt.date:
    return at.astimezone(ZoneInfo(survey.clinic.time_zone)).date()


def _is_over(follow_up: FollowUp, on: dt.date) -> bool:
    return follow_up.ended_on is not None or on > follow_up.closes_on


def is_closed(survey: Survey, at: dt.datetime) -> bool:
    """It can no longer be answered: called off, its window is over, or treatment ended the time for a baseline."""
    return survey.cancelled_at is not None or _is_over(survey.follow_up, _local_day(survey, at))


def is_stopped(survey: Survey) -> bool:
    """No answers are taken: the outcome registry was left, its new version is not signed, or the patient has died."""
    patient = survey.follow_up.course.patient
    return patient.registry_stopped_at is not None or patient.died_on is not None


def _refuse(survey: Survey) -> NoReturn:
    """Say why a survey is not open. Raises AlreadyCompleted, AnswersStopped, SurveyClosed."""
    survey = Survey.objects.select_related("follow_up__course__patient").get(pk=survey.pk)
    if survey.completed_at:
        raise AlreadyCompleted("This check-in was already answered.")
    if is_stopped(survey):
        raise AnswersStopped("No answers are taken from this patient: see the consent to the outcome registry.")
    raise SurveyClosed("This check-in is closed.")


def _change_open(statement: Prepared, survey: Survey, at: dt.datetime, *values: object) -> None:
    """Run ``statement`` on the survey's row, if it is open. Raises AlreadyCompleted, SurveyClosed."""
    with connection.cursor() as cursor:
        statement.run(cursor, [survey.pk, _local_day(survey, at), at, *values])
        if cursor.rowcount == 0:
            _refuse(survey)


def start_survey(*, survey: Survey, at: dt.datetime) -> None:
    """The patient pressed Start; the first time counts. Raises AlreadyCompleted, SurveyClosed."""
    _change_open(_START, survey, at)


def answer_item(*, survey: Survey, item: str, value: int | None, at: dt.datetime) -> None:
    """Store one answer over an earlier one; ``value`` None is "skipped". ``item`` is like "peg.enjoyment".

    Raises UnknownItem, scoring.AnswerOutOfRange, AlreadyCompleted, SurveyClosed.
    """
    asked = {question.key: question.item for question in survey_flow.questions_of(survey.instruments)}
    if item not in asked:
        raise UnknownItem("This survey does not ask that.", "item")
    if value is not None:
        check_answer(asked[item].minimum, asked[item].maximum, value)
    _change_open(_STORE, survey, at, item, value)


def _lock_open(survey: Survey, at: dt.datetime) -> Survey:
    """The row, locked together with its follow-up and patient. Raises AlreadyCompleted, SurveyClosed.

    Survey first, then follow-up, then patient: everything that locks them does it in this order. ``no_key`` leaves rows that only
    refer to them, like a new link, free to be written.
    """
    locked: Survey = (
        Survey.objects.select_for_update(of=("self", "follow_up", "follow_up__course__patient"), no_key=True)
        .select_related("follow_up__timepoint", "follow_up__course__patient", "clinic")
        .get(pk=survey.pk)
    )
    if locked.completed_at or is_stopped(locked) or is_closed(locked, at):
        _refuse(locked)
    return locked


@transaction.atomic
def submit_survey(*, survey: Survey, at: dt.datetime) -> Survey:
    """Send the answers: they are scored and can no longer change. However often it is called, one response.

    Items never reached count as skipped. Raises AlreadyCompleted, SurveyClosed.
    """
    survey = _lock_open(survey, at)
    survey.started_at, survey.completed_at = survey.started_at or at, at
    record_scores(survey=survey, taken_on=_local_day(survey, at))
    survey.save(update_fields=["started_at", "completed_at"])
    record_answer(follow_up=survey.follow_up, at=at)
    close_call(survey=survey, at=at)
    return survey
