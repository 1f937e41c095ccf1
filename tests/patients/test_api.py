"""Patients through the API."""

import uuid

import pytest

from patients.models import Patient
from tests.layers import layer

PATIENTS = "/api/v1/patients/"
NOBODY = "00000000-0000-4000-8000-000000000000"


@layer
def daniel(clinic):
    """What a program sends to register Daniel."""
    return {
        "clinic": str(clinic.public_id),
        "chart_number": "00418",
        "given_name": "Daniel",
        "family_name": "Reyes",
        "born_on": "1971-11-20",
        "email": "daniel@example.org",
        "language": "es",
    }


def test_a_patient_is_listed_and_read_by_public_id(program, clinician, patient):
    row = program(clinician).get(PATIENTS).json()["results"][0]
    assert row == program(clinician).get(f"{PATIENTS}{patient.public_id}/").json()
    assert row["id"] == str(patient.public_id)
    assert (row["family_name"], row["born_on"], row["sex"]) == ("Álvarez", "1958-03-03", "")
    assert row["consented_at"] == "2026-02-16T18:00:00Z"


def test_pages_with_patients_are_never_cached(program, clinician, patient):
    assert program(clinician).get(PATIENTS).headers["Cache-Control"] == "private, no-store"


def test_a_patient_is_registered(program, front_desk, daniel):
    answer = program(front_desk).post(PATIENTS, daniel)
    assert answer.status_code == 201
    patient = Patient.objects.get(public_id=answer.json()["id"])
    assert (patient.family_name, patient.registered_by, patient.consented_at) == ("Reyes", front_desk, None)
    assert answer.headers["Location"] == f"http://testserver{PATIENTS}{patient.public_id}/"


def test_a_chart_number_is_given_once(program, front_desk, daniel, patient):
    answer = program(front_desk).post(PATIENTS, {**daniel, "chart_number": patient.chart_number})
    assert answer.status_code == 409
    assert answer.json()["code"] == "chart_number_taken"
    assert answer.json()["field"] == "chart_number"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("family_name", "", "blank"),
        ("family_name", "x" * 81, "max_length"),
        ("born_on", "20.11.1971", "invalid"),
        ("born_on", "2150-01-01", "birth_date_refused"),
        ("born_on", "1900-01-01", "birth_date_refused"),
        ("born_on", "1071-11-20", "out_of_range"),
        ("phone", "call me", "phone_refused"),
        ("sex", "X", "invalid_choice"),
        ("email", "daniel", "invalid"),
        ("is_imported", True, "unknown_field"),
        ("id", NOBODY, "unknown_field"),
        ("clinic", NOBODY, "unknown"),
        ("clinic", "Northside", "invalid"),
    ],
)
def test_a_field_that_does_not_fit_is_named(program, front_desk, daniel, field, value, code):
    answer = program(front_desk).post(PATIENTS, {**daniel, field: value})
    assert answer.status_code == 400
    assert (answer.json()["field"], answer.json()["code"]) == (field, code)
    assert not Patient.objects.exists()


def test_another_clinic_looks_like_no_clinic(program, front_desk, daniel, other_clinic):
    unknown = program(front_desk).post(PATIENTS, {**daniel, "clinic": str(uuid.uuid4())})
    foreign = program(front_desk).post(PATIENTS, {**daniel, "clinic": str(other_clinic.public_id)})
    assert foreign.status_code == unknown.status_code == 400
    assert foreign.json() == unknown.json()


def test_another_clinics_patient_looks_like_no_patient(program, stranger, patient):
    assert program(stranger).get(PATIENTS).json()["results"] == []
    foreign = program(stranger).get(f"{PATIENTS}{patient.public_id}/")
    unknown = program(stranger).get(f"{PATIENTS}{uuid.uuid4()}/")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json() == unknown.json()


def test_researchers_see_and_register_nobody(program, researcher, patient, daniel):
    for answer in (
        program(researcher).get(PATIENTS),
        program(researcher).get(f"{PATIENTS}{patient.public_id}/"),
        program(researcher).post(PATIENTS, daniel),
    ):
        assert answer.status_code == 403
        assert answer.json()["message"] == "Your role does not let you see patients and their treatments."


def test_patients_are_found_by_chart_number(program, clinician, patient):
    assert len(program(clinician).get(PATIENTS, {"chart_number": "00417"}).json()["results"]) == 1
    assert program(clinician).get(PATIENTS, {"chart_number": "417"}).json()["results"] == []
