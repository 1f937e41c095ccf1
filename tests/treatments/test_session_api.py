"""Logging sessions through the API."""

import copy
import datetime as dt
import uuid

import pytest

from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.api_sessions import SESSIONS, body, change, course_of, vesicles
from tests.treatments.treating import log
from treatments.api import examples
from treatments.models import ReviewItem, TreatmentSession

NOBODY = "00000000-0000-4000-8000-000000000000"
EXAMPLES = {
    "PRP": ("prp", "knee_joint"),
    "BMAC": ("cell", "hip_joint"),
    "SVF": ("cell", "knee_joint"),
    "EXOSOME": ("exosome", "knee_joint"),
}


@layer
def new_session(course):
    """The documented PRP example, for Ruth's course."""
    return body(examples.PRP, course)


def holds_all_of(row, sent):
    """Whether what is shown has every member that was sent, at any depth."""
    if isinstance(sent, dict):
        return all(name in row and holds_all_of(row[name], value) for name, value in sent.items())
    if isinstance(sent, list):
        return len(row) == len(sent) and all(map(holds_all_of, row, sent))
    return row == sent


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_documented_session_of_each_kind_is_logged(program, patient, clinician, name):
    kind, target = EXAMPLES[name]
    course = course_of(kind, patient, clinician, target=target)
    sent = body(getattr(examples, name), course, lot=vesicles(clinician, patient))
    answer = program(clinician).post(SESSIONS, sent)
    assert answer.status_code == 201, answer.json()
    row = program(clinician).get(f"{SESSIONS}{answer.json()['id']}/").json()
    assert row == answer.json()
    unsaid = {"baseline_missing_reason", "performed_at"}
    moments = {"drawn_at", "processed_at", "thawed_at"}
    for part in ("injections", "holds", "aftercare", "lots", "room", "skin_prep", "anaesthetic_ml"):
        assert part not in sent or holds_all_of(row[part], sent[part]), part
    assert holds_all_of(row[kind], {key: value for key, value in sent[kind].items() if key not in moments | unsaid})
    assert [row[other] for other in ("prp", "cell", "exosome") if other != kind] == [None, None]
    assert (row["modality"], row["performed_by"], row["warnings"]) == (kind, clinician.email, [])
    assert (row["version"], row["entered_in_error_at"], row["review_items"]) == (1, None, [])
    assert row["completeness"]["recorded"]
    assert course.follow_ups.count() == 7


def test_the_first_worked_example_comes_back_with_its_codes(program, clinician, new_session):
    prp = program(clinician).post(SESSIONS, new_session).json()["prp"]
    assert (prp["dose_billions"], prp["concentration_factor"], prp["capture_percent"]) == ("9", "6", "60")
    assert prp["purity_percent"].startswith("59.5")
    assert (prp["paw_code"], prp["leukocyte_class"], prp["mishra_code"]) == ("P4-Aα", "LR", "1A")
    assert prp["formula_version"] >= 1


def test_somebody_else_may_write_down_who_performed_it(program, clinician, front_desk, new_session):
    row = program(front_desk).post(SESSIONS, {**new_session, "performed_by": clinician.email.upper()}).json()
    assert (row["performed_by"], row["logged_by"]) == (clinician.email, front_desk.email)


def test_derived_values_cannot_be_sent(program, clinician, new_session):
    new_session["prp"]["dose_billions"] = "10"
    answer = program(clinician).post(SESSIONS, new_session)
    assert (answer.status_code, answer.json()["field"]) == (400, "prp.dose_billions")


def test_the_same_key_is_the_same_session(program, clinician, new_session):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = program(clinician).post(SESSIONS, new_session, headers=key)
    again = program(clinician).post(SESSIONS, new_session, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert TreatmentSession.objects.count() == 1


def test_a_key_that_is_no_uuid_is_refused(program, clinician, new_session):
    answer = program(clinician).post(SESSIONS, new_session, headers={"Idempotency-Key": "monday"})
    assert answer.status_code == 400
    assert answer.json()["field"] == "Idempotency-Key"


@pytest.mark.parametrize("field", ["note", "course"])
def test_the_same_key_with_another_body_is_refused(program, clinician, patient, new_session, field):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    program(clinician).post(SESSIONS, new_session, headers=key)
    other = {"note": "Other", "course": str(course_of("prp", patient, clinician).public_id)}
    answer = program(clinician).post(SESSIONS, {**new_session, field: other[field]}, headers=key)
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["field"]) == ("idempotency_key_reused", "Idempotency-Key")


def test_values_outside_the_usual_range_are_kept_with_a_warning(program, clinician, new_session):
    new_session["prp"]["blood_platelets"] = "2430"
    new_session["prp"]["spins"][0]["minutes"] = "45"
    new_session["injections"][0]["volume_ml"] = "60"
    answer = program(clinician).post(SESSIONS, new_session)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["prp"]["blood_platelets"] == "2430"
    assert answer.json()["warnings"] == [
        {"field": "injections.0.volume_ml", "value": "60", "usual_low": "0.1", "usual_high": "30", "unit": "mL"},
        {"field": "prp.blood_platelets", "value": "2430", "usual_low": "50", "usual_high": "700", "unit": "×10³/µL"},
        {"field": "prp.spins.0.minutes", "value": "45", "usual_low": "1", "usual_high": "30", "unit": "min"},
    ]


