"""Names are hidden on screens where others look on: on every page, for one session, until they are shown again."""

import re

import pytest
from django.urls import reverse

from clinic import names
from patients.models import Patient
from tests.conftest import StaffClient
from tests.pdf_text import words_of


@pytest.fixture
def desk(client, front_desk):
    client.force_login(front_desk)
    return client


def test_initials_and_chart_number_stand_for_the_name(patient):
    with names.hidden(True):
        assert str(patient) == "R. Á. 00417"
        assert str(Patient(family_name="Brandt", chart_number="1")) == "B. 1"
        assert str(Patient(chart_number="1")) == "1"
    assert str(patient) == patient.name == "Álvarez, Ruth"


def test_one_button_hides_and_shows_in_this_session_alone(desk, front_desk, patient):
    page = reverse("patient", args=[patient.public_id])
    answer = desk.post(reverse("switch-names"), {"hide": "1"}, headers={"referer": f"http://testserver{page}"})
    assert answer.url == page
    hidden = desk.get(page).text
    assert "Álvarez" not in re.sub(r"<[^>]+>", "", hidden)
    assert "R. Á. 00417" in hidden
    assert "Show names" in hidden
    other = StaffClient()
    other.force_login(front_desk)
    assert "Álvarez, Ruth" in other.get(page).text
    desk.post(reverse("switch-names"), {"hide": "0"})
    assert "Álvarez, Ruth" in desk.get(page).text


def test_who_is_corrected_is_seen(desk, patient):
    desk.post(reverse("switch-names"), {"hide": "1"})
    assert 'value="Álvarez"' in desk.get(reverse("edit-patient", args=[patient.public_id])).text


def test_a_paper_says_whose_it_is(desk, patient):
    desk.post(reverse("switch-names"), {"hide": "1"})
    answer = desk.get(reverse("patient-pdf", args=[patient.public_id]))
    assert answer["Content-Type"] == "application/pdf"
    assert "Álvarez, Ruth" in words_of(answer.content)


def test_strangers_and_other_ways_are_refused(client, desk):
    assert desk.get(reverse("switch-names")).status_code == 405
    assert "/login/" in StaffClient().post(reverse("switch-names"), {"hide": "1"}).url
    away = desk.post(reverse("switch-names"), {"hide": "1"}, headers={"referer": "https://evil.example/x"})
    assert away.url == reverse("home")
