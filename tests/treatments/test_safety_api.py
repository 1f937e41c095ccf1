"""Events, reports, medicines and profiles through the API: the same rules and messages as on the pages."""

import datetime as dt
import uuid

import pytest

from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.safety import ADMITTED, AWARE, BEGAN, NOW, ind_lot_in, record, review
from tests.treatments.stock import session_of
from treatments import actions
from treatments.api.events import CHANGE, EVENT, JUDGEMENT, SENT
from treatments.api.medications import ASKED, PROFILE
from treatments.models import AdverseEvent, ClinicalProfile, MedicationReview

EVENTS, REPORTS = "/api/v1/events/", "/api/v1/regulatory-reports/"
MEDICATIONS, PROFILES = "/api/v1/medications/", "/api/v1/profiles/"


@layer
def session(course, clinician):
    return session_of(course, clinician)


@pytest.fixture
def api(program, clinician):
    return program(clinician)


def written(treated, **changes):
    """The documented example, about this session."""
    patient = treated.course.patient
    return {**EVENT, "patient": str(patient.public_id), "session": str(treated.public_id), **changes}


def at(event, word=""):
    return f"{EVENTS}{event.public_id}/{word}"


def test_recording_an_event(api, session):
    answer = api.post(EVENTS, written(session))
    assert answer.status_code == 201, answer.json()
    body = answer.json()
    assert answer.headers["Location"].endswith(f"{EVENTS}{body['id']}/")
    assert (body["course"], body["days_since_session"]) == (str(session.course.public_id), 5)
    assert (body["version"], body["is_expected"], body["related_to_product"]) == (1, None, "")
    assert [(report["kind"], report["due_on"]) for report in body["reports"]] == [("causality_review", "2026-03-10")]
    assert api.get(f"{EVENTS}{body['id']}/").json() == body


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"patient": str(uuid.uuid4())}, "patient", "unknown"),
        ({"session": str(uuid.uuid4())}, "session", "unknown"),
        ({"lot": str(uuid.uuid4())}, "lot", "unknown"),
        ({"began_at": "2026-03-07T08:00:00"}, "began_at", "naive"),
        ({"began_at": "2099-03-07T08:00:00Z", "first_aware_at": "2099-03-07T08:00:00Z"}, "began_at", "event_refused"),
        ({"began_at": "2026-03-01T08:00:00Z"}, "session", "event_refused"),
        ({"description": ""}, "description", "blank"),
        ({"term": "x" * 121}, "term", "max_length"),
        ({"icd10_code": "knee"}, "icd10_code", "event_refused"),
        ({"body_system": "soul"}, "body_system", "invalid_choice"),
        ({"grade": 6}, "grade", "invalid_choice"),
        ({"grade": 5}, "seriousness", "event_refused"),
        ({"seriousness": "hospitalisation"}, "seriousness", "not_a_list"),
        ({"seriousness": ["bad"]}, "seriousness.0", "invalid_choice"),
        ({"outcome": "fine"}, "outcome", "invalid_choice"),
        ({"outcome": "recovered"}, "resolved_on", "event_refused"),
        ({"resolved_on": "2026-13-01"}, "resolved_on", "invalid"),
        ({"first_aware_at": None}, "first_aware_at", "null"),
        ({"is_expected": True}, "is_expected", "unknown_field"),
        ({"colour": "red"}, "colour", "unknown_field"),
    ],
)
def test_what_cannot_be_is_refused_by_field(api, session, changes, field, code):
    answer = api.post(EVENTS, written(session, **changes))
    assert answer.status_code == 400
    problem = answer.json()
    assert (problem["code"], problem["field"]) in {(code, field), (code, field.partition(".")[0])}, problem
    assert not AdverseEvent.objects.exists()


