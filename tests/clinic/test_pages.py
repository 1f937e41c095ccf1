"""The frame of the staff pages: clinics, demo bar, errors, health."""

from django.db import OperationalError, connection
from django.urls import reverse

from clinic.actions import add_member
from clinic.models import Clinic
from clinic.permissions import Role


def test_switching_the_clinic_changes_whose_patients_are_listed(client, clinician, patient, other_clinic):
    add_member(clinic=other_clinic, email=clinician.email, full_name="", role=Role.CLINICIAN, password=None)
    client.force_login(clinician)
    client.post(reverse("switch-clinic"), {"clinic": patient.clinic.public_id})
    assert "Álvarez, Ruth" in client.get("/patients/").text
    answer = client.post(reverse("switch-clinic"), {"clinic": other_clinic.public_id}, follow=True)
    assert "You are now working at Lakeview." in answer.text
    assert "No patients yet" in client.get("/patients/").text


def test_one_cannot_switch_to_a_clinic_of_others(client, clinician, other_clinic):
    client.force_login(clinician)
    assert client.post(reverse("switch-clinic"), {"clinic": other_clinic.public_id}).status_code == 404
    assert client.post(reverse("switch-clinic"), {"clinic": "nonsense"}).status_code == 404
    assert client.get(reverse("switch-clinic")).status_code == 405


def test_a_page_about_a_patient_shows_the_clinic_of_that_patient(client, clinician, patient, other_clinic):
    add_member(clinic=other_clinic, email=clinician.email, full_name="", role=Role.CLINICIAN, password=None)
    client.force_login(clinician)
    client.post(reverse("switch-clinic"), {"clinic": other_clinic.public_id})
    assert client.get(f"/patients/{patient.public_id}/").context["request"].clinic == patient.clinic


def test_the_demo_says_so_on_every_page(client, clinician, settings):
    client.force_login(clinician)
    assert "Demo data." not in client.get("/patients/").text
    Clinic.objects.update(is_demo=True)
    assert "Demo data." in client.get("/patients/").text
    client.logout()
    assert "Demo data." not in client.get("/login/").text
    settings.DEMO = True
    assert "Demo data." in client.get("/login/").text


def test_staff_pages_stay_out_of_the_browsers_cache(client, clinician):
    client.force_login(clinician)
    assert client.get("/patients/").headers["Cache-Control"] == "no-store, private"


def test_errors_are_pages_in_plain_words(client, clinician, researcher):
    client.force_login(clinician)
    missing = client.get("/nothing-here/")
    assert missing.status_code == 404
    assert "We cannot find that page" in missing.text
    client.force_login(researcher)
    refused = client.get("/patients/")
    assert refused.status_code == 403
    assert "does not let you see patients and their treatments" in refused.text


def test_a_form_from_elsewhere_is_refused_in_words(clinician, client):
    client.handler.enforce_csrf_checks = True
    answer = client.post("/login/", {"username": "a@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "This form was open for too long" in answer.text


def test_a_crash_is_a_page_in_plain_words(client, clinician, monkeypatch):
    client.force_login(clinician)
    client.raise_request_exception = False
    monkeypatch.setattr("patients.search.parse", None)
    answer = client.get("/patients/?q=ruth")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text


def test_health_asks_the_database(client, db):
    assert client.get("/healthz").status_code == 200
    with connection.execute_wrapper(_refuse):
        assert client.get("/healthz").status_code == 503


def _refuse(execute, sql, params, many, context):
    raise OperationalError("gone")
