"""What a patient's pages change: a survey is started, answered item by item, and sent once."""

import datetime as dt
from typing import NoReturn
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from clinic.models import Clinic
from clinic.prepared import Prepared
from clinic.rules import RuleBroken
from outcomes import red_flags
from outcomes.actions.alerts import judge_answer, judge_sent
from outcomes.actions.calls import close_call
from outcomes.actions.outcomes import mark_courses
from outcomes.actions.scores import record_scores
from outcomes.asking import instruments_of
from outcomes.instruments import LANGUAGES, Item
from outcomes.joined_rows import JoinedRows
from outcomes.models import Survey
from outcomes.scoring import check_answer
from patients.models import Patient
from treatments.actions import record_answer
from treatments.models import Course, FollowUp, Timepoint

LONGEST_REMARK = 500
HOW_ANSWERED = (
    *("started_at", "completed_at", "mode", "language", "device", "answered_by", "answered_on", "remark"),
    *("entered_by_id", "entered_at"),
)

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
UPDATE outcomes_survey SET started_at = coalesce(started_at, $3), mode = coalesce(nullif(mode, ''), $4),
  language = coalesce(nullif(language, ''), $5), device = coalesce(nullif(device, ''), $6)
FROM open WHERE outcomes_survey.id = open.id
"""
SPEAK = """
WITH open AS ({open}) UPDATE outcomes_survey SET language = $4 FROM open WHERE outcomes_survey.id = open.id
"""
STORE = """
WITH open AS ({open}), started AS (
  UPDATE outcomes_survey SET started_at = $3 FROM open WHERE outcomes_survey.id = open.id AND started_at IS NULL
)
INSERT INTO outcomes_answer (clinic_id, survey_id, item, value, answered_at) SELECT clinic_id, id, $4, $5, $3 FROM open
ON CONFLICT (survey_id, item) DO UPDATE SET value = EXCLUDED.value, answered_at = EXCLUDED.answered_at
"""
# The survey first, then its follow-up, then the patient: everything that locks them does it in this order. NO KEY leaves
# rows that only refer to them, like a new link, free to be written.
LOCK = """
SELECT {columns} FROM outcomes_survey survey
JOIN treatments_followup followup ON followup.id = survey.follow_up_id
JOIN treatments_timepoint timepoint ON timepoint.id = followup.timepoint_id
JOIN treatments_course course ON course.id = followup.course_id
JOIN patients_patient patient ON patient.id = course.patient_id
JOIN clinic_clinic clinic ON clinic.id = survey.clinic_id
WHERE survey.id = $1 AND patient.merged_into_id IS NULL FOR NO KEY UPDATE OF survey, followup, patient
"""
SEND = """
UPDATE outcomes_survey SET started_at = $2, completed_at = $3, mode = $4, language = $5, device = $6, answered_by = $7,
  answered_on = $8, remark = $9, entered_by_id = $10, entered_at = $11
WHERE id = $1
"""
_WHOLE = JoinedRows(
    {
        **dict.fromkeys((Survey, FollowUp, Timepoint, Course), ()),
        Patient: ("id", "clinic_id", "language", "registry_stopped_at", "died_on"),
        Clinic: ("id", "time_zone", "sender_name", "phone"),
    }
)
_WHEN_OPEN = ["bigint", "date", "timestamptz"]
_START = Prepared("start_survey", [*_WHEN_OPEN, "text", "text", "text"], START.format(open=OPEN))
_SPEAK = Prepared("choose_language", [*_WHEN_OPEN, "text"], SPEAK.format(open=OPEN))
_STORE = Prepared("store_answer", [*_WHEN_OPEN, "text", "smallint"], STORE.format(open=OPEN))
_LOCK = Prepared("lock_survey", ["bigint"], LOCK.format(columns=_WHOLE.sql))
_SEND = Prepared(
    "send_survey",
    ["bigint", "timestamptz", "timestamptz", *["text"] * 4, "date", "text", "bigint", "timestamptz"],
    SEND,
)


class SurveyClosed(RuleBroken):
    code = "survey_closed"


class AnswersStopped(SurveyClosed):
    """The patient left the outcome registry, or has to sign its new version first."""

    code = "answers_stopped"


class AlreadyCompleted(RuleBroken):
    code = "survey_already_completed"


class UnknownItem(RuleBroken):
    code = "unknown_item"


class AnswerNeeded(RuleBroken):
    code = "answer_needed"


class UnknownLanguage(RuleBroken):
    code = "unknown_language"


def local_day(survey: Survey, at: dt.datetime) -> dt.date:
    """The day in the clinic's calendar."""
    return at.astimezone(ZoneInfo(survey.clinic.time_zone)).date()


def _is_over(follow_up: FollowUp, on: dt.date) -> bool:
    return follow_up.ended_on is not None or on > follow_up.closes_on


