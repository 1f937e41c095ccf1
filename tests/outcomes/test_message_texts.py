"""A clinic's own words: saved by the rules, in versions, on pages with a preview. PHI-3, PHI-4, T-TPL-1."""

import pytest
from django.db import IntegrityError, transaction

from outcomes.actions import TextRefused, edit_text, restore_built_in
from outcomes.models import MessageText
from outcomes.texts import Words, built_in
from outcomes.words import words_of
from tests.conftest import NOON

LIST = "/setup/messages/"
SMS = f"{LIST}invitation/sms/en/"
MAIL = f"{LIST}invitation/email/en/"
OURS = "{sender}: Hi {given_name}, how was your week? Tell us: {link} Reply STOP to opt out"
KEY = {"kind": "invitation", "channel": "sms", "language": "en"}


@pytest.fixture
def mail(settings, sink):
    """Mail really goes to the tests' own server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return sink


def edit(clinic, by, body=OURS, **changes):
    return edit_text(**{"clinic": clinic, **KEY, "subject": "", "body": body, "at": NOON, "by": by, **changes})


def test_own_words_count_for_their_clinic_alone_and_in_versions(
    clinic, other_clinic, manager, django_assert_num_queries
):
    assert edit(clinic, manager).version == 1
    assert edit(clinic, manager, body=f"  {OURS}\n") is None
    assert edit(clinic, manager, body=OURS.replace("week", "day")).version == 2
    with django_assert_num_queries(1):
        own = words_of(clinic.pk)
    assert own["invitation", "sms", "en"] == Words("", OURS.replace("week", "day"), 2)
    assert words_of(other_clinic.pk) == built_in()
    assert restore_built_in(clinic=clinic, **KEY, at=NOON, by=manager).version == 3
    assert restore_built_in(clinic=clinic, **KEY, at=NOON, by=manager) is None
    assert words_of(clinic.pk) == built_in()
    assert MessageText.objects.filter(clinic=clinic).count() == 3


def test_words_that_break_a_rule_are_not_saved(clinic, manager):
    for body in ("", OURS + " {patient.__class__}", OURS + " knee", OURS.replace("{link}", ""), OURS + "x" * 90):
        with pytest.raises(TextRefused) as refused:
            edit(clinic, manager, body=body)
        assert refused.value.field == "body"
    assert not MessageText.objects.exists()


def test_words_of_a_version_never_change(clinic, manager):
    edit(clinic, manager)
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        MessageText.objects.update(body="Other words")


def test_pages_are_for_those_who_write_messages(client, front_desk, researcher, clinician):
    for user, status in ((front_desk, 403), (researcher, 403), (clinician, 200)):
        client.force_login(user)
        assert [client.get(page).status_code for page in (LIST, SMS, MAIL)] == [status] * 3
    assert client.get(f"{LIST}invitation/pigeon/en/").status_code == 404
    assert client.post(LIST).status_code == 405


def test_list_says_which_words_are_the_clinics_own(client, clinic, manager):
    edit(clinic, manager)
    client.force_login(manager)
    page = client.get(LIST).content.decode()
    assert page.count("Built in") == 15
    assert "Your own, version 1" in page


def test_saving_what_keeps_the_rules(client, clinic, manager):
    client.force_login(manager)
    assert client.post(SMS, {"body": OURS}).url == SMS
    assert words_of(clinic.pk)["invitation", "sms", "en"].body == OURS
    assert client.post(SMS, {"do": "restore", "body": ""}).url == SMS
    assert words_of(clinic.pk) == built_in()


def test_refusal_keeps_what_was_typed(client, clinic, manager):
    client.force_login(manager)
    answer = client.post(SMS, {"body": f"{OURS} Mind the knee"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mind the knee</textarea>" in page and "must not tell a stranger" in page
    assert words_of(clinic.pk) == built_in()


def test_preview_shows_the_names_that_are_hardest_and_saves_nothing(client, clinic, patient, manager):
    type(patient).objects.filter(pk=patient.pk).update(given_name="Áéí")
    client.force_login(manager)
    answer = client.post(SMS, {"do": "preview", "body": OURS + " {x}"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "To Áéí" in page and "Hi Aéi, how was" in page and "Without a name" in page and "stands for nothing" in page
    assert not MessageText.objects.exists()


def test_text_goes_to_whoever_writes_it(client, manager, mail):
    client.force_login(manager)
    words = built_in()["invitation", "email", "en"]
    assert client.post(MAIL, {"do": "send", "subject": words.subject, "body": words.body}).url == MAIL
    [message] = mail.accepted
    assert message["To"] == manager.email
    assert message["Subject"] == "A short questionnaire from Dr. Lee's office"
    assert "It is time for your check-in" in message.get_body(("html",)).get_content()


def test_mail_server_that_refuses_is_reported(client, manager, mail):
    mail.answers["RCPT"] = "550 No"
    client.force_login(manager)
    answer = client.post(SMS, {"do": "send", "body": OURS})
    assert answer.status_code == 422 and "did not take it" in answer.content.decode()


def test_name_that_tells_is_pointed_out(client, clinic, manager):
    client.force_login(manager)
    assert "tells others" not in client.get(LIST).content.decode()
    type(clinic).objects.filter(pk=clinic.pk).update(sender_name="Austin Pain")
    assert "The name says “pain”" in client.get(LIST).content.decode()
