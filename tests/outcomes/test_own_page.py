"""The patient's own page: how the link gets there, what it shows, what patients change and take along."""

import datetime as dt
import json
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from clinic.models import AccessEvent
from outcomes import actions
from outcomes.actions import send_patient_letters
from outcomes.letter_words import MAIL, SMS, letter
from outcomes.text_rules import banned_words
from outcomes.texts.alphabet import segments
from patients import actions as patient_actions
from patients.birthdays import Birthday
from patients.models import BirthCheck, Patient, PatientLetter, PatientLink
from tests.check_in import answer_all, invitation_link
from tests.conftest import NOON
from tests.pdf_text import words_of

DUE = NOON + dt.timedelta(days=42)
BORN = {"month": "3", "day": "3", "year": "1958"}
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def set_now(monkeypatch):
    """Sets what the views take for the time."""
    return lambda at: monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def answered(week_6, set_now):
    """Ruth's six-week survey, sent in today."""
    set_now(DUE)
    values = {"nrs_now.now": 4, "nrs_average.average": 3, "peg.pain": 5, "pgic.change": 2}
    answer_all(week_6, values, DUE)
    return actions.submit_survey(survey=week_6, at=DUE)


@pytest.fixture
def link(answered, patient) -> str:
    return f"/my/{patient_actions.issue_own_link(patient=patient, at=DUE)}/"


@pytest.fixture
def ruth(client, link) -> Client:
    """Ruth's browser, which has said when she was born."""
    assert client.post(f"{link}you/", BORN).url == link
    return client


def links_in(message) -> list[str]:
    return re.findall(r"/my/\w+/", message.body)


# The way there


def test_the_link_goes_to_the_address_on_record_and_is_shown_nowhere(client, week_6, set_now, patient):
    set_now(DUE)
    survey_link = invitation_link(week_6, DUE)
    assert client.post(f"{survey_link}my-page/").url == survey_link
    answer_all(week_6, {}, DUE)
    actions.submit_survey(survey=week_6, at=DUE)
    assert 'action="my-page/"' in client.get(survey_link).text
    client.get(f"{survey_link}my-page/")
    assert not PatientLetter.objects.exists()
    for _again in range(2):
        page = client.post(f"{survey_link}my-page/")
    assert "It goes to the e-mail address that we have of you" in page.text
    assert "ruth@" not in page.text
    assert "/my/" not in page.text
    assert (send_patient_letters(at=DUE), send_patient_letters(at=DUE)) == (1, 0)
    (message,) = mail.outbox
    assert message.to == ["ruth@example.org"]
    assert message.subject == "Your page at Dr. Lee's office"
    (path,) = links_in(message)
    assert client.get(path).url == f"{path}you/"
    patient_actions.issue_own_link(patient=patient, at=DUE + MINUTE)
    set_now(DUE + 2 * MINUTE)
    assert client.get(path).status_code == 404, "a later link ends the earlier one"


def test_staff_send_it_and_are_told_why_not(client, front_desk, patient, answered):
    client.force_login(front_desk)
    page = f"/patients/{patient.public_id}/"
    assert "Send their own page" in client.get(page).text
    assert "by e-mail within a minute" in client.post(f"{page}own-page/", follow=True).text
    assert PatientLetter.objects.get().queued_by == front_desk
    for change, why in (
        ({"email": "", "phone": ""}, "No message reaches the patient"),
        ({"born_on": None}, "date of birth, which is not recorded"),
        ({"withdrawn_at": DUE}, "not agreed to be contacted"),
        ({"died_on": DUE.date()}, "has died"),
    ):
        Patient.objects.update(**change)
        assert why in client.post(f"{page}own-page/", follow=True).text
    assert PatientLetter.objects.count() == 1


