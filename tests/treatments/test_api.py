"""Protocols, courses, sessions and follow-ups through the API."""

import copy
import datetime as dt
import uuid

import pytest

from tests.conftest import NOON
from tests.treatments.treating import log
from treatments import actions
from treatments.api import examples
from treatments.models import Course, FollowUp, Protocol, TreatmentSession
from treatments.states import with_state

COURSES = "/api/v1/courses/"
NOBODY = "00000000-0000-4000-8000-000000000000"
SESSIONS = "/api/v1/sessions/"
FOLLOW_UPS = "/api/v1/follow-ups/"
NO_BASELINE = {"baseline_missing_reason": "treated on the day of the first visit"}


@pytest.fixture
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


@pytest.fixture
def new_session(course):
    """The documented PRP example, for Ruth's course."""
    return {**copy.deepcopy(examples.PRP), "course": str(course.public_id), **NO_BASELINE}


def course_of(kind, patient, clinician):
    """A course of Ruth's with this modality."""
    return actions.open_course(
        patient=patient,
        protocol=Protocol.objects.get(clinic=patient.clinic, treatment_type__code=kind),
        icd10_code="M17.11",
        complaint="Pain",
        target="knee_joint",
        side="right",
        on=dt.date(2026, 2, 23),
        by=clinician,
    )


def test_protocols_come_with_their_timepoints(program, researcher, protocol):
    rows = program(researcher).get("/api/v1/protocols/", {"modality": "prp"}).json()["results"]
    assert [row["id"] for row in rows] == [str(protocol.public_id)]
    assert rows[0]["treatment_type"]["modality"] == "prp"
    assert rows[0]["timepoints"][-1] == {"name": "month 12", "target_day": 365, "opens_day": 320, "closes_day": 425}


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
        ("opened_on", "2999-01-01", "course_in_future"),
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


@pytest.mark.parametrize("kind", ["prp", "cell", "exosome"])
def test_the_documented_session_of_each_kind_is_logged(program, patient, clinician, kind):
    course = course_of(kind, patient, clinician)
    body = {**getattr(examples, kind.upper()), "course": str(course.public_id), **NO_BASELINE}
    answer = program(clinician).post(SESSIONS, body)
    assert answer.status_code == 201, answer.json()
    row = program(clinician).get(f"{SESSIONS}{answer.json()['id']}/").json()
    assert row == answer.json()
    assert {name: row[kind][name] for name in body[kind]} == body[kind]
    assert [row[other] for other in ("prp", "cell", "exosome") if other != kind] == [None, None]
    assert {name: row["injections"][0][name] for name in body["injections"][0]} == body["injections"][0]
    assert (row["modality"], row["performed_by"], row["warnings"]) == (kind, clinician.email, [])
    assert course.follow_ups.count() == 7


