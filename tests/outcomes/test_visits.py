"""Two courses of one patient: surveys that fall together are one visit with one link."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from outcomes import actions
from outcomes.models import Delivery, Survey
from tests.check_in import answer_all, invitation_link
from tests.conftest import NOON
from tests.treatments.treating import log
from treatments import actions as treatment_actions
from treatments.models import FollowUp

DAY = dt.timedelta(days=1)


def open_knee(patient, protocol, by, side, on):
    return treatment_actions.open_course(
        patient=patient, protocol=protocol, icd10_code="M17.0", complaint=f"The {side} knee", target="knee_joint",
        side=side, on=on, by=by,
    )  # fmt: skip


def treat(course, by, at):
    knee = {"target": "knee_joint", "side": course.side, "guidance": "ultrasound", "volume_ml": 5}
    log(course, by, performed_at=at, at=at, injections=[knee])


def follow_up(course, name):
    return course.follow_ups.get(timepoint__name=name)


@pytest.fixture
def right(course, clinician):
    """Ruth's right knee, treated at NOON on 2 March: week 6 is open 6 to 27 April, due on the 13th."""
    treat(course, clinician, NOON)
    return course


@pytest.fixture
def left(right, patient, protocol, clinician):
    """Her left knee, treated three days later: week 6 is open from 9 to 30 April, due on the 16th."""
    course = open_knee(patient, protocol, clinician, "left", NOON.date() - 7 * DAY)
    treat(course, clinician, NOON + 3 * DAY)
    return course


def opened(course, name="week 6"):
    return Survey.objects.filter(follow_up=follow_up(course, name)).first()


def test_surveys_due_within_a_week_are_one_visit_with_one_invitation(right, left):
    """The right knee's waits three days for the left knee's, and both go out together."""
    assert actions.open_due_surveys(at=NOON + 36 * DAY) == 0
    assert actions.open_due_surveys(at=NOON + 38 * DAY) == 2
    lead, companion = opened(right), opened(left)
    assert (lead.asked_with, companion.asked_with) == (None, lead)
    assert (lead.deliveries.count(), companion.deliveries.count()) == (1, 0)
    assert actions.open_due_surveys(at=NOON + 38 * DAY) == 0
