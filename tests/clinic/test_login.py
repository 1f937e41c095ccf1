"""Signing in and out, and what an account without a clinic sees."""

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.urls import reverse

from clinic import sign_in_settings
from clinic.actions import add_member
from clinic.models import User
from clinic.permissions import Role
from tests.conftest import PASSWORD
from tests.signing_in import next_code, set_up_app, sign_in


def test_signing_in_leads_to_todays_work(client, clinician, settings):
    settings.PASSWORD_HASHERS = sign_in_settings.PASSWORD_HASHERS
    clinician.set_password(PASSWORD)
    clinician.save()
    assert identify_hasher(clinician.password).algorithm == "argon2"
    set_up_app(clinician)
    answer = sign_in(client, "hana@northside.example.org")
    assert answer.url == reverse("mfa_authenticate")
    answer = client.post(answer.url, {"code": next_code(clinician)})
    assert client.get(answer.url).url == reverse("today")


def test_a_researcher_has_no_patients_to_begin_with(client, researcher):
    client.force_login(researcher)
    assert client.get("/").url == reverse("reports")


def test_capitals_in_the_address_do_not_matter(client, clinician):
    assert sign_in(client, "Hana@Northside.Example.org").status_code == 302


@pytest.mark.parametrize("email", ["hana@northside.example.org", "nobody@example.org", "gone@example.org"])
def test_every_failure_gets_the_same_answer(client, clinician, clinic, email):
    add_member(clinic=clinic, email="gone@example.org", full_name="Gone", role=Role.CLINICIAN, password=PASSWORD)
    User.objects.filter(email="gone@example.org").update(is_active=False)
    answer = sign_in(client, email, PASSWORD if email.startswith("gone") else "wrong")
    assert answer.status_code == 422
    assert "The e-mail address and password do not belong together." in answer.text
    assert f'value="{email}"' in answer.text


def test_the_way_back_never_leads_to_another_site(client, clinician):
    set_up_app(clinician)
    for wanted, gets in (
        ("/patients/new/?q=1", "/patients/new/?q=1"),
        ("https://evil.example.org/", reverse("home")),
        ("//evil.example.org/", reverse("home")),
        ("https:evil.example.org", reverse("home")),
        ("/\\evil.example.org", reverse("home")),
        ("javascript:alert(1)", reverse("home")),
    ):
        step = sign_in(client, clinician.email, next=wanted)
        assert client.post(step.url, {"code": next_code(clinician)}).url == gets
        client.logout()


def test_signing_out_takes_a_post(client, clinician):
    client.force_login(clinician)
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).url == reverse("login")
    assert client.get("/patients/").url == "/login/?next=/patients/"


def test_an_account_without_a_clinic_is_told_so(client, db):
    client.force_login(User.objects.create(email="new@example.org", full_name="New"))
    answer = client.get("/patients/")
    assert answer.status_code == 403
    assert "does not belong to a clinic yet" in answer.text
