"""Ruth's surveys and the links to them, made as the daily tick makes them."""

import datetime as dt

import pytest

from outcomes import actions
from outcomes.links import hash_token, new_token
from outcomes.models import Survey, SurveyLink
from outcomes.survey_flow import questions_of
from tests.conftest import NOON
from tests.treatments.test_actions import log
from treatments.models import FollowUp


def open_survey(follow_up: FollowUp, at: dt.datetime) -> Survey:
    """The survey of a follow-up, with the instruments its protocol asks then."""
    assigned = follow_up.timepoint.assigned_instruments.values_list("instrument", flat=True)
    return Survey.objects.create(
        clinic_id=follow_up.clinic_id, follow_up=follow_up, instruments=list(assigned), opened_at=at
    )


def link_to(survey: Survey, token: str | None = None) -> str:
    """A fresh secret that opens ``survey``; returned as the start of its addresses."""
    token = token or new_token()
    SurveyLink.objects.create(
        clinic_id=survey.clinic_id, survey=survey, token_hash=hash_token(token), issued_at=survey.opened_at
    )
    return f"/s/{token}/"


def answer_all(survey: Survey, values: dict[str, int | None], at: dt.datetime) -> None:
    """Answer by item; whatever is not named is skipped."""
    for question in questions_of(survey.instruments):
        actions.answer_item(survey=survey, item=question.key, value=values.get(question.key), at=at)


@pytest.fixture
def baseline(course) -> Survey:
    """Ruth's baseline survey, opened the day her course was."""
    return open_survey(course.follow_ups.get(timepoint__name="baseline"), NOON - dt.timedelta(days=7))


@pytest.fixture
def treated(course, baseline, clinician):
    """Ruth's course after a baseline (pain now 7, PEG 6 7 4) and one session at NOON."""
    at = NOON - dt.timedelta(days=1)
    values = {"nrs_now.now": 7, "nrs_average.average": 6, "peg.pain": 6, "peg.enjoyment": 7, "peg.activity": 4}
    answer_all(baseline, values, at)
    actions.submit_survey(survey=baseline, at=at)
    log(course, clinician, baseline_missing_reason="")
    return course


@pytest.fixture
def week_6(treated) -> Survey:
    """Ruth's survey six weeks after treatment, due 2026-04-13."""
    return open_survey(treated.follow_ups.get(timepoint__name="week 6"), NOON + dt.timedelta(days=35))
