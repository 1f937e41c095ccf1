"""Starting, answering and sending a survey: what is stored, what is refused, and who waits for whom."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import connection

from clinic.rules import RuleBroken
from outcomes import actions, scoring
from outcomes.models import Answer, Score, Survey
from tests.check_in import answer_all
from tests.conftest import NOON
from tests.treatments.treating import log
from treatments import actions as treatment_actions

DUE = NOON + dt.timedelta(days=42)
HOUR = dt.timedelta(hours=1)


def in_threads(*calls) -> list:
    """Run the calls at once, each on its own connection; their results, or the rules they broke."""
    ready = threading.Barrier(len(calls))

    def run(call):
        try:
            ready.wait(timeout=10)
            return call()
        except RuleBroken as broken:
            return broken
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def at_once(pool, *calls, turn: int) -> None:
    """Run the calls at once, another one first each turn."""
    ready = threading.Barrier(len(calls))

    def run(call):
        ready.wait(timeout=10)
        with suppress(RuleBroken):
            call()

    first = turn % len(calls)
    list(pool.map(run, calls[first:] + calls[:first]))


def close_own(ready) -> None:
    ready.wait(timeout=10)
    connection.close()


def how_it_ended(survey) -> str:
    """The one way in which a survey is over, after looking that its rows agree on it."""
    survey = Survey.objects.select_related("follow_up").get(pk=survey.pk)
    is_sent = survey.completed_at is not None
    assert survey.scores.count() == (4 if is_sent else 0)
    assert bool(survey.follow_up.answered_at) == is_sent
    assert not (is_sent and survey.cancelled_at)
    return (
        "sent"
        if is_sent
        else "called off"
        if survey.cancelled_at
        else "closed"
        if survey.follow_up.ended_on
        else "open"
    )


def copied(row, **changes):
    """One more row like this one, with a public address of its own."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del fields["id"]
    fields.pop("public_id", None)
    return type(row).objects.create(**{**fields, **changes})


def copies_of(survey, number: int) -> list[Survey]:
    """As many surveys like this one, each of a course of its own, whose windows close a day after the one before."""
    follow_up, made = survey.follow_up, []
    for day in range(number):
        course = copied(follow_up.course)
        closes_on = follow_up.closes_on + dt.timedelta(days=day)
        one = copied(survey, follow_up_id=copied(follow_up, course_id=course.pk, closes_on=closes_on).pk)
        actions.answer_item(survey=one, item="nrs_now.now", value=4, at=DUE)
        made.append(one)
    return made


def test_starting_counts_once(week_6):
    actions.start_survey(survey=week_6, at=DUE)
    actions.start_survey(survey=week_6, at=DUE + HOUR)
    week_6.refresh_from_db()
    assert week_6.started_at == DUE


def test_an_answer_starts_the_survey(week_6):
    actions.answer_item(survey=week_6, item="nrs_now.now", value=4, at=DUE)
    week_6.refresh_from_db()
    assert week_6.started_at == DUE


def test_a_later_answer_replaces_the_earlier_one(week_6):
    for value, at in [(4, DUE), (None, DUE + HOUR), (6, DUE + 2 * HOUR)]:
        actions.answer_item(survey=week_6, item="nrs_now.now", value=value, at=at)
    answer = Answer.objects.get(survey=week_6)
    assert (answer.value, answer.answered_at, answer.clinic_id) == (6, DUE + 2 * HOUR, week_6.clinic_id)


@pytest.mark.parametrize("item", ["peg.sleep", "peg", "koos.pain", "", "nrs_now.now "])
def test_an_item_that_is_not_asked_is_refused(week_6, item):
    with pytest.raises(actions.UnknownItem):
        actions.answer_item(survey=week_6, item=item, value=4, at=DUE)


@pytest.mark.parametrize(("item", "value"), [("nrs_now.now", 11), ("nrs_now.now", -1), ("pgic.change", 0)])
def test_a_value_that_is_not_offered_is_refused(week_6, item, value):
    with pytest.raises(scoring.AnswerOutOfRange):
        actions.answer_item(survey=week_6, item=item, value=value, at=DUE)
    assert not week_6.answers.exists()


def test_sending_scores_every_instrument_against_its_baseline(week_6):
    values = {"nrs_now.now": 4, "peg.pain": 6, "peg.enjoyment": 7, "peg.activity": 5, "pgic.change": 2}
    answer_all(week_6, values, DUE)
    survey = actions.submit_survey(survey=week_6, at=DUE + HOUR)
    assert survey.completed_at == DUE + HOUR
    survey.follow_up.refresh_from_db()
    assert survey.follow_up.answered_at == DUE + HOUR
    scores = {score.instrument: score for score in survey.scores.all()}
    now, peg = scores["nrs_now"], scores["peg"]
    assert (now.value, now.baseline, now.is_responder_30, now.is_responder_50, now.band) == (4, 7, True, False, 1)
    assert (peg.value, round(peg.baseline, 2), peg.is_responder_30, peg.band) == (6, Decimal("5.67"), False, 0)
    assert (scores["pgic"].value, scores["pgic"].baseline, scores["pgic"].band) == (2, None, None)
    assert (now.timepoint, now.day, now.taken_on, now.scoring_version) == ("week 6", 42, DUE.date(), scoring.VERSION)


def test_a_skipped_instrument_has_an_empty_score_not_a_zero(week_6):
    answer_all(week_6, {"peg.pain": 6, "peg.enjoyment": 7}, DUE)
    survey = actions.submit_survey(survey=week_6, at=DUE)
    scores = {score.instrument: score for score in survey.scores.all()}
    assert len(scores) == 4
    assert [scores[code].value for code in ("nrs_now", "peg")] == [None, None]
    assert (scores["nrs_now"].band, scores["nrs_now"].is_responder_30) == (None, None)


