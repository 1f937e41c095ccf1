"""Planning again: what a corrected or voided session moves, takes back, and leaves as the patient has seen it."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from outcomes import actions as outcome_actions
from outcomes.models import Survey
from tests.check_in import open_survey
from tests.conftest import NOON
from tests.layers import layer
from tests.population import assert_sums_are_exact
from tests.treatments.treating import log
from treatments import actions
from treatments.actions import SessionsPlan, TimepointPlan, create_protocol
from treatments.actions.follow_ups import replan
from treatments.models import FollowUp, TreatmentSession

DAY = dt.timedelta(days=1)
TODAY = NOON.date()


def windows(course):
    return {
        f.timepoint.name: (f.opens_on, f.due_on, f.closes_on) for f in course.follow_ups.select_related("timepoint")
    }


def void(session, by):
    TreatmentSession.objects.filter(pk=session.pk).update(
        entered_in_error_at=NOON, entered_in_error_by=by, entered_in_error_reason="wrong patient"
    )


@layer
def treated(course, clinician):
    log(course, clinician)
    return course


def test_with_no_session_left_the_plan_goes_and_the_baseline_is_open_again(treated, clinician):
    void(treated.sessions.get(), clinician)
    replan(treated, today=TODAY)
    assert list(windows(treated)) == ["baseline"]
    assert treated.follow_ups.due(TODAY).get().ended_on is None
    assert_sums_are_exact()


def test_a_baseline_whose_window_is_over_stays_ended(treated, clinician):
    void(treated.sessions.get(), clinician)
    replan(treated, today=TODAY + 60 * DAY)
    assert treated.follow_ups.get().ended_on == TODAY


def test_what_was_opened_stays_when_the_session_goes(treated, clinician):
    open_survey(treated.follow_ups.get(timepoint__name="week 1"), NOON + 5 * DAY)
    before = windows(treated)["week 1"]
    void(treated.sessions.get(), clinician)
    replan(treated, today=TODAY + 5 * DAY)
    assert windows(treated)["week 1"] == before
    assert set(windows(treated)) == {"baseline", "week 1"}
    assert_sums_are_exact()


def test_a_session_on_another_day_moves_the_plan(treated):
    treated.sessions.update(performed_at=NOON - 3 * DAY)
    replan(treated, today=TODAY)
    assert windows(treated)["week 6"][1] == TODAY + 39 * DAY
    assert treated.follow_ups.get(timepoint__name="baseline").ended_on == TODAY - 3 * DAY
    assert_sums_are_exact()


def test_what_a_wrong_day_had_ended_waits_again(course, clinician, clinic):
    """Logged with last month's date by mistake: nobody was asked, so nothing is lost."""
    log(course, clinician, performed_at=NOON - 7 * DAY)
    week_1 = course.follow_ups.get(timepoint__name="week 1")
    actions.end_follow_ups(clinic=clinic, on=TODAY + 5 * DAY)
    course.sessions.update(performed_at=NOON)
    replan(course, today=TODAY + 5 * DAY)
    week_1.refresh_from_db()
    assert (week_1.ended_on, week_1.due_on) == (None, TODAY + 7 * DAY)
    assert_sums_are_exact()


def test_planning_twice_changes_nothing(treated):
    before = list(treated.follow_ups.order_by("pk").values())
    replan(treated, today=TODAY)
    assert list(treated.follow_ups.order_by("pk").values()) == before


@pytest.mark.parametrize(("anchor", "due"), [("first", 42), ("last", 49)])
def test_days_count_from_the_anchor_of_the_series(patient, protocol, clinician, anchor, due):
    weekly = create_protocol(
        treatment_type=protocol.treatment_type,
        name="Weekly",
        timepoints=[TimepointPlan("baseline", 0, 0, 30), TimepointPlan("week 6", 42, 35, 56)],
        plan=SessionsPlan(series_length=2, series_interval_days=7, anchor=anchor),
    )
    course = actions.open_course(
        patient=patient, protocol=weekly, icd10_code="M17.11", complaint="Knee", target="knee_joint", side="right",
        on=TODAY, by=clinician,
    )  # fmt: skip
    for days in (0, 7):
        log(course, clinician, performed_at=NOON + days * DAY, at=NOON + days * DAY)
    assert windows(course)["week 6"][1] == TODAY + due * DAY


@pytest.mark.django_db(transaction=True)
def test_a_session_taken_back_and_a_tick_at_once_never_open_what_is_gone(treated, clinician):
    """The tick waits for the correction, then finds nothing to open; it does not fail."""
    at = NOON + 5 * DAY
    void(treated.sessions.get(), clinician)
    corrected = threading.Event()

    def tick():
        try:
            corrected.wait(5)
            return outcome_actions.open_due_surveys(at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            replan(treated, today=at.date())
            ticking = pool.submit(tick)
            corrected.set()
            with pytest.raises(TimeoutError):
                ticking.result(timeout=0.5)
        assert ticking.result(timeout=10) in (0, 1), "only the baseline may be open again"
    assert not Survey.objects.exclude(follow_up__timepoint__name="baseline").exists()
    assert FollowUp.objects.get().timepoint.name == "baseline"
