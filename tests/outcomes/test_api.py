"""Surveys and scores through the API."""

import datetime as dt
from decimal import Decimal

from outcomes import actions
from outcomes.models import Survey
from outcomes.states import with_state
from tests.check_in import answer_all
from tests.conftest import NOON
from tests.layers import layer

SURVEYS = "/api/v1/surveys/"
SCORES = "/api/v1/scores/"


@layer
def answered(week_6):
    """Ruth's six-week survey, sent in: PEG 3, 3, 4."""
    at = NOON + dt.timedelta(days=36)
    answer_all(week_6, {"nrs_now.now": 4, "peg.pain": 3, "peg.enjoyment": 3, "peg.activity": 4}, at)
    actions.submit_survey(survey=week_6, at=at)
    return week_6


def test_a_survey_is_read_with_what_became_of_its_message(program, front_desk, week_6):
    row = program(front_desk).get(f"{SURVEYS}{week_6.public_id}/").json()
    assert (row["timepoint"], row["course"]) == ("week 6", str(week_6.follow_up.course.public_id))
    assert row["instruments"] == ["nrs_now", "nrs_average", "peg", "pgic"]
    assert [delivery["kind"] for delivery in row["deliveries"]] == ["invitation"]


def test_surveys_never_carry_a_link_or_an_address(program, front_desk, week_6, sink):
    text = program(front_desk).get(SURVEYS).content.decode()
    assert "token" not in text
    assert "/s/" not in text
    assert "ruth@example.org" not in text


def test_the_state_of_a_survey_follows_the_clinics_calendar(week_6):
    def state(at):
        return with_state(Survey.objects.all(), at).get(pk=week_6.pk).state

    last_minute = dt.datetime(2026, 4, 27, 23, 59, tzinfo=NOON.tzinfo)
    assert state(last_minute) == "open"
    actions.start_survey(survey=week_6, at=NOON + dt.timedelta(days=36))
    assert state(last_minute) == "started"
    assert state(last_minute + dt.timedelta(minutes=1)) == "expired"


def test_surveys_are_filtered(program, front_desk, answered):
    got = program(front_desk)
    for narrow, timepoints in [
        ({"state": "completed"}, ["week 6", "baseline"]),
        ({"state": "open"}, []),
        ({"timepoint": "week 6"}, ["week 6"]),
        ({"follow_up": answered.follow_up.public_id}, ["week 6"]),
        ({"patient": answered.follow_up.course.patient.public_id, "modality": "prp"}, ["week 6", "baseline"]),
    ]:
        assert [row["timepoint"] for row in got.get(SURVEYS, narrow).json()["results"]] == timepoints, narrow


def test_scores_are_exact_and_carry_their_baseline(program, researcher, answered):
    rows = program(researcher).get(SCORES, {"timepoint": "week 6"}).json()["results"]
    by_instrument = {row["instrument"]: row for row in rows}
    assert by_instrument["peg"]["value"] == "3.333333333333333"
    assert by_instrument["nrs_now"] == {
        "clinic": str(answered.clinic.public_id),
        "course": str(answered.follow_up.course.public_id),
        "modality": "prp",
        "treatment": "prp",
        "region": "knee",
        "instrument": "nrs_now",
        "timepoint": "week 6",
        "day": 36,
        "value": "4",
        "baseline": "7",
        "is_responder_30": True,
        "is_responder_50": False,
        "band": 1,
        "excluded": "",
        "scoring_version": 1,
        "is_after_retreatment": False,
    }


def test_a_score_that_is_missing_is_null(program, researcher, answered):
    rows = program(researcher).get(SCORES, {"instrument": "pgic"}).json()["results"]
    assert [row["value"] for row in rows] in ([], [None])


def test_scores_say_nothing_about_who_or_when(program, researcher, answered):
    text = program(researcher).get(SCORES).content.decode()
    patient = answered.follow_up.course.patient
    for secret in ("Ruth", "Álvarez", "00417", "ruth@example.org", "2026-", str(patient.public_id)):
        assert secret not in text


def test_strangers_see_none_of_it_and_researchers_only_scores(program, stranger, researcher, answered):
    assert program(stranger).get(SURVEYS).json()["results"] == []
    assert program(stranger).get(SCORES).json()["results"] == []
    assert program(stranger).get(f"{SURVEYS}{answered.public_id}/").status_code == 404
    assert program(researcher).get(SURVEYS).status_code == 403
    assert program(researcher).get(SCORES).json()["results"]


def test_no_score_was_stored_with_more_digits_than_shown(answered):
    shown = {score.value for score in answered.scores.all() if score.value is not None}
    assert Decimal("3.333333333333333") in shown