@pytest.mark.parametrize(
    ("place", "value", "field", "code"),
    [
        ("performed_at", "2026-03-02T10:15:00", "performed_at", "naive"),
        ("performed_at", "2150-03-02T10:15:00Z", "performed_at", "session_in_future"),
        ("performed_at", "2026-02-01T10:15:00Z", "performed_at", "session_before_course"),
        ("performed_by", "otto@lakeview.example.org", "performed_by", "unknown"),
        ("performed_by", "hana\0@northside.example.org", "performed_by", "null_characters_not_allowed"),
        ("performed_by", 7, "performed_by", "unknown"),
        ("baseline_missing_reason", None, "baseline_missing_reason", "baseline_missing"),
        ("injections", [], "injections", "empty"),
        ("injections", {}, "injections", "not_a_list"),
        ("injections.0.side", "midline", "injections.0.side", "side_does_not_fit"),
        ("injections.0.level", "L4/5", "injections.0.level", "level_does_not_fit"),
        ("injections.0.image", NOBODY, "injections.0.image", "unknown"),
        ("injections.0.volume_ml", "0", "injections.0.volume_ml", "min_value"),
        ("injections.0.depth", "3", "injections.0.depth", "unknown_field"),
        ("lots", [{"lot": NOBODY, "quantity": "1"}], "lots.0.lot", "unknown"),
        ("prp", None, "prp", "wrong_preparation"),
        ("cell", copy.deepcopy(examples.BMAC["cell"]), "cell", "wrong_preparation"),
        ("prp.prp_injected_ml", "8", "prp.prp_injected_ml", "preparation_refused"),
        ("prp.prp_platelets", "150000", "prp.prp_platelets", "preparation_refused"),
        ("prp.blood_volume_ml", "-1", "prp.blood_volume_ml", "preparation_refused"),
        ("prp.blood_volume_ml", "1000000", "prp.blood_volume_ml", "preparation_refused"),
        ("prp.blood_volume_ml", "60.55", "prp.blood_volume_ml", "max_decimal_places"),
        ("prp.blood_volume_ml", "NaN", "prp.blood_volume_ml", "invalid"),
        ("prp.colour", "red", "prp.colour", "unknown_field"),
        ("prp.spins.0.colour", "red", "prp.spins.0.colour", "unknown_field"),
        ("prp.spins.1.minutes", "-5", "prp.spins.1.minutes", "preparation_refused"),
        ("prp.additives", ["sugar"], "prp.additives.0", "invalid_choice"),
        ("prp.activation", None, "prp.activation", "required"),
        ("holds.nsaid_stopped_on", "2026-03-05", "holds.nsaid_stopped_on", "hold_refused"),
        ("aftercare.avoid_nsaid_until", "2026-03-01", "aftercare.avoid_nsaid_until", "aftercare_refused"),
        ("overrides", {"colour": "red"}, "overrides.colour", "unknown_field"),
        ("course", NOBODY, "course", "unknown"),
    ],
)
def test_a_session_that_does_not_fit_is_refused(program, clinician, stranger, new_session, place, value, field, code):
    change(new_session, place, value)
    answer = program(clinician).post(SESSIONS, new_session)
    assert answer.status_code == 400, answer.json()
    assert (answer.json()["field"], answer.json()["code"]) == (field, code)
    assert not TreatmentSession.objects.exists()


def test_a_rule_that_may_be_passed_asks_for_the_reason_and_keeps_it(program, clinician, new_session):
    new_session["injections"][0]["side"] = "left"
    refused = program(clinician).post(SESSIONS, new_session)
    assert (refused.status_code, refused.json()["code"]) == (400, "reasons_needed")
    assert [(one["kind"], one["field"]) for one in refused.json()["findings"]] == [
        ("side_not_planned", "injections.0.side")
    ]
    new_session["overrides"] = {"side_not_planned": "Both knees hurt; the left came first."}
    row = program(clinician).post(SESSIONS, new_session).json()
    assert [(item["kind"], item["settled_at"]) for item in row["review_items"]] == [("side_not_planned", None)]
    assert ReviewItem.objects.get().reason == "Both knees hurt; the left came first."


def test_another_clinics_course_takes_no_session(program, stranger, new_session):
    answer = program(stranger).post(SESSIONS, new_session)
    assert (answer.status_code, answer.json()["field"]) == (400, "course")


def test_sessions_are_filtered(program, clinician, course):
    late = dt.datetime(2026, 3, 2, 23, 30, tzinfo=NOON.tzinfo)
    log(course, clinician, performed_at=late, at=late)
    got = program(clinician)
    for narrow, count in [
        ({"performed_from": "2026-03-02", "performed_to": "2026-03-02"}, 1),
        ({"performed_from": "2026-03-03"}, 0),
        ({"performed_to": "2026-03-01"}, 0),
        ({"course": course.public_id, "modality": "prp", "region": "knee"}, 1),
        ({"entered_in_error": "false"}, 1),
        ({"entered_in_error": "true"}, 0),
        ({"lot": NOBODY}, 0),
    ]:
        assert len(got.get(SESSIONS, narrow).json()["results"]) == count, narrow


def test_sessions_are_found_by_a_lot_they_used(program, clinician, patient):
    course, lot = course_of("exosome", patient, clinician), vesicles(clinician, patient)
    row = program(clinician).post(SESSIONS, body(examples.EXOSOME, course, lot=lot)).json()
    listed = program(clinician).get(SESSIONS, {"lot": lot.public_id}).json()["results"]
    assert [one["id"] for one in listed] == [row["id"]]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "03/02/2026", "2026-3-2x", "monday"])
@pytest.mark.parametrize("name", ["performed_from", "performed_to"])
def test_a_day_that_is_none_is_refused(program, clinician, name, day):
    answer = program(clinician).get(SESSIONS, {name: day})
    assert (answer.status_code, answer.json()["field"]) == (400, name)
