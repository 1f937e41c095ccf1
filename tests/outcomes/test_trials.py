"""Test messages, over a real mail server and a real text provider: sent once, told in words, confirmed by their link."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied

from clinic.models import Clinic
from outcomes import tasks
from outcomes.actions import TrialRefused, ask_for_trial, forget_trials, note_arrival, send_trials
from outcomes.models import Delivery, TrialMessage
from outcomes.text_rules import banned_words
from outcomes.texts.alphabet import segments
from outcomes.trial_words import MAIL, SMS
from patients.models import PatientLetter
from tests.conftest import NOON
from tests.mail import TAKEN_AND_CUT
from tests.scripted_web import refused
from tests.sms_provider import ACCOUNT, SECRET, SmsProvider

MINUTE = dt.timedelta(minutes=1)
PAGE, STATES = "/setup/test-message/", "/setup/test-message/states/"


@pytest.fixture
def provider(settings):
    provider = SmsProvider()
    settings.SMS_URL, settings.SMS_ACCOUNT, settings.SMS_SECRET = provider.base, ACCOUNT, SECRET
    settings.SMS_FROM = "+15125550100"
    yield provider
    provider.close()


@pytest.fixture
def page(client, manager):
    """The manager's browser."""
    client.force_login(manager)
    return client


@pytest.fixture
def trial(clinic, manager) -> TrialMessage:
    """An e-mail that was asked for at NOON."""
    return ask_for_trial(clinic=clinic, number=None, at=NOON, by=manager)


def link_in(text: str) -> str:
    return re.search(r"http://127\.0\.0\.1:8000(/t/\w{22}/)", text)[1]


def state_of(trial, at=NOON):
    trial.refresh_from_db()
    return trial.state_at(at)


def test_from_the_button_to_the_link_that_says_it_arrived(page, manager, sink):
    assert page.post(PAGE, follow=True).redirect_chain == [(PAGE, 302)]
    shown = page.get(PAGE).text
    assert "Waiting for a worker" in shown and 'hx-trigger="every 2s"' in shown and "noscript" in shown
    tasks.send_trials()
    (mail,) = sink.accepted
    assert (mail["To"], str(mail["From"])) == (manager.email, '"Dr. Lee\'s office" <check-in@clinic.example.org>')
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "a check-in has it, too"
    link = link_in(mail.get_body(("plain",)).get_content())
    handed = page.get(STATES).text
    assert re.search(r"Handed to the mail server at \d\d:\d\d\.", handed) and 'hx-trigger="every 5s"' in handed
    page.logout()
    opened = page.get(link)
    assert "Say that it arrived" in opened.text and opened.headers["Referrer-Policy"] == "same-origin"
    assert TrialMessage.objects.get().arrived_at is None, "opening changes nothing: mail scanners open links"
    assert "Thank you." in page.post(link).text
    page.force_login(manager)
    arrived = page.get(STATES).text
    assert "It arrived: confirmed on" in arrived and "hx-get" not in arrived
    assert (Delivery.objects.count(), PatientLetter.objects.count()) == (0, 0)


def test_the_link_is_nowhere_but_in_the_message_and_the_first_answer_counts(trial, sink, client):
    assert send_trials(at=NOON) == 1
    link = link_in(sink.accepted[0].get_body(("plain",)).get_content())
    trial.refresh_from_db()
    assert link.split("/")[2].encode() not in bytes(trial.token_hash)
    note_arrival(trial=trial, at=NOON + MINUTE)
    assert note_arrival(trial=trial, at=NOON + 2 * MINUTE).arrived_at == NOON + MINUTE
    assert client.get(link[:-2] + "/").status_code == client.post("/t/" + "A" * 22 + "/").status_code == 404
    assert client.put(link).status_code == 405
    assert client.post(link.replace("/t/", "/stop/")).status_code == 404, "there is nothing to stop"


@pytest.mark.parametrize(
    ("step", "answer", "state", "words"),
    [
        ("RCPT", "550 No such user", "refused", "The mail server does not know this address (550)."),
        ("MESSAGE", "451 Later", "refused", "The mail server asked to try again later (451)."),
        ("BANNER", "421 Busy", "refused", "The mail server cannot be reached."),
        ("MESSAGE", TAKEN_AND_CUT, "unknown", "The connection broke while the message was being handed over."),
    ],
)
def test_what_the_server_says_is_shown_and_nothing_is_tried_again(page, trial, sink, step, answer, state, words):
    sink.answers[step] = answer
    assert send_trials(at=NOON) == 0
    assert state_of(trial) == state
    assert words in page.get(PAGE).text
    sink.answers.clear()
    before = len(sink.accepted)
    assert send_trials(at=NOON + MINUTE) == 0
    assert len(sink.accepted) == before


