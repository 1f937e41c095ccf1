"""Allergies: known, none known, and not asked are three things, through every door, in the strip and after erasure."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from patients import actions, search
from patients.models import Patient
from patients.rules import AllergiesRefused
from tests.conftest import NOON
from tests.queries import AtMost

ASKED = {"allergy_status": "known", "allergies": "Lidocaine: hives"}
RUTH = {
    "family_name": "Álvarez", "given_name": "Ruth", "born_on": "1958-03-03", "sex": "F", "chart_number": "00417",
    "email": "ruth@example.org", "phone": "512-555-0101", "language": "en",
}  # fmt: skip


@pytest.fixture
def staff(client, front_desk):
    client.force_login(front_desk)
    return client


def strip(client, patient):
    return client.get(reverse("patient", args=[patient.public_id])).text.split('class="strip"')[1].split("<main")[0]


def test_the_strip_tells_the_three_apart(staff, patient, front_desk):
    assert "Allergies not asked" in strip(staff, patient)
    actions.update_patient(patient=patient, by=front_desk, allergy_status="none")
    assert "No known allergies" in strip(staff, patient)
    page = reverse("edit-patient", args=[patient.public_id])
    assert staff.post(page, {**RUTH, **ASKED}).status_code == 302
    assert "Allergies: Lidocaine: hives" in strip(staff, patient)
    assert 'value="Lidocaine: hives"' in staff.get(page).text


@pytest.mark.parametrize(
    ("status", "allergies", "said"),
    [
        ("known", " ", "say to what"),
        ("none", "Latex", "choose &quot;Has allergies&quot;"),
        ("", "Latex", "choose &quot;"),
    ],
)
def test_what_contradicts_itself_is_refused(staff, patient, front_desk, status, allergies, said):
    page = reverse("edit-patient", args=[patient.public_id])
    answer = staff.post(page, {**RUTH, "allergy_status": status, "allergies": allergies})
    assert answer.status_code == 422
    assert said in answer.text
    details = {"allergy_status": status, "allergies": allergies.strip()}
    with pytest.raises(AllergiesRefused):
        actions.update_patient(patient=patient, by=front_desk, **details)
    with pytest.raises(IntegrityError, match="patient_says_which_allergies"), transaction.atomic():
        Patient.objects.update(**details)


def test_a_program_says_them_too(program, front_desk, clinic):
    daniel = {"clinic": str(clinic.public_id), "chart_number": "00418", "family_name": "Reyes"}
    refused = program(front_desk).post("/api/v1/patients/", {**daniel, "allergies": "Latex"})
    assert (refused.status_code, refused.json()["field"]) == (400, "allergy_status")
    made = program(front_desk).post("/api/v1/patients/", {**daniel, **ASKED}).json()
    assert (made["allergy_status"], made["allergies"]) == ("known", "Lidocaine: hives")


class TestLookAlikes:
    def register(self, clinic, by, number, given_name, family_name="Álvarez"):
        named = {"chart_number": number, "given_name": given_name, "family_name": family_name}
        return actions.register_patient(clinic=clinic, by=by, at=NOON, **named)

    def test_the_strip_warns_of_a_name_like_this_one(self, staff, patient, clinic, front_desk):
        assert "alike" not in strip(staff, patient)
        self.register(clinic, front_desk, "1", "Oscar")
        self.register(clinic, front_desk, "2", "Ruth", "Alvarado")
        assert "alike" not in strip(staff, patient)
        self.register(clinic, front_desk, "3", "RUBEN", "ALVAREZ")
        assert "<span>2 patients<span" in strip(staff, patient)

    def test_only_of_one_s_own_clinic_and_in_one_query(self, patient, other_clinic, stranger):
        self.register(other_clinic, stranger, "1", "Ruth")
        with AtMost(1, exactly=True):
            assert search.count_look_alikes(Patient.objects.filter(clinic=patient.clinic_id), patient) == 1

    def test_who_has_no_name_is_like_nobody(self, patient, db):
        nameless = Patient(chart_number="P1", clinic=patient.clinic)
        with AtMost(0):
            assert search.count_look_alikes(Patient.objects.all(), nameless) == 1
