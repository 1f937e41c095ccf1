"""The table of outcomes: after whatever happened it equals what is worked out from scratch, and twice is once."""

import datetime as dt
from decimal import Decimal
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import scope
from outcomes import actions
from outcomes.history import read_history
from outcomes.history.shuffling import write_shuffled
from outcomes.models import Outcome, OutcomeMark, Score
from patients.actions import record_death, withdraw_consent
from tests.check_in import answer_all, open_survey
from tests.conftest import NOON
from tests.history_files import write_history
from tests.treatments.treating import LOGGED, amend, log, void
from treatments.actions import record_retreatment, void_retreatment
from treatments.models import Course

DAY = dt.timedelta(days=1)
LONG_AFTER = NOON + 500 * DAY


def follow(at):
    """What a minute of the workers does: outcomes of everything that changed."""
    actions.recompute_marked(at=at)
    assert not OutcomeMark.objects.exists()


def stored():
    """Every outcome without its number, which a row gets anew when it was away."""
    return sorted(Outcome.objects.values_list(*[f.attname for f in Outcome._meta.concrete_fields if f.name != "id"]))


def assert_as_from_scratch(at):
    ids = list(Course.objects.values_list("pk", flat=True))
    assert list(actions.differences(course_ids=ids, at=at)) == []
    assert not actions.recompute_outcomes(course_ids=ids, at=at), "nothing is left to change"
    before = stored()
    Outcome.objects.all().delete()
    assert actions.recompute_outcomes(course_ids=ids, at=at).added == len(before)
    assert stored() == before


def outcome(course, timepoint, instrument="nrs_now"):
    return Outcome.objects.get(course=course, timepoint=timepoint, instrument=instrument)


def answer_on(course, timepoint, day, value=4):
    at = NOON + day * DAY
    survey = open_survey(course.follow_ups.get(timepoint__name=timepoint), at)
    answer_all(survey, {"nrs_now.now": value}, at)
    sent = actions.submit_survey(survey=survey, at=at)
    actions.recompute_marked(at=at)
    return sent


def test_what_a_check_in_says_is_worked_out_once_it_was_sent(treated):
    survey = answer_on(treated, "week 6", 40)
    row = outcome(treated, "week 6")
    assert (row.status, row.value, row.baseline, row.improvement, row.day) == ("obtained", 4, 7, 3, 40)
    assert (row.is_responder_30, row.is_responder_50, row.is_mcid, row.is_worse) == (True, False, True, False)
    assert (row.is_treated, row.was_consented, row.was_opened, row.is_complete) == (True, True, True, True)
    assert (row.mode, row.language, row.is_closed, row.is_due) == (survey.mode, "en", False, False)
    assert (row.treated_month, row.clinician, row.side) == (
        dt.date(2026, 3, 1),
        survey.follow_up.course.opened_by,
        "right",
    )
    peg = outcome(treated, "week 6", "peg")
    assert (peg.status, peg.value, peg.is_complete) == ("not_due", None, True)
    follow(NOON + 40 * DAY)
    assert_as_from_scratch(NOON + 40 * DAY)


def test_there_is_a_row_for_whatever_is_asked_before_anything_is_answered(course):
    follow(NOON)
    rows = Outcome.objects.values_list("timepoint", "instrument", "status", "no_baseline")
    assert ("month 12", "peg", "not_due", "not_treated") in rows
    assert ("baseline", "pgic") not in {row[:2] for row in rows}, "which is not asked at baseline"
    assert {row[2] for row in rows} == {"not_due"}


def test_one_course_costs_three_statements(treated):
    actions.recompute_outcomes(course_ids=[treated.pk], at=NOON)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        actions.recompute_outcomes(course_ids=[treated.pk], at=NOON)
    assert len(asked) == 3


def test_windows_close_with_the_calendar(treated):
    follow(NOON)
    last_day = outcome(treated, "week 6").closes_on
    night = dt.datetime.combine(last_day + DAY, dt.time(9), dt.UTC)
    actions.close_windows(at=night - DAY)
    follow(night - DAY)
    assert outcome(treated, "week 6").status == "not_due"
    actions.close_windows(at=night)
    follow(night)
    row = outcome(treated, "week 6")
    assert (row.status, row.missing_reason, row.is_due) == ("missing", "not_asked", True)
    assert (row.baseline, row.value, row.improvement) == (7, None, None)
    assert_as_from_scratch(night)


def test_a_missed_check_in_says_how_far_it_came(treated, week_6):
    actions.close_windows(at=LONG_AFTER)
    follow(LONG_AFTER)
    row = outcome(treated, "week 6")
    assert (row.missing_reason, row.was_sent, row.was_opened, row.is_complete) == ("unanswered", False, False, False)


def test_moved_and_voided_sessions(course, baseline, clinician):
    answer_all(baseline, {"nrs_now.now": 7}, NOON - DAY)
    actions.submit_survey(survey=baseline, at=NOON - DAY)
    session = log(course, clinician, baseline_missing_reason="")
    answer_on(course, "week 6", 36)
    session = amend(session, clinician, at=LOGGED + 60 * DAY, reason="Wrong day", performed_at=NOON - 2 * DAY)
    follow(LONG_AFTER)
    row = outcome(course, "week 6")
    assert (row.no_baseline, row.baseline, row.day) == ("after_treatment", None, 38)
    assert_as_from_scratch(LONG_AFTER)
    void(session, clinician, at=LOGGED + 61 * DAY)
    follow(LONG_AFTER)
    assert set(Outcome.objects.values_list("status", "value", "is_treated")) == {("not_due", None, False)}
    assert_as_from_scratch(LONG_AFTER)