def is_closed(survey: Survey, at: dt.datetime) -> bool:
    """It can no longer be answered: called off, its window is over, or treatment ended the time for a baseline."""
    return survey.cancelled_at is not None or _is_over(survey.follow_up, local_day(survey, at))


def is_stopped(survey: Survey) -> bool:
    """No answers are taken: the outcome registry was left, its new version is not signed, or the patient has died."""
    patient = survey.follow_up.course.patient
    return patient.registry_stopped_at is not None or patient.died_on is not None


def refuse(survey: Survey) -> NoReturn:
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
        statement.run(cursor, [survey.pk, local_day(survey, at), at, *values])
        if cursor.rowcount == 0:
            refuse(survey)


def start_survey(
    *, survey: Survey, at: dt.datetime, mode: str = Survey.Mode.LINK, language: str = "", device: str = ""
) -> None:
    """Answering begins; the first time counts, also for how. Raises AlreadyCompleted, SurveyClosed."""
    _change_open(_START, survey, at, str(mode), language, device)


def choose_language(*, survey: Survey, language: str, at: dt.datetime) -> None:
    """Ask in this language from now on. Raises UnknownLanguage, AlreadyCompleted, SurveyClosed."""
    if language not in LANGUAGES:
        raise UnknownLanguage("Choose English or Spanish.", "language")
    _change_open(_SPEAK, survey, at, language)


def answer_item(*, survey: Survey, item: str, value: int | None, at: dt.datetime) -> bool:
    """Store one answer over an earlier one; ``value`` None is "skipped". ``item`` is like "peg.enjoyment".

    Returns whether it raised a red flag, so that the patient is to be told now what to do.

    Raises UnknownItem, AnswerNeeded, scoring.AnswerOutOfRange, AlreadyCompleted, SurveyClosed.
    """
    asked = _item_of(survey, item)
    if value is not None:
        check_answer(asked, value)
    elif not asked.is_skippable:
        raise AnswerNeeded("Choose one of the answers. You may say that you would rather not say.", "item")
    if item not in red_flags.watched():
        _change_open(_STORE, survey, at, item, value)
        return False
    with transaction.atomic():
        _change_open(_STORE, survey, at, item, value)
        return judge_answer(survey=survey, item=item, value=value, at=at)


def _item_of(survey: Survey, key: str) -> Item:
    code, _, name = key.partition(".")
    asked = (item for one in instruments_of(survey) if one.code == code for item in one.items if item.code == name)
    found = next(asked, None)
    if found is None:
        raise UnknownItem("This survey does not ask that.", "item")
    return found


def lock_survey(survey: Survey) -> Survey:
    """The row with everything that belongs to it, locked together with its follow-up and patient.

    Where the patient was merged into another record while this waited, the second look finds that one.
    """
    with connection.cursor() as cursor:
        for _look in range(2):
            _LOCK.run(cursor, [survey.pk])
            if row := cursor.fetchone():
                return _WHOLE.survey(row)
    raise Survey.DoesNotExist


def lock_open(survey: Survey, at: dt.datetime) -> Survey:
    """The same for one that can be answered now. Raises AlreadyCompleted, SurveyClosed."""
    locked = lock_survey(survey)
    if locked.completed_at or is_stopped(locked) or is_closed(locked, at):
        refuse(locked)
    return locked


@transaction.atomic
def submit_survey(
    *, survey: Survey, at: dt.datetime, remark: str = "", answered_by: str = Survey.AnsweredBy.PATIENT
) -> Survey:
    """Send the answers: they are scored and can no longer change. However often it is called, one response.

    Items never reached count as skipped; ``remark`` is cut at 500 letters. Where nothing else was said, the patient
    answered on their own device, in their own language. Raises AlreadyCompleted, SurveyClosed.
    """
    survey = lock_open(survey, at)
    survey.mode = survey.mode or Survey.Mode.LINK
    survey.language = survey.language or survey.follow_up.course.patient.language
    survey.answered_by, survey.remark = answered_by, remark
    complete_survey(survey, at=at, answered_at=at)
    return survey


def complete_survey(survey: Survey, *, at: dt.datetime, answered_at: dt.datetime) -> None:
    """Score a locked survey that says how it was answered, and end what waited for it.

    ``answered_at``: when the patient answered, which paper is typed in after.
    """
    survey.started_at, survey.completed_at = survey.started_at or at, at
    survey.remark = survey.remark.strip()[:LONGEST_REMARK]
    scores = record_scores(survey=survey, taken_on=survey.answered_on or local_day(survey, at))
    with connection.cursor() as cursor:
        _SEND.run(cursor, [survey.pk, *(getattr(survey, name) for name in HOW_ANSWERED)])
    record_answer(follow_up=survey.follow_up, at=answered_at)
    close_call(survey=survey, at=at)
    judge_sent(survey=survey, scores=scores, at=at)
    mark_courses([(survey.clinic_id, survey.follow_up.course_id)])