def test_a_letter_that_no_server_takes_is_tried_again_with_another_link(answered, patient, settings):
    patient_actions.send_own_page(patient=patient, at=DUE, by=None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert send_patient_letters(at=DUE) == 0
    assert PatientLetter.objects.get().problem
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_patient_letters(at=DUE + MINUTE) == 0
    assert send_patient_letters(at=DUE + 3 * MINUTE) == 1
    assert PatientLink.objects.filter(expires_at__gt=DUE + 3 * MINUTE).count() == 1


def test_letters_tell_no_stranger_what_they_are_about():
    for subject, body in MAIL.values():
        assert not banned_words(subject + re.sub(r"\{\w+\}", "", body))
    for language, words in SMS.items():
        assert not banned_words(re.sub(r"\{\w+\}", "", words))
        text = letter("own_page", "sms", language, clinic="Dr. Lee's office", phone="1", link="https://" + "x" * 60)
        assert segments(text.body) == 1


# The door


def test_tok5_links_that_open_nothing_are_all_alike(client, link, patient, set_now):
    token = link.split("/")[2]
    assert client.get(f"/s/{token}/").status_code == 404, "it opens no check-in"
    paths = [f"/my/{token[:-1]}/", f"/my/{token.swapcase()}/", "/my/AAAAAAAAAAAAAAAAAAAAAA/", f"{link[:-1]}/"]
    set_now(DUE + dt.timedelta(hours=24))
    answers = [client.get(path + page) for path in paths for page in ("", "you/", "details/", "my-data.json")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert AccessEvent.objects.filter(kind="link_refused", route__startswith="own").count() == len(answers)


def test_nothing_is_shown_or_changed_before_the_date_of_birth(client, link):
    before = list(Patient.objects.values()), list(BirthCheck.objects.values())
    assert "Ruth" not in client.get(f"{link}you/").text
    for path in ("", "details/", "my-data.json", "my-data.pdf"):
        assert client.get(link + path).url == f"{link}you/"
    for path in ("details/", "messages/"):
        answer = client.post(link + path, {"email": "x@example.org", "language": "es", "channel": "email"})
        assert answer.url == f"{link}you/"
    assert (list(Patient.objects.values()), list(BirthCheck.objects.values())) == before


def test_dob1_it_has_five_tries_of_its_own(client, link, front_desk, week_6):
    for left in (4, 3, 2, 1):
        assert f"{left} more time" in client.post(f"{link}you/", {**BORN, "day": "4"}).text
    assert client.post(f"{link}you/", {**BORN, "day": "4"}).status_code == 403
    assert client.post(f"{link}you/", BORN).status_code == 403
    client.force_login(front_desk)
    assert "Own page, paused" in client.get("/messages/").text


@pytest.mark.parametrize("method", ["post", "put"])
def test_other_methods_are_refused(ruth, link, method):
    assert getattr(ruth, method)(link).status_code == 405
    assert getattr(ruth, method)(f"{link}my-data.json").status_code == 405
    assert ruth.get(f"{link}messages/").url == link


# What it shows


def test_the_page_shows_the_curve_the_answers_and_what_comes_next(ruth, link):
    page = ruth.get(link)
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "Hello, Ruth." in text
    assert re.search(r"Your next check-in is on \w+\.? \d+, 2026", text)
    assert "<svg" in page.text
    assert "6 weeks – April 13, 2026" in text
    assert "How bad is your right knee pain right now? 4" in text
    assert "Much improved" in text
    assert "Skipped" in text
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "<script" not in page.text


def test_the_page_speaks_the_patients_language(client, link):
    Patient.objects.update(language="es")
    assert '<html lang="es"' in client.get(f"{link}you/").text
    assert "marzo" in client.get(f"{link}you/").text.lower()


# What patients change


def test_a_changed_address_is_told_to_the_old_one_and_stands_in_the_history(ruth, link, patient):
    page = ruth.post(f"{link}details/", {"email": "new@example.org", "phone": "512-555-0102", "language": "es"})
    assert page.url == link
    patient.refresh_from_db()
    assert (patient.email, patient.phone, patient.language) == ("new@example.org", "512-555-0102", "es")
    assert send_patient_letters(at=DUE) == 1
    (message,) = mail.outbox
    assert message.to == ["ruth@example.org"]
    assert message.subject == "Su correo electrónico cambió"
    assert "new@" not in message.body
    changed = type(patient).pgh_event_model.objects.order_by("pgh_id").last()
    assert changed.pgh_context["route"] == "own-details"
    assert changed.pgh_context["user"] is None


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"email": "ruth@"}, "email", "Type an e-mail address like name@example.org"),
        ({"email": "a" * 250 + "@example.org"}, "email", "Type an e-mail address like name@example.org"),
        ({"phone": "12"}, "phone", "Type a phone number with 7 to 15 digits, like 512-555-0134"),
        ({"email": "", "phone": ""}, "email", "Leave us an e-mail address or a phone number"),
        ({"language": "fr"}, "language", "Choose a language"),
    ],
)
def test_bad_input_names_the_field_and_the_rule(ruth, link, patient, changes, field, words):
    typed = {"email": "ruth@example.org", "phone": "512-555-0101", "language": "en", **changes}
    page = ruth.post(f"{link}details/", typed)
    assert page.status_code == 422
    assert f'href="#{field}">{words}' in page.text
    assert Patient.objects.get() == patient
    assert Patient.objects.get().email == "ruth@example.org"