def test_correcting_an_event_needs_the_version_it_started_from(api, patient, clinician):
    event = record(patient, clinician)
    assert api.patch(at(event), CHANGE).status_code == 428
    answer = api.patch(at(event), CHANGE, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["outcome"], answer.json()["version"], answer.json()["term"]) == (
        "recovered",
        2,
        "Joint swelling",
    )
    stale = api.patch(at(event), {"term": "Effusion", "reason": "x"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.json()["code"] == "event_changed"
    assert stale.json()["current"] == api.get(at(event)).json()


def test_after_a_day_the_api_asks_for_a_reason_too(api, patient, clinician):
    event = record(patient, clinician)
    answer = api.patch(at(event), {"term": "Effusion"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["field"]) == (400, "reason")


def test_taking_an_event_back(api, patient, clinician):
    event = record(patient, clinician)
    assert api.post(at(event, "void/"), {}, headers={"If-Match": "1"}).json()["field"] == "reason"
    body = api.post(at(event, "void/"), {"reason": "another patient"}, headers={"If-Match": "1"}).json()
    assert body["entered_in_error_reason"] == "another patient"
    again = api.post(at(event, "void/"), {"reason": "x"}, headers={"If-Match": "2"})
    assert (again.status_code, again.json()["code"]) == (400, "event_entered_in_error")


def test_judging_and_sending(api, program, front_desk, patient, clinician, session):
    ind_lot_in(session, clinician)
    event = record(patient, clinician, **ADMITTED | {"session": session})
    waiting = api.get(REPORTS, {"needed": "true", "sent": "false"}).json()["results"]
    assert [report["kind"] for report in waiting] == ["causality_review", "ind_15_days"]
    assert waiting[1]["waits_for"] == ["it was unexpected", "it is possibly related to the product"]
    assert waiting[1]["days_left"] < 0
    assert "21 CFR 312.32" in waiting[1]["source"]
    assert program(front_desk).post(at(event, "review/"), JUDGEMENT, headers={"If-Match": "1"}).status_code == 403
    judged = api.post(at(event, "review/"), JUDGEMENT, headers={"If-Match": "1"})
    assert (judged.json()["related_to_product"], judged.json()["reviewed_by"]) == ("possible", clinician.email)
    address = f"{REPORTS}{waiting[1]['id']}/"
    assert api.get(address).json()["waits_for"] == []
    assert api.post(f"{address}sent/", {"sent_on": "2099-01-01"}).json()["field"] == "sent_on"
    assert api.post(f"{address}sent/", SENT).json()["reference"] == "S-77"
    assert api.get(REPORTS, {"needed": "true", "sent": "false"}).json()["results"] == []
    refused = api.post(at(event, "review/"), {**JUDGEMENT, "related_to_product": ""}, headers={"If-Match": "3"})
    assert (refused.status_code, refused.json()["field"]) == (400, "related_to_product")


def test_lists_are_narrowed(api, patient, clinician, session):
    mild = record(patient, clinician)
    serious = record(patient, clinician, **ADMITTED | {"session": session})
    review(serious, clinician)
    actions.void_event(event=mild, version=1, reason="x", at=NOW, by=clinician)

    def found(**query):
        return {row["id"] for row in api.get(EVENTS, query).json()["results"]}

    both = {str(mild.public_id), str(serious.public_id)}
    assert found() == found(patient=patient.public_id) == both
    for query in (
        {"serious": "true"}, {"reviewed": "true"}, {"entered_in_error": "false"}, {"session": session.public_id},
        {"course": session.course.public_id},
    ):  # fmt: skip
        assert found(**query) == {str(serious.public_id)}
    assert found(serious="false") == found(reviewed="false") == {str(mild.public_id)}
    assert found(lot=uuid.uuid4()) == found(outcome="fatal") == set()
    assert api.get(EVENTS, {"serious": "maybe"}).status_code == 400
    kinds = api.get(REPORTS, {"kind": "causality_review", "due_to": "2026-03-10", "event": serious.public_id})
    assert len(kinds.json()["results"]) == 1


def asked(person, **changes):
    """The documented example by phone."""
    body = {name: value for name, value in ASKED.value.items() if name != "follow_up"}
    return {**body, "patient": str(person.public_id), "source": "phone", "asked_on": "2026-03-02", **changes}


def test_recording_medicines(api, patient, course):
    answer = api.post(MEDICATIONS, asked(patient))
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["mme_per_day"], answer.json()["factor_version"]) == ("20", "cdc-2022")
    none = api.post(MEDICATIONS, asked(patient, takes_opioids=False, opioids=[])).json()
    assert none["mme_per_day"] == "0"
    unknown = [{"drug": "buprenorphine", "strength": "8", "units_per_day": "1"}]
    assert api.post(MEDICATIONS, asked(patient, opioids=unknown)).json()["mme_per_day"] is None
    follow_up = course.follow_ups.get()
    body = asked(patient, source="survey", follow_up=str(follow_up.public_id), uses_cannabis=True)
    assert api.post(MEDICATIONS, body).json()["course"] == str(course.public_id)
    assert len(api.get(MEDICATIONS, {"follow_up": follow_up.public_id}).json()["results"]) == 1
    assert len(api.get(MEDICATIONS, {"patient": patient.public_id, "asked_to": "2026-03-01"}).json()["results"]) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"patient": str(uuid.uuid4())}, "patient"),
        ({"session": str(uuid.uuid4())}, "session"),
        ({"follow_up": str(uuid.uuid4())}, "follow_up"),
        ({"source": "letter"}, "source"),
        ({"source": "survey"}, "follow_up"),
        ({"asked_on": "2099-01-01"}, "asked_on"),
        ({"takes_opioids": None}, "takes_opioids"),
        ({"takes_opioids": False}, "takes_opioids"),
        ({"opioids": []}, "opioids"),
        ({"opioids": [{"drug": "aspirin", "strength": "5", "units_per_day": "4"}]}, "opioids.0.drug"),
        ({"opioids": [{"drug": "codeine", "strength": "-5", "units_per_day": "4"}]}, "opioids.0.strength"),
        ({"opioids": [{"drug": "codeine", "strength": "5"}]}, "opioids.0.units_per_day"),
        (
            {"opioids": [{"drug": "fentanyl_patch", "strength": "25", "units_per_day": "0.33"}]},
            "opioids.0.units_per_day",
        ),
        ({"nsaid_days": 8}, "nsaid_days"),
        ({"acetaminophen_mg": 4_000_000}, "acetaminophen_mg"),
        ({"mme_per_day": "20"}, "mme_per_day"),
    ],
)
def test_medicines_that_cannot_be_are_refused_by_field(api, patient, changes, field):
    answer = api.post(MEDICATIONS, asked(patient, **changes))
    assert answer.status_code == 400
    assert answer.json()["field"] == field
    assert not MedicationReview.objects.exists()


