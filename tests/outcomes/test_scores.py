"""Baselines that turn out to be too late, and running sums that always equal what they count."""

import datetime as dt

from outcomes import actions
from outcomes.models import Score
from tests.check_in import answer_all, open_survey
from tests.conftest import NOON
from tests.population import assert_sums_are_exact
from tests.treatments.treating import LOGGED, amend, log, void

DAY = dt.timedelta(days=1)


def answer_baseline(baseline, *, at):
    values = {"nrs_now.now": 8, "nrs_average.average": 6, "peg.pain": 6, "peg.enjoyment": 6, "peg.activity": 6}
    answer_all(baseline, values, at)
    actions.submit_survey(survey=baseline, at=at)


def answer_week_1(course):
    at = NOON + 7 * DAY
    survey = open_survey(course.follow_ups.get(timepoint__name="week 1"), at)
    answer_all(survey, {"nrs_now.now": 4, "nrs_average.average": 6}, at)
    actions.submit_survey(survey=survey, at=at)


def judged():
    """Instrument, timepoint and everything that rests on a baseline, of the scores that have a value."""
    fields = ("instrument", "timepoint", "baseline", "is_responder_30", "is_responder_50", "band", "excluded")
    return set(Score.objects.filter(value__isnull=False).values_list(*fields))


def test_a_baseline_sent_after_treatment_is_taken_back_with_all_that_rested_on_it(course, baseline, clinician):
    # Treated at NOON; the baseline is sent half an hour later, and only then is the session logged.
    answer_baseline(baseline, at=NOON + dt.timedelta(minutes=30))
    log(course, clinician, at=NOON + dt.timedelta(hours=1))
    answer_week_1(course)
    assert ("nrs_now", "week 1", 8, True, True, 1, "") in judged()
    assert actions.exclude_late_baselines() == 6
    assert judged() == {
        ("nrs_now", "baseline", None, None, None, None, "after_treatment"),
        ("nrs_average", "baseline", None, None, None, None, "after_treatment"),
        ("peg", "baseline", None, None, None, None, "after_treatment"),
        ("nrs_now", "week 1", None, None, None, None, ""),
        ("nrs_average", "week 1", None, None, None, None, ""),
    }
    assert_sums_are_exact()


def test_taking_back_twice_changes_nothing(course, baseline, clinician):
    answer_baseline(baseline, at=NOON + dt.timedelta(minutes=30))
    log(course, clinician, at=NOON + dt.timedelta(hours=1))
    actions.exclude_late_baselines()
    assert actions.exclude_late_baselines() == 0


def test_a_score_after_a_late_baseline_has_none(course, baseline, clinician):
    answer_baseline(baseline, at=NOON + dt.timedelta(minutes=30))
    log(course, clinician, at=NOON + dt.timedelta(hours=1))
    actions.exclude_late_baselines()
    answer_week_1(course)
    assert Score.objects.get(instrument="nrs_now", timepoint="week 1").baseline is None


def test_a_baseline_sent_before_treatment_stays(treated):
    answer_week_1(treated)
    before = judged()
    assert actions.exclude_late_baselines() == 0
    assert judged() == before
    assert_sums_are_exact()


def test_one_late_baseline_leaves_other_courses_alone(treated, patient, protocol, clinician, week_6):
    answer_all(week_6, {"nrs_now.now": 4}, NOON + 42 * DAY)
    actions.submit_survey(survey=week_6, at=NOON + 42 * DAY)
    before = judged()
    assert actions.exclude_late_baselines() == 0
    assert judged() == before


def late_baseline_with_week_1(course, baseline, clinician):
    """A baseline that came after treatment, a check-in after it, and the session that made it late."""
    answer_baseline(baseline, at=NOON + dt.timedelta(minutes=30))
    session = log(course, clinician, at=LOGGED)
    actions.exclude_late_baselines()
    answer_week_1(course)
    return session


def test_a_session_entered_in_error_makes_no_baseline_late(course, baseline, clinician):
    session = late_baseline_with_week_1(course, baseline, clinician)
    assert actions.restore_baselines() == 0, "the session still counts"
    void(session, clinician, at=LOGGED + 8 * DAY)
    assert actions.restore_baselines() == 6
    assert ("nrs_now", "week 1", 8, True, True, 1, "") in judged()
    assert ("peg", "baseline", None, None, None, None, "") in judged()
    assert (actions.exclude_late_baselines(), actions.restore_baselines()) == (0, 0)
    assert_sums_are_exact()


def test_a_session_corrected_to_a_later_hour_lets_the_baseline_count_again(course, baseline, clinician):
    session = late_baseline_with_week_1(course, baseline, clinician)
    amend(session, clinician, at=LOGGED, performed_at=NOON + dt.timedelta(minutes=45))
    assert actions.restore_baselines() == 6
    amend(type(session).objects.get(), clinician, at=LOGGED)
    assert actions.exclude_late_baselines() == 6
    assert_sums_are_exact()
