"""Ruth's surveys, and a mail server of the tests' own, to which everything that is sent goes."""

import datetime as dt
from collections.abc import Iterator

import pytest

from outcomes import actions
from outcomes.models import Survey
from tests.check_in import answer_all, open_survey
from tests.conftest import NOON
from tests.layers import layer
from tests.mail import MailSink
from tests.outcomes.safety import safety_check
from tests.treatments.treating import log
from tests.workers import Broker
from treatments.models import Course


@pytest.fixture
def sink(settings):
    """A mail server that accepts every message, unless told otherwise."""
    sink = MailSink()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    sink.close()


@pytest.fixture
def broker() -> Iterator[Broker]:
    """An empty Redis database of this test process's own, in which woken workers find their tasks."""
    with Broker() as broker:
        yield broker


@layer
def baseline(course) -> Survey:
    """Ruth's baseline survey, open since the day her course was."""
    return open_survey(course.follow_ups.get(timepoint__name="baseline"), NOON - dt.timedelta(days=7))


@layer
def treated(course, baseline, clinician) -> Course:
    """Ruth's course after a baseline (pain now 7; PEG 6, 7, 4) and one session at NOON."""
    at = NOON - dt.timedelta(days=1)
    values = {"nrs_now.now": 7, "nrs_average.average": 6, "peg.pain": 6, "peg.enjoyment": 7, "peg.activity": 4}
    answer_all(baseline, values, at)
    actions.submit_survey(survey=baseline, at=at)
    log(course, clinician, baseline_missing_reason="")
    return course


@layer
def week_6(treated) -> Survey:
    """Ruth's survey six weeks after treatment: open from 6 to 27 April 2026, due on the 13th."""
    return open_survey(treated.follow_ups.get(timepoint__name="week 6"), NOON + dt.timedelta(days=35))


@layer
def safety_week(patient, clinician) -> Survey:
    """Ruth's survey two weeks after treatment: six safety questions, then pain."""
    return safety_check(patient, clinician)