def test_the_same_key_is_the_same_session(program, clinician, new_session):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = program(clinician).post(SESSIONS, new_session, headers=key)
    again = program(clinician).post(SESSIONS, new_session, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert TreatmentSession.objects.count() == 1


def test_a_key_that_is_no_uuid_is_refused(program, clinician, new_session):
    answer = program(clinician).post(SESSIONS, new_session, headers={"Idempotency-Key": "monday"})
    assert answer.status_code == 400
    assert answer.json()["field"] == "Idempotency-Key"


def test_a_key_of_another_course_is_a_conflict(program, clinician, patient, new_session):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    program(clinician).post(SESSIONS, new_session, headers=key)
    other = {**new_session, "course": str(course_of("prp", patient, clinician).public_id)}
    answer = program(clinician).post(SESSIONS, other, headers=key)
    assert answer.status_code == 409
    assert answer.json()["field"] == "Idempotency-Key"


def test_values_outside_the_usual_range_are_kept_with_a_warning(program, clinician, new_session):
    new_session["prp"]["blood_platelets"] = "2430"
    new_session["injections"][0]["volume_ml"] = "60"
    answer = program(clinician).post(SESSIONS, new_session)
    assert answer.status_code == 201
    assert answer.json()["prp"]["blood_platelets"] == "2430"
    assert answer.json()["warnings"] == [
        {"field": "injections.0.volume_ml", "value": "60", "usual_low": "0.1", "usual_high": "30", "unit": "mL"},
        {"field": "prp.blood_platelets", "value": "2430", "usual_low": "50", "usual_high": "700", "unit": "×10³/µL"},
    ]


def change(body, path, value):
    """``body`` with one place set; None takes it away."""
    *way, last = path.split(".")
    for step in way:
        body = body[int(step) if step.isdigit() else step]
    if value is None:
        del body[last]
    else:
        body[last] = value


@pytest.mark.parametrize(
    ("place", "value", "field", "code"),
    [
        ("performed_at", "2026-03-02T10:15:00", "performed_at", "naive"),
        ("performed_at", "2999-03-02T10:15:00Z", "performed_at", "session_in_future"),
        ("performed_at", "2026-02-01T10:15:00Z", "performed_at", "session_before_course"),
        ("performed_by", "otto@lakeview.example.org", "performed_by", "unknown"),
        ("baseline_missing_reason", None, "baseline_missing_reason", "baseline_missing"),
        ("injections", [], "injections", "empty"),
        ("injections", {}, "injections", "not_a_list"),
        ("injections.0.side", "midline", "injections.0.side", "side_does_not_fit"),
        ("injections.0.volume_ml", "0", "injections.0.volume_ml", "min_value"),
        ("injections.0.depth", "3", "injections.0.depth", "unknown_field"),
        ("prp", None, "prp", "wrong_preparation"),
        ("cell", copy.deepcopy(examples.CELL["cell"]), "cell", "wrong_preparation"),
        ("prp.prp_injected_ml", "8", "prp.prp_injected_ml", "preparation_refused"),
        ("prp.blood_volume_ml", "-1", "prp.blood_volume_ml", "min_value"),
        ("prp.blood_volume_ml", "1000000", "prp.blood_volume_ml", "max_digits"),
        ("prp.blood_volume_ml", "NaN", "prp.blood_volume_ml", "invalid"),
        ("prp.colour", "red", "prp.colour", "unknown_field"),
        ("prp.activation", None, "prp.activation", "required"),
        ("course", NOBODY, "course", "unknown"),
    ],
)
def test_a_session_that_does_not_fit_is_refused(program, clinician, stranger, new_session, place, value, field, code):
    change(new_session, place, value)
    answer = program(clinician).post(SESSIONS, new_session)
    assert answer.status_code == 400, answer.json()
    assert (answer.json()["field"], answer.json()["code"]) == (field, code)
    assert not TreatmentSession.objects.exists()


def test_another_clinics_course_takes_no_session(program, stranger, new_session):
    answer = program(stranger).post(SESSIONS, new_session)
    assert (answer.status_code, answer.json()["field"]) == (400, "course")


def test_sessions_are_filtered_by_the_clinics_day(program, clinician, course):
    late = dt.datetime(2026, 3, 2, 23, 30, tzinfo=NOON.tzinfo)
    log(course, clinician, performed_at=late, at=late)
    got = program(clinician)
    for narrow, count in [
        ({"performed_from": "2026-03-02", "performed_to": "2026-03-02"}, 1),
        ({"performed_from": "2026-03-03"}, 0),
        ({"performed_to": "2026-03-01"}, 0),
        ({"course": course.public_id, "modality": "prp", "region": "knee"}, 1),
    ]:
        assert len(got.get(SESSIONS, narrow).json()["results"]) == count, narrow


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "03/02/2026", "2026-3-2x", "monday"])
@pytest.mark.parametrize("name", ["performed_from", "performed_to"])
def test_a_day_that_is_none_is_refused(program, clinician, name, day):
    answer = program(clinician).get(SESSIONS, {name: day})
    assert (answer.status_code, answer.json()["field"]) == (400, name)


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