def test_a_survey_never_answered_can_be_sent(week_6):
    assert all(score.value is None for score in actions.submit_survey(survey=week_6, at=DUE).scores.all())


@pytest.mark.parametrize(("days", "expected"), [(-7, 35), (0, 42), (14, 56)])
def test_the_day_counts_from_treatment(week_6, days, expected):
    survey = actions.submit_survey(survey=week_6, at=DUE + dt.timedelta(days=days))
    assert {score.day for score in survey.scores.all()} == {expected}


def test_the_day_of_a_baseline_is_zero_whenever_it_is_answered(treated):
    assert set(Score.objects.filter(timepoint="baseline").values_list("day", flat=True)) == {0}


def test_without_a_baseline_a_score_is_not_judged(course, baseline, clinician):
    log(course, clinician)
    at = NOON + dt.timedelta(days=7)
    actions.open_due_surveys(at=at)
    week_1 = Survey.objects.get(follow_up__timepoint__name="week 1")
    answer_all(week_1, {"nrs_now.now": 4}, at)
    score = actions.submit_survey(survey=week_1, at=at).scores.get(instrument="nrs_now")
    assert (score.value, score.baseline, score.is_responder_30, score.band) == (4, None, None, None)


@pytest.mark.parametrize(
    "change",
    [
        lambda survey, at: actions.start_survey(survey=survey, at=at),
        lambda survey, at: actions.answer_item(survey=survey, item="nrs_now.now", value=1, at=at),
        lambda survey, at: actions.submit_survey(survey=survey, at=at),
    ],
)
class TestNothingChanges:
    def test_after_it_was_sent(self, week_6, change):
        answer_all(week_6, {"nrs_now.now": 4}, DUE)
        actions.submit_survey(survey=week_6, at=DUE)
        with pytest.raises(actions.AlreadyCompleted):
            change(week_6, DUE + HOUR)
        assert week_6.answers.get(item="nrs_now.now").value == 4

    def test_after_the_window(self, week_6, change):
        with pytest.raises(actions.SurveyClosed):
            change(week_6, DUE + dt.timedelta(days=15))

    def test_after_the_follow_up_was_ended(self, week_6, change):
        treatment_actions.end_follow_ups(clinic=week_6.clinic, on=DUE.date() + dt.timedelta(days=15))
        with pytest.raises(actions.SurveyClosed):
            change(week_6, DUE)

    def test_after_treatment_closed_the_baseline(self, course, baseline, clinician, change):
        log(course, clinician)
        with pytest.raises(actions.SurveyClosed):
            change(baseline, NOON + HOUR)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_six_sends_make_one_response(self, week_6):
        answer_all(week_6, {"nrs_now.now": 4}, DUE)
        results = in_threads(*[lambda: actions.submit_survey(survey=week_6, at=DUE)] * 6)
        assert sorted(type(result).__name__ for result in results) == ["AlreadyCompleted"] * 5 + ["Survey"]
        assert week_6.scores.count() == 4

    def test_an_answer_comes_before_sending_or_not_at_all(self, week_6):
        answer_all(week_6, {"nrs_now.now": 4}, DUE)
        in_threads(
            lambda: actions.submit_survey(survey=week_6, at=DUE),
            lambda: actions.answer_item(survey=week_6, item="nrs_now.now", value=9, at=DUE),
        )
        assert week_6.scores.get(instrument="nrs_now").value == week_6.answers.get(item="nrs_now.now").value

    def test_in_a_hundred_races_of_sending_closing_and_calling_off_one_wins_and_no_answer_is_lost(
        self, week_6, clinician
    ):
        ends = set()
        with ThreadPoolExecutor(4) as pool:
            for turn, survey in enumerate(copies_of(week_6, 100)):
                before = set(survey.answers.values_list("item", "value"))
                closed_on = survey.follow_up.closes_on + dt.timedelta(days=1)
                at_once(
                    pool,
                    lambda survey=survey: actions.submit_survey(survey=survey, at=DUE),
                    lambda survey=survey: actions.submit_survey(survey=survey, at=DUE),
                    lambda survey=survey: actions.cancel_survey(survey=survey, reason="moved", at=DUE, by=clinician),
                    lambda on=closed_on: treatment_actions.end_follow_ups(clinic=week_6.clinic, on=on),
                    turn=turn,
                )
                ends.add(how_it_ended(survey))
                assert set(survey.answers.values_list("item", "value")) == before
            # One a thread, which must not outlive the test.
            list(pool.map(close_own, [threading.Barrier(4)] * 4))
        assert {"sent"} < ends <= {"sent", "called off", "closed"}

    def test_a_baseline_and_the_session_that_closes_it_never_block_each_other(self, course, baseline, clinician):
        at = NOON + dt.timedelta(minutes=30)
        answer_all(baseline, {"nrs_now.now": 7}, at)
        sent, logged = in_threads(
            lambda: actions.submit_survey(survey=baseline, at=at),
            lambda: log(course, clinician),
        )
        assert type(logged).__name__ == "TreatmentSession"
        assert type(sent).__name__ in ("Survey", "SurveyClosed")
        baseline.refresh_from_db()
        assert bool(baseline.completed_at) == baseline.scores.exists() == (type(sent).__name__ == "Survey")

    def test_six_answers_at_once_leave_one(self, week_6):
        in_threads(
            *[
                lambda value=value: actions.answer_item(survey=week_6, item="nrs_now.now", value=value, at=DUE)
                for value in range(6)
            ]
        )
        assert week_6.answers.count() == 1