def test_recording_a_profile(api, course):
    body = {**PROFILE.value, "course": str(course.public_id)}
    made = api.post(PROFILES, body)
    assert made.status_code == 201, made.json()
    assert (made.json()["id"], made.json()["bmi"]) == (str(course.public_id), "26.1")
    change = {"course": str(course.public_id), "weight_kg": "78"}
    assert api.post(PROFILES, change).status_code == 428
    again = api.post(PROFILES, change, headers={"If-Match": '"1"'})
    stale = api.post(PROFILES, {**change, "weight_kg": "80"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]) == (412, "profile_changed", again.json())
    assert (again.status_code, again.json()["height_cm"], again.json()["bmi"]) == (200, "175", "25.5")
    assert api.get(f"{PROFILES}{course.public_id}/").json() == again.json()
    assert len(api.get(PROFILES, {"course": course.public_id}).json()["results"]) == 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"height_cm": "1.75"}, "height_cm", "did you mean 175?"),
        ({"weight_kg": "80000"}, "weight_kg", "did you mean 80?"),
        ({"height_cm": "-175"}, "height_cm", "from 50 to 250"),
        ({"severity_grade": 5}, "severity_grade", "grades 0 to 4"),
        ({"severity_scale": "pfirrmann"}, "severity_scale", "does not grade the knee"),
        ({"severity_scale": ""}, "severity_scale", "Choose the scale"),
        ({"symptom_months": -1}, "symptom_months", "less than 0"),
        ({"prior_steroid_injections": -2}, "prior_steroid_injections", "0 to 100"),
        ({"conventional": ["prayer"]}, "conventional.0", "Choose one of"),
        ({"tobacco": "often"}, "tobacco", "Choose one of"),
        ({"bmi": "26"}, "bmi", "not known here"),
    ],
)
def test_profiles_that_cannot_be_are_refused_by_field(api, course, changes, field, words):
    answer = api.post(PROFILES, {**PROFILE.value, "course": str(course.public_id), **changes})
    assert answer.status_code == 400
    assert answer.json()["field"] in {field, field.partition(".")[0]}
    assert words in answer.json()["message"]
    assert not ClinicalProfile.objects.exists()


def test_another_clinic_sees_and_changes_nothing(program, stranger, patient, course, clinician, session):
    event = record(patient, clinician, **ADMITTED | {"session": session})
    report = event.reports.get()
    review_ = actions.record_medication_review(
        patient=patient, source="phone", asked_on=NOON.date(), takes_opioids=False, at=NOON, by=clinician
    )
    actions.record_profile(course=course, details={"tobacco": "never"}, version=0, at=NOON, by=clinician)
    theirs = program(stranger)
    for address in (EVENTS, REPORTS, MEDICATIONS, PROFILES):
        assert theirs.get(address).json()["results"] == []
    for address in (
        at(event), f"{REPORTS}{report.public_id}/", f"{MEDICATIONS}{review_.public_id}/", f"{PROFILES}{course.public_id}/",
    ):  # fmt: skip
        assert theirs.get(address).status_code == 404
    versioned = {"headers": {"If-Match": "1"}}
    assert theirs.patch(at(event), CHANGE, **versioned).status_code == 404
    assert theirs.post(at(event, "void/"), {"reason": "x"}, **versioned).status_code == 404
    assert theirs.post(at(event, "review/"), JUDGEMENT, **versioned).status_code == 404
    assert theirs.post(f"{REPORTS}{report.public_id}/sent/", SENT).status_code == 404
    assert theirs.post(EVENTS, written(session)).json()["field"] == "patient"
    assert theirs.post(MEDICATIONS, asked(patient)).json()["field"] == "patient"
    assert theirs.post(PROFILES, {"course": str(course.public_id)}).json()["field"] == "course"


def test_a_researcher_reads_none_of_it(program, researcher):
    for address in (EVENTS, REPORTS, MEDICATIONS, PROFILES):
        assert program(researcher).get(address).status_code == 403


def test_lists_take_few_queries(api, patient, clinician, session, django_assert_max_num_queries):
    for number in range(6):
        day = dt.timedelta(days=number)
        record(patient, clinician, **ADMITTED | {"session": session, "began_at": BEGAN - day, "first_aware_at": AWARE})
        actions.record_medication_review(
            patient=patient, source="phone", asked_on=NOON.date() - day, takes_opioids=False, at=NOON, by=clinician
        )
    assert api.get(EVENTS).status_code == 200, "the first use of a token is written down"
    for address in (EVENTS, REPORTS, MEDICATIONS, PROFILES):
        with django_assert_max_num_queries(8):
            assert api.get(address).status_code == 200