def test_messages_are_stopped_and_started_again_by_channel(ruth, link, patient):
    assert ruth.post(f"{link}messages/", {"channel": "email"}).url == link
    assert "Get them again" in ruth.get(link).text
    patient.refresh_from_db()
    assert patient.email_stopped_at == DUE
    assert patient.sms_stopped_at is None
    ruth.post(f"{link}messages/", {"channel": "email", "again": "1"})
    patient.refresh_from_db()
    assert patient.email_stopped_at is None
    assert ruth.post(f"{link}messages/", {"channel": "fax"}).status_code == 422


# What patients take along


def test_everything_can_be_taken_along_as_json(ruth, link, patient, answered):
    answer = ruth.get(f"{link}my-data.json")
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]
    whole = json.loads(answer.content)
    assert (whole["format"], whole["version"]) == ("mendline-own-data", 1)
    assert whole["patient"]["given_name"] == "Ruth"
    assert whole["patient"]["born_on"] == "1958-03-03"
    (course,) = whole["courses"]
    assert [one["timepoint"] for one in course["check_ins"]] == ["baseline", "week 6"]
    assert len(course["sessions"]) == 1
    last = course["check_ins"][-1]
    assert last["answers"][0] == {
        "item": "nrs_now.now",
        "question": "How bad is your right knee pain right now?",
        "answer": "4",
        "value": 4,
        "given_at": "2026-04-13T17:00:00Z",
    }
    assert {"scale": "nrs_now", "value": "4", "baseline": "7"}.items() <= last["scores"][0].items()
    event = AccessEvent.objects.get(kind="exported")
    assert (event.patient_id, event.route) == (patient.pk, "own-data")


def test_everything_can_be_taken_along_as_pdf(ruth, link):
    answer = ruth.get(f"{link}my-data.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    text = words_of(answer.content)
    for words in ("What we keep about you", "Ruth Álvarez", "Much improved", "00417"):
        assert words in text


def test_erasing_the_patient_ends_links_and_letters(answered, patient, manager):
    patient_actions.issue_own_link(patient=patient, at=DUE)
    patient_actions.send_own_page(patient=patient, at=DUE, by=None)
    actions.erase_patient(
        patient=patient, chart_number="00417", reason="Asked for it", at=DUE, by=manager, despite="It was asked for"
    )
    assert not PatientLink.objects.exists()
    assert not PatientLetter.objects.exists()


def test_old_links_letters_and_counts_are_forgotten(answered, patient):
    patient_actions.issue_own_link(patient=patient, at=DUE)
    patient_actions.send_own_page(patient=patient, at=DUE, by=None)
    assert patient_actions.forget_own_links(at=DUE + dt.timedelta(days=80)) == 0
    assert patient_actions.forget_own_links(at=DUE + dt.timedelta(days=92)) == 2
    said = patient_actions.check_birthday(
        patient=patient, survey=None, said=Birthday(1900), address="192.0.2.1", at=DUE
    )
    assert said.left == 4
    assert patient_actions.forget_guesses(at=DUE + dt.timedelta(hours=26)) == 2
