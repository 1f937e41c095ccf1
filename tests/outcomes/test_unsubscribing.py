"""One click ends the e-mail to a patient, and nothing else (UNS-1, UNS-3, RFC 8058)."""

import pytest
from django.test import Client

from outcomes.models import Delivery
from patients.models import Patient
from tests.check_in import invitation_link
from tests.conftest import NOON
from tests.layers import layer

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@layer
def address(baseline) -> str:
    """Where the header of Ruth's invitation leads."""
    return invitation_link(baseline, NOON).replace("/s/", "/stop/")


@pytest.fixture
def anybody() -> Client:
    """A mail program's server: without cookies, and with the check of forms that browsers meet."""
    return Client(enforce_csrf_checks=True)


def is_stopped():
    return bool(Patient.objects.get().email_stopped_at)


def test_uns1_one_click_stops_e_mail_at_once_and_again_changes_nothing(address, anybody):
    first = anybody.post(address, ONE_CLICK)
    since = Patient.objects.get().email_stopped_at
    second = anybody.post(address, ONE_CLICK)
    assert (first.status_code, second.status_code) == (200, 200)
    assert not first.cookies
    assert since
    assert Patient.objects.get().email_stopped_at == since


@pytest.mark.parametrize("method", ["get", "head"])
def test_uns1_fetching_the_address_changes_nothing(address, anybody, method):
    answer = getattr(anybody, method)(address)
    assert answer.status_code == 200
    assert not is_stopped()
    if method == "get":
        assert "Stop the e-mails" in answer.text


def test_uns3_the_page_says_what_goes_on_and_can_be_taken_back(address, anybody, baseline):
    answer = anybody.post(address)
    for words in ("Text messages go on", "care at the clinic stays the same", baseline.clinic.phone, "Get them again"):
        assert words in answer.text
    assert Patient.objects.get().sms_stopped_at is None
    assert "Stop the e-mails" in anybody.post(address, {"again": "1"}).text
    assert not is_stopped()


def test_uns1_the_page_speaks_the_patients_language(address, anybody):
    Patient.objects.update(language="es")
    assert '<html lang="es"' in anybody.get(address).text
    assert "No le enviaremos más correos" in anybody.post(address).text


def test_uns1_the_page_is_as_private_as_the_survey(address, anybody):
    answer = anybody.get(address)
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "Ruth" not in answer.text


def test_tok5_an_unknown_link_is_answered_like_every_other(address, anybody):
    unknown, survey = anybody.post("/stop/AAAAAAAAAAAAAAAAAAAAAA/"), anybody.get("/s/AAAAAAAAAAAAAAAAAAAAAA/")
    assert unknown.status_code == survey.status_code == 404
    assert unknown.text == survey.text
    assert not is_stopped()


def test_other_methods_are_refused(address, anybody):
    assert anybody.put(address).status_code == 405


def test_uns4_nothing_goes_out_after_it(address, anybody, baseline):
    anybody.post(address)
    assert "email" not in Patient.objects.get().channels
    assert Delivery.objects.filter(survey=baseline, status="sending").count() == 1