def test_one_that_a_worker_died_with_is_not_sent_again(trial, sink, monkeypatch):
    monkeypatch.setattr("outcomes.actions.trials._handed_over", lambda *_: 1 / 0)
    assert send_trials(at=NOON) == 0
    monkeypatch.undo()
    assert [state_of(trial, NOON + minutes * MINUTE) for minutes in (1, 2)] == ["sending", "unknown"]
    assert send_trials(at=NOON + MINUTE) == len(sink.accepted) == 0


def test_a_text_goes_by_the_gateway_in_one_segment(page, clinic, provider):
    assert "Send a test text" in page.get(PAGE).text
    assert page.post(PAGE, {"number": "(512) 555-0177"}).url == PAGE
    Clinic.objects.update(sms_sender="+15125550122")
    tasks.send_trials()
    (sms,) = provider.accepted
    assert (sms.to, sms.sender, segments(sms.body)) == ("+15125550177", "+15125550122", 1)
    assert "Say that it arrived" in page.get(link_in(sms.body)).text
    provider.answers["SEND"] = refused(400, 21614)
    page.post(PAGE, {"number": "512-555-0177"})
    tasks.send_trials()
    assert "This phone number is not a mobile one (21614)." in page.get(PAGE).text


@pytest.mark.parametrize(("number", "words"), [("", "Mobile number is missing."), ("555", "with its area code")])
def test_what_is_no_number_is_refused(page, provider, number, words):
    answer = page.post(PAGE, {"number": number})
    assert answer.status_code == 422 and words in answer.text
    assert not TrialMessage.objects.exists()


def test_without_a_provider_there_are_no_texts(page, clinic, manager):
    assert "Send a test text" not in page.get(PAGE).text
    with pytest.raises(TrialRefused, match="name no provider"):
        ask_for_trial(clinic=clinic, number="512-555-0177", at=NOON, by=manager)


def test_five_within_an_hour_are_enough(page, clinic, manager, other_clinic):
    for minutes in range(5):
        ask_for_trial(clinic=clinic, number=None, at=NOON + minutes * MINUTE, by=manager)
    with pytest.raises(TrialRefused, match="after 13:00"):
        ask_for_trial(clinic=clinic, number=None, at=NOON + 59 * MINUTE, by=manager)
    ask_for_trial(clinic=clinic, number=None, at=NOON + 60 * MINUTE, by=manager)
    for _ in range(5):
        page.post(PAGE)
    refused = page.post(PAGE)
    assert refused.status_code == 422 and "5 test messages were asked for within an hour" in refused.text


def test_while_messages_are_held_none_goes_out(clinic, manager, trial, sink):
    Clinic.objects.update(messages_held_at=NOON)
    with pytest.raises(TrialRefused, match="held"):
        ask_for_trial(clinic=clinic, number=None, at=NOON, by=manager)
    assert send_trials(at=NOON) == 0
    assert state_of(trial) == "waiting"


def test_only_managers_send_and_see_them(client, clinic, clinician, stranger, trial):
    with pytest.raises(PermissionDenied):
        ask_for_trial(clinic=clinic, number=None, at=NOON, by=clinician)
    for person in (clinician, stranger):
        client.force_login(person)
        assert {client.get(PAGE).status_code, client.post(PAGE).status_code, client.get(STATES).status_code} == {403}
        assert not TrialMessage.objects.visible_to(person).exists()


def test_nobody_takes_it_and_the_page_says_where_to_look(page, trial):
    assert "See whether everything is running" in page.get(PAGE).text


def test_old_ones_are_forgotten_but_not_that_one_arrived(clinic, manager, trial):
    other = ask_for_trial(clinic=clinic, number=None, at=NOON, by=manager)
    TrialMessage.objects.filter(pk=other.pk).update(claimed_at=NOON, token_hash=b"x" * 32, arrived_at=NOON)
    assert forget_trials(at=NOON + dt.timedelta(days=89)) == 0
    assert forget_trials(at=NOON + dt.timedelta(days=91)) == 2
    kept = TrialMessage.objects.get()
    assert (kept.pk, kept.address, kept.arrived_at) == (other.pk, "", NOON)
    assert forget_trials(at=NOON + dt.timedelta(days=92)) == 0


def test_the_words_tell_a_stranger_nothing():
    for words in (MAIL, SMS):
        assert banned_words(words.subject + words.body) == []
