"""Answers that a patient gave on paper, on the phone or in person, typed in by somebody of the clinic."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes import red_flags
from outcomes.actions.alerts import judge_answer
from outcomes.actions.surveys import UnknownItem, complete_survey, is_stopped, local_day, lock_survey, refuse
from outcomes.asking import instruments_of
from outcomes.models import Answer, Survey
from outcomes.scoring import AnswerOutOfRange, check_answer
from outcomes.survey_flow import Question, questions_of
from treatments.models import FollowUp

Mode = Survey.Mode
# Paper that was filled in within the window may lie on a desk for a while.
PAPER_GRACE = dt.timedelta(days=14)


class EntryRefused(RuleBroken):
    code = "entry_refused"


@transaction.atomic
def enter_answers(
    *,
    survey: Survey,
    answers: Mapping[str, int | None],
    mode: str,
    answered_by: str,
    answered_on: dt.date,
    language: str,
    at: dt.datetime,
    by: User,
    remark: str = "",
) -> Survey:
    """The whole check-in at once, which is then sent in: scored, and the call about it closed.

    ``answers`` names every question asked in ``language``, like "peg.enjoyment"; None is "not answered". ``answered_on``
    lies in the follow-up's window, also of paper, which may be typed in until 14 days after. What the patient began
    alone is overwritten. Raises EntryRefused or UnknownItem with the field, AlreadyCompleted, SurveyClosed, PermissionDenied.
    """
    require(by, survey.clinic, Permission.PATIENT_EDIT)
    survey = lock_survey(survey)
    if survey.completed_at or survey.cancelled_at or is_stopped(survey):
        refuse(survey)
    _check_how(mode, answered_by)
    today = local_day(survey, at)
    _check_day(survey.follow_up, mode, answered_on, today)
    _store(survey, _checked(_asked(survey, language), answers), at)
    survey.mode, survey.answered_by, survey.answered_on = mode, answered_by, answered_on
    survey.language, survey.device, survey.remark = language, "", remark
    survey.entered_by, survey.entered_at = by, at
    for item in red_flags.watched() & answers.keys():
        judge_answer(survey=survey, item=item, value=answers[item], at=at)
    complete_survey(survey, at=at, answered_at=at if answered_on == today else _noon_of(survey, answered_on))
    return survey


def last_day_to_answer(follow_up: FollowUp) -> dt.date:
    """The last day of the window: treatment ends that of a baseline early."""
    if follow_up.ended_on is None:
        return follow_up.closes_on
    return min(follow_up.closes_on, follow_up.ended_on - dt.timedelta(days=1))


def last_day_to_enter(follow_up: FollowUp, mode: str) -> dt.date:
    """Until when answers given in this way can be typed in."""
    last = last_day_to_answer(follow_up)
    return last + PAPER_GRACE if mode == Mode.PAPER else last


def _check_how(mode: str, answered_by: str) -> None:
    if mode not in Survey.ASSISTED_MODES:
        raise EntryRefused("Say how it was answered: on the phone, on paper or in person.", "mode")
    if answered_by not in Survey.AnsweredBy.values:
        raise EntryRefused("Say who answered.", "answered_by")


def _check_day(follow_up: FollowUp, mode: str, answered_on: dt.date, today: dt.date) -> None:
    first, last = follow_up.opens_on, last_day_to_answer(follow_up)
    if answered_on > today:
        raise EntryRefused("The day it was answered lies in the future.", "answered_on")
    if not first <= answered_on <= last:
        window = f"{first:%-d %b %Y} to {last:%-d %b %Y}"
        raise EntryRefused(f"This check-in counts only when it was answered from {window}.", "answered_on")
    enter_by = last_day_to_enter(follow_up, mode)
    if today > enter_by:
        raise EntryRefused(f"Answers given in this way could be typed in until {enter_by:%-d %b %Y}.", "mode")


def _asked(survey: Survey, language: str) -> tuple[Question, ...]:
    questions = questions_of(instruments_of(survey), language)
    if not questions or questions[0].language != language:
        raise EntryRefused("This check-in has no words in that language.", "language")
    return questions


def _checked(questions: tuple[Question, ...], answers: Mapping[str, int | None]) -> dict[str, int | None]:
    asked = {question.key: question for question in questions}
    for key in answers:
        if key not in asked:
            raise UnknownItem("This check-in does not ask that.", f"answers.{key}")
    for question in questions:
        _check_answer(question, answers)
    return dict(answers)


def _check_answer(question: Question, answers: Mapping[str, int | None]) -> None:
    field = f"answers.{question.key}"
    if question.key not in answers:
        raise EntryRefused(f"“{question.item.short}” is missing. Not answered is an answer, too.", field)
    value = answers[question.key]
    if value is None and not question.item.is_skippable:
        raise EntryRefused(f"“{question.item.short}” needs an answer.", field)
    if value is not None:
        try:
            check_answer(question.item, value)
        except AnswerOutOfRange as wrong:
            raise EntryRefused(f"“{question.item.short}”: {wrong}", field) from None


def _store(survey: Survey, answers: Mapping[str, int | None], at: dt.datetime) -> None:
    rows = [
        Answer(clinic_id=survey.clinic_id, survey=survey, item=item, value=value, answered_at=at)
        for item, value in answers.items()
    ]
    Answer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["survey", "item"],
        update_fields=["value", "answered_at"],
    )


def _noon_of(survey: Survey, day: dt.date) -> dt.datetime:
    """Some instant of an earlier day, of which nobody knows the hour."""
    return dt.datetime.combine(day, dt.time(12), ZoneInfo(survey.clinic.time_zone))