def test_a_second_session_moves_the_clock_and_keeps_the_baseline(treated, clinician):
    answer_on(treated, "week 1", 7)
    log(treated, clinician, at=NOON + 29 * DAY, performed_at=NOON + 28 * DAY)
    follow(LONG_AFTER)
    week_1 = outcome(treated, "week 1")
    assert (week_1.status, week_1.missing_reason, week_1.value) == ("missing", "outside_window", None)
    assert outcome(treated, "baseline").value == 7
    assert_as_from_scratch(LONG_AFTER)


def test_retreatment_recorded_and_taken_back(treated, clinician):
    answer_on(treated, "week 6", 42)
    surgery = {"kind": "surgery", "happened_on": (NOON + 40 * DAY).date(), "at": LONG_AFTER, "by": clinician}
    mark = record_retreatment(course=treated, **surgery)
    follow(LONG_AFTER)
    week_6, month_3 = outcome(treated, "week 6"), outcome(treated, "month 3")
    assert (week_6.status, week_6.value, week_6.is_after_retreatment) == ("retreated", 4, True)
    assert (month_3.status, month_3.is_due) == ("retreated", False)
    assert_as_from_scratch(LONG_AFTER)
    void_retreatment(retreatment=mark, at=LONG_AFTER, by=clinician)
    follow(LONG_AFTER)
    assert [outcome(treated, name).status for name in ("week 6", "month 3")] == ["obtained", "missing"]


def test_death_and_withdrawal_reach_the_denominators(treated, patient, clinician):
    withdraw_consent(patient=patient, by=clinician, at=NOON + 20 * DAY)
    record_death(patient=patient, died_on=(NOON + 60 * DAY).date(), at=NOON + 61 * DAY, by=clinician)
    follow(LONG_AFTER)
    rows = [outcome(treated, name) for name in ("week 2", "week 6", "month 3")]
    assert [(row.status, row.is_due, row.was_consented) for row in rows] == [
        ("missing", True, True),
        ("missing", True, False),
        ("left", False, False),
    ]


def test_a_corrected_score_is_followed(treated):
    answer_on(treated, "week 6", 40)
    Score.objects.filter(timepoint="week 6", instrument="nrs_now").update(value=Decimal("4.9"))
    changes = actions.recompute_outcomes(course_ids=[treated.pk], at=NOON + 40 * DAY)
    assert changes == (0, 1, 0)
    assert outcome(treated, "week 6").is_responder_30, "7 to 4.9 is exactly 30 %"


def run_import(clinic, folder):
    history = read_history(folder, actions.known_scales(clinic=clinic))
    day_0 = dt.date(2025, 1, 1)
    actions.import_history(clinic=clinic, history=history, index_date=day_0, by=None, at=NOON, tell=lambda line: None)


def test_imported_scores_are_outcomes_however_often_and_in_whatever_order(clinic, tmp_path):
    folder = write_history(tmp_path / "history")
    run_import(clinic, folder)
    before = stored()
    assert len(before) == Score.objects.count() == 8
    again = tmp_path / "again"
    again.mkdir()
    write_shuffled(folder, again, seed=7)
    run_import(clinic, again)
    assert stored() == before
    assert_as_from_scratch(NOON)
    pain = Outcome.objects.get(course__external_ref="K1-1", instrument="vas", timepoint="week 6")
    score = Score.objects.get(course__external_ref="K1-1", instrument="vas", timepoint="week 6")
    assert (pain.value, pain.baseline, pain.day, pain.is_in_window) == (score.value, score.baseline, 40, True)
    assert (pain.is_responder_30, pain.is_due, pain.was_sent, pain.source_site) == (True, False, None, "north")
    alone = Outcome.objects.get(course__external_ref="K3-1")
    assert (alone.no_baseline, alone.improvement) == ("none", None)


def command(*options):
    said = StringIO()
    try:
        call_command("recompute_outcomes", *options, stdout=said)
    except SystemExit as ended:
        return said.getvalue(), ended.code
    return said.getvalue(), 0


def test_the_command_finds_what_was_broken_and_mends_it(clinic, tmp_path):
    run_import(clinic, write_history(tmp_path / "history"))
    assert command("--check")[1] == 0
    pain = Outcome.objects.filter(course__external_ref="K1-1", instrument="vas")
    pain.filter(timepoint="week 6").update(improvement=Decimal("0.1"))
    pain.filter(timepoint="baseline").delete()
    Outcome.objects.filter(course__external_ref="K3-1").update(timepoint="month 4")
    said, code = command("--check")
    assert code == 1
    assert "vas at week 6: improvement is 0.1" in said
    assert "vas at baseline: row is missing" in said
    assert said.count("month 4: row is there, worked out missing") == 1
    assert "Northside: 3 courses, 4 differences" in said
    assert "Northside: 2 rows added, 1 changed, 1 removed" in command("--clinic", "Northside")[0]
    assert command("--check")[1] == 0


def test_what_waits_is_no_difference(treated):
    OutcomeMark.objects.all().delete()
    actions.mark_courses([(treated.clinic_id, treated.pk)])
    assert "0 differences, 1 courses still to do" in command("--check")[0]


def test_outcomes_are_their_clinic_s_alone(clinic, other_clinic, stranger, researcher, tmp_path):
    run_import(clinic, write_history(tmp_path / "history"))
    assert Outcome.objects.visible_to(researcher).count() == 8
    assert not Outcome.objects.visible_to(stranger).exists()
    with scope.of_clinic(other_clinic.pk):
        assert not Outcome.objects.exists()
        courses = list(range(1, 10_000))
        assert not actions.recompute_outcomes(course_ids=courses, at=NOON)
    assert Outcome.objects.count() == 8
