"""Protocols, courses and follow-ups through the API."""

import datetime as dt
import uuid

import pytest

from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.treating import log
from treatments import actions
from treatments.models import Course, FollowUp
from treatments.states import with_state

COURSES = "/api/v1/courses/"
NOBODY = "00000000-0000-4000-8000-000000000000"
SESSIONS = "/api/v1/sessions/"
FOLLOW_UPS = "/api/v1/follow-ups/"
NO_BASELINE = {"baseline_missing_reason": "treated on the day of the first visit"}


@layer
def new_course(patient, protocol):
    """What a program sends to open a course of Ruth's right knee."""
    return {
        "patient": str(patient.public_id),
        "protocol": str(protocol.public_id),
        "icd10_code": "M17.11",
        "complaint": "Osteoarthritis of the right knee",
        "target": "knee_joint",
        "side": "right",
        "opened_on": "2026-02-23",
    }


def test_protocols_come_with_their_timepoints(program, researcher, protocol):
    rows = program(researcher).get("/api/v1/protocols/", {"modality": "prp"}).json()["results"]
    assert [row["id"] for row in rows] == [str(protocol.public_id)]
    assert rows[0]["treatment_type"]["modality"] == "prp"
    last = rows[0]["timepoints"][-1]
    assert [asked["instrument"] for asked in last.pop("instruments")] == ["nrs_now", "nrs_average", "peg", "pgic"]
    assert [step["kind"] for step in last.pop("ladder")] == ["invitation", "reminder", "reminder", "last_call", "call"]
    assert last == {"name": "month 12", "target_day": 365, "opens_day": 320, "closes_day": 425}


def test_a_course_is_opened_and_read(program, clinician, new_course):
    answer = program(clinician).post(COURSES, new_course)
    assert answer.status_code == 201
    row = program(clinician).get(f"{COURSES}{answer.json()['id']}/").json()
    assert row == answer.json()
    assert {name: row[name] for name in new_course} == new_course
    assert (row["region"], row["treatment_type"]["code"]) == ("knee", "prp")
    assert FollowUp.objects.get().timepoint.name == "baseline"


def test_a_course_opens_today_unless_told(program, clinician, new_course):
    del new_course["opened_on"]
    answer = program(clinician).post(COURSES, new_course)
    assert abs(dt.date.fromisoformat(answer.json()["opened_on"]) - dt.datetime.now(dt.UTC).date()) <= dt.timedelta(1)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("side", "midline", "side_does_not_fit"),
        ("side", "both", "invalid_choice"),
        ("target", "tail", "invalid_choice"),
        ("icd10_code", "knee", "invalid"),
        ("opened_on", "2150-01-01", "course_in_future"),
        ("patient", NOBODY, "unknown"),
        ("protocol", NOBODY, "unknown"),
        ("region", "knee", "unknown_field"),
    ],
)
def test_a_course_that_does_not_fit_is_refused(program, clinician, new_course, field, value, code):
    answer = program(clinician).post(COURSES, {**new_course, field: value})
    assert answer.status_code == 400
    assert (answer.json()["field"], answer.json()["code"]) == (field, code)
    assert not Course.objects.exists()


def test_the_front_desk_opens_no_courses(program, front_desk, new_course):
    answer = program(front_desk).post(COURSES, new_course)
    assert answer.status_code == 403
    assert answer.json()["message"] == "Your role at Northside does not let you open courses of treatment."


def test_courses_are_filtered(program, clinician, course):
    got = program(clinician)
    for narrow, count in [
        ({"patient": course.patient.public_id}, 1),
        ({"patient": uuid.uuid4()}, 0),
        ({"modality": "prp"}, 1),
        ({"modality": "cell"}, 0),
        ({"region": "knee", "opened_from": "2026-02-23", "opened_to": "2026-02-23"}, 1),
        ({"opened_from": "2026-02-24"}, 0),
        ({"opened_to": "2026-02-22"}, 0),
    ]:
        assert len(got.get(COURSES, narrow).json()["results"]) == count, narrow


def test_follow_ups_are_listed_by_due_day(program, clinician, course):
    log(course, clinician)
    rows = program(clinician).get(FOLLOW_UPS, {"course": course.public_id}).json()["results"]
    assert [row["timepoint"] for row in rows] == [
        *("baseline", "week 1", "week 2", "week 6", "month 3", "month 6", "month 12"),
    ]
    assert rows[4]["due_on"] == "2026-06-01"
    assert rows[0] == program(clinician).get(f"{FOLLOW_UPS}{rows[0]['id']}/").json()


def test_the_state_of_a_follow_up_follows_the_clinics_calendar(course, clinician):
    log(course, clinician)
    midnight = dt.datetime(2026, 4, 6, 0, 0, tzinfo=NOON.tzinfo)
    week_6 = course.follow_ups.get(timepoint__name="week 6")

    def state(at):
        return with_state(FollowUp.objects.all(), at).get(pk=week_6.pk).state

    assert state(midnight - dt.timedelta(seconds=1)) == "planned"
    assert state(midnight) == "open"
    assert state(midnight + dt.timedelta(days=8)) == "overdue"
    assert state(midnight + dt.timedelta(days=22)) == "ended"
    actions.record_answer(follow_up=week_6, at=midnight)
    assert state(midnight + dt.timedelta(days=22)) == "answered"


def test_follow_ups_are_filtered_by_state(program, clinician, course):
    log(course, clinician)
    rows = program(clinician).get(FOLLOW_UPS, {"state": "ended"}).json()["results"]
    assert "baseline" in {row["timepoint"] for row in rows}
    assert {row["state"] for row in rows} == {"ended"}
    assert program(clinician).get(FOLLOW_UPS, {"state": "open", "due_to": "2026-03-31"}).json()["results"] == []


@pytest.mark.parametrize("address", [COURSES, SESSIONS, FOLLOW_UPS])
def test_strangers_and_researchers_see_none_of_it(program, stranger, researcher, clinician, course, address):
    log(course, clinician)
    row = program(clinician).get(address).json()["results"][0]["id"]
    assert program(stranger).get(address).json()["results"] == []
    assert program(stranger).get(f"{address}{row}/").status_code == 404
    assert program(researcher).get(address).status_code == 403
