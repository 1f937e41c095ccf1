"""The questions of a survey and the answers that hit a rule, in the words that the patient saw. Only reads."""

from collections.abc import Mapping
from decimal import Decimal

from outcomes.asking import instruments_of
from outcomes.models import Answer, Survey
from outcomes.red_flags import Hit
from outcomes.survey_flow import Question, questions_of
from treatments.places import place_for_patient


def questions_asked(survey: Survey) -> tuple[Question, ...]:
    """Every question of the survey in the language in which it is answered."""
    return questions_of(instruments_of(survey), survey.language or survey.follow_up.course.patient.language)


def words_of(survey: Survey, hit: Hit, baselines: Mapping[str, Decimal]) -> list[dict[str, str]]:
    """The answers that hit the rule, as ``asked`` and ``said``; with what they were before treatment, if that is known."""
    if not hit.items:
        return [{"asked": "In the patient’s own words", "said": survey.remark}]
    given = dict(Answer.objects.filter(survey=survey, item__in=hit.items).values_list("item", "value"))
    questions = [question for question in questions_asked(survey) if question.key in given]
    now = [{"asked": asked_of(survey, question), "said": question.say(given[question.key])} for question in questions]
    before = [
        {"asked": "Before treatment", "said": f"{baselines[item]:.0f}"} for item in hit.items if item in baselines
    ]
    return now + before


def asked_of(survey: Survey, question: Question) -> str:
    """The question with the treated place in it."""
    course = survey.follow_up.course
    return question.wording.text.replace("{target}", place_for_patient(course.target, course.side, question.language))
