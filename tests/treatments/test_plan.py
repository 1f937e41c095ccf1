"""The follow-ups that sessions plan."""

import datetime as dt

import pytest

from clinic.rules import RuleBroken
from outcomes.actions import open_due_surveys
from tests.conftest import NOON
from tests.treatments.treating import log
from treatments import actions
from treatments.models import FollowUp, TreatmentSession


def windows(course):
    return {
        f.timepoint.name: (f.opens_on, f.due_on, f.closes_on) for f in course.follow_ups.select_related("timepoint")
    }


def test_a_session_plans_one_follow_up_per_timepoint(course, clinician):
    log(course, clinician)
    planned = windows(course)
    assert planned["month 3"] == (dt.date(2026, 5, 18), dt.date(2026, 6, 1), dt.date(2026, 6, 29))
    assert list(planned) == ["baseline", "week 1", "week 2", "week 6", "month 3", "month 6", "month 12"]


def test_a_later_session_moves_what_has_not_opened_yet(course, clinician):
    log(course, clinician)
    before = windows(course)
    second = NOON + dt.timedelta(days=6)
    open_due_surveys(at=second)
    log(course, clinician, performed_at=second, at=second)
    after = windows(course)
    assert after["week 1"] == before["week 1"], "it was opened: the patient may have the link"
    assert after["month 3"][1] == before["month 3"][1] + dt.timedelta(days=6)


def test_an_earlier_session_logged_late_leaves_the_plan_of_the_last_one(course, clinician):
    log(course, clinician)
    before = windows(course)
    log(course, clinician, performed_at=NOON - dt.timedelta(days=2))
    assert windows(course) == before


def test_treatment_without_a_baseline_needs_a_reason(course, clinician):
    with pytest.raises(RuleBroken) as refused:
        log(course, clinician, baseline_missing_reason=" ")
    assert refused.value.field == "baseline_missing_reason"
    assert not TreatmentSession.objects.exists()


def test_a_baseline_answered_before_treatment_needs_no_reason_and_one_answered_after_does(course, clinician):
    actions.record_answer(follow_up=course.follow_ups.get(), at=NOON - dt.timedelta(minutes=5))
    with pytest.raises(RuleBroken):
        log(course, clinician, performed_at=NOON - dt.timedelta(minutes=10), baseline_missing_reason="")
    log(course, clinician, baseline_missing_reason="")
    assert TreatmentSession.objects.count() == 1


def test_treatment_ends_the_time_for_a_baseline(course, clinician):
    log(course, clinician)
    assert course.follow_ups.get(timepoint__name="baseline").ended_on == NOON.date()
    assert not FollowUp.objects.due(NOON.date()).exists()


def test_follow_ups_end_the_day_after_their_window(course, clinician):
    log(course, clinician)
    closes = windows(course)["week 1"][2]
    assert actions.end_follow_ups(clinic=course.clinic, on=closes) == 0
    assert actions.end_follow_ups(clinic=course.clinic, on=closes + dt.timedelta(days=1)) == 1
    assert actions.end_follow_ups(clinic=course.clinic, on=closes + dt.timedelta(days=1)) == 0
