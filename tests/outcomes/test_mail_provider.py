"""Mail through a provider's web interface: the same message, and the same knowledge of what became of it."""

import datetime as dt
import time
from uuid import UUID

import pytest

from outcomes import lines
from outcomes.delivery_rules import Reply
from outcomes.mail_provider import MailProvider, ProviderLine
from outcomes.mail_server import MailLine, MailServerUnreachable
from outcomes.messages import email_message
from outcomes.texts import Filled
from tests.mail_provider import TOKEN, PostmarkServer
from tests.scripted_web import CUT, TAKEN_AND_CUT, Answer, refused

BACKEND = "anymail.backends.postmark.EmailBackend"
DELIVERY = UUID("11111111-2222-3333-4444-555555555555")


@pytest.fixture
def server():
    server = PostmarkServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def letter():
    link = "https://outcomes.example.org/s/secret"
    return email_message(
        Filled("A short questionnaire from Praxis Grün", f"Hello. {link}", f'<p><a href="{link}">Open</a></p>'),
        to="ruth@example.org",
        sender_name="Praxis Grün",
        public_id=DELIVERY,
        our_address="check-in@clinic.example.org",
        stop_link="https://outcomes.example.org/stop/secret/",
        at=dt.datetime(2026, 5, 4, 15, 0, tzinfo=dt.UTC),
    )


def send(server, letter, *, seconds=5.0, **options):
    with ProviderLine(MailProvider(BACKEND, server.options | options), seconds=seconds) as line:
        line.open()
        return line.send(letter)


def test_the_provider_gets_the_message_as_a_mail_server_would(server, letter):
    outcome = send(server, letter)
    assert (outcome.reply, outcome.ref) == (Reply.ACCEPTED, "pm-1")
    taken = server.accepted[0]
    assert (taken["To"], taken["Subject"]) == ("ruth@example.org", "A short questionnaire from Praxis Grün")
    assert "Praxis" in taken["From"]
    assert "check-in@clinic.example.org" in taken["From"]
    for body in (taken["TextBody"], taken["HtmlBody"]):
        assert "https://outcomes.example.org/s/secret" in body
    headers = {header["Name"]: header["Value"] for header in taken["Headers"]}
    assert headers["Message-ID"] == f"<{DELIVERY}@clinic.example.org>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe"] == "<https://outcomes.example.org/stop/secret/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert taken["Metadata"] == {"delivery": str(DELIVERY)}
    assert server.tokens == [TOKEN]


def test_leak7_no_open_or_click_is_tracked(server, letter):
    send(server, letter)
    assert (server.accepted[0]["TrackOpens"], server.accepted[0]["TrackLinks"]) == (False, "None")


def test_one_session_carries_many_messages(server, letter):
    with ProviderLine(MailProvider(BACKEND, server.options)) as line:
        for _message in range(5):
            assert line.send(letter).reply is Reply.ACCEPTED
    assert (len(server.accepted), server.connections) == (5, 1)


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        (
            Answer(
                422,
                {
                    "ErrorCode": 406,
                    "Message": "You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: ruth@example.org. Inactive recipients are ones that have generated a hard bounce.",
                },
            ),
            Reply.REFUSED,
        ),
        (Answer(422, {"ErrorCode": 300, "Message": "Invalid email request"}), Reply.REFUSED),
        (refused(400), Reply.REFUSED),
        (refused(503, 1), Reply.DEFERRED),
        (Answer(500, keeps=True), Reply.LOST),
        (Answer(504, keeps=True), Reply.LOST),
        (Answer(200, "no JSON"), Reply.LOST),
        (TAKEN_AND_CUT, Reply.LOST),
        (CUT, Reply.LOST),
    ],
)
def test_f31d_answers_are_told_apart(server, letter, answer, reply):
    server.answer = answer
    outcome = send(server, letter)
    assert outcome.reply is reply
    assert "ruth" not in outcome.detail


def test_f31d_a_busy_provider_says_when_to_come_back(server, letter):
    server.answer = refused(429, 1, Retry_After="60")
    outcome = send(server, letter)
    assert (outcome.reply, outcome.retry_after) == (Reply.DEFERRED, dt.timedelta(seconds=60))


def test_a_provider_that_drips_is_cut_off(server, letter):
    server.pause = 0.1
    started = time.monotonic()
    assert send(server, letter, seconds=0.6).reply is Reply.LOST
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize("answer", [refused(401), refused(403)])
def test_a_provider_that_does_not_know_us_was_handed_nothing(server, letter, answer):
    server.answer = answer
    with pytest.raises(MailServerUnreachable):
        send(server, letter)


@pytest.mark.parametrize("options", [{"api_url": "http://127.0.0.1:1/"}, {"api_url": "http://no-such-host.invalid/"}])
def test_a_provider_that_cannot_be_reached_was_handed_nothing(server, letter, options):
    with pytest.raises(MailServerUnreachable, match="cannot be reached"):
        send(server, letter, **options)


@pytest.mark.parametrize("name", ["anymail.backends.postmark.EmailBackend", "anymail.backends.nobody.EmailBackend"])
def test_a_provider_without_its_settings_sends_nothing(letter, name):
    with ProviderLine(MailProvider(name, {})) as line, pytest.raises(MailServerUnreachable, match="not configured"):
        line.open()


def test_the_settings_choose_the_lines(server, letter, settings):
    assert isinstance(lines.mail_line(), MailLine)
    assert lines.sms_line() is None
    settings.EMAIL_PROVIDER, settings.EMAIL_BACKEND, settings.ANYMAIL = "postmark", BACKEND, server.anymail
    settings.SMS_URL, settings.SMS_ACCOUNT, settings.SMS_SECRET, settings.SMS_FROM = "http://x", "AC1", "s", "+1"
    with lines.mail_line() as line:
        assert line.send(letter).reply is Reply.ACCEPTED
    assert lines.sms_line() is not None
