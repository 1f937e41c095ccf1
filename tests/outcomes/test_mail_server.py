"""What is known after a message was offered to a mail server, however the server behaves."""

import time

import pytest

from outcomes.delivery_rules import Reply
from outcomes.mail_server import Envelope, MailLine, MailServer, MailServerUnreachable
from tests.mail import CUT

LETTER = Envelope(
    "check-in@clinic.example.org", "ruth@example.org", b"Subject: Hello\r\n\r\nOne line.\r\n.\r\n..two\r\n"
)


def line_to(sink, *, seconds=5.0, **changes):
    server = {"host": "127.0.0.1", "port": sink.port, "our_name": "clinic.example.org", "timeout": 5.0}
    return MailLine(MailServer(**{**server, **changes}), seconds=seconds)


def send(sink, **changes):
    with line_to(sink, **changes) as line:
        return line.send(LETTER)


def test_message_is_accepted_as_it_was_written(sink):
    assert send(sink).reply is Reply.ACCEPTED
    assert sink.accepted[0].get_content() == "One line.\r\n.\r\n..two\r\n"


def test_one_connection_carries_many_messages(sink):
    with line_to(sink) as line:
        for _message in range(20):
            assert line.send(LETTER).reply is Reply.ACCEPTED
    assert (len(sink.accepted), sink.connections) == (20, 1)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "MESSAGE"])
@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        ("450 Later", Reply.DEFERRED),
        ("452 Full", Reply.DEFERRED),
        ("550 Who?", Reply.REFUSED),
        ("554 No", Reply.REFUSED),
    ],
)
def test_refusals_are_told_apart_at_every_step(sink, step, answer, reply):
    sink.answers[step] = answer
    outcome = send(sink)
    assert outcome.reply is reply
    assert answer[:3] in outcome.detail
    assert not sink.accepted


def test_connection_lives_on_after_a_refusal(sink):
    with line_to(sink) as line:
        sink.answers["RCPT"] = "550 Who?"
        assert line.send(LETTER).reply is Reply.REFUSED
        del sink.answers["RCPT"]
        assert line.send(LETTER).reply is Reply.ACCEPTED
    assert sink.connections == 1


def test_refusal_stands_when_the_server_hangs_up_after_it(sink):
    sink.answers |= {"RCPT": "550 Who?", "RSET": CUT}
    assert send(sink).reply is Reply.REFUSED


@pytest.mark.parametrize("step", ["BANNER", "EHLO", "MAIL", "RCPT", "DATA"])
def test_connection_lost_before_the_message_hands_nothing_over(sink, step):
    sink.answers[step] = CUT
    with pytest.raises(MailServerUnreachable):
        send(sink)


def test_connection_lost_after_the_message_leaves_it_unknown(sink):
    sink.answers["MESSAGE"] = CUT
    assert send(sink).reply is Reply.LOST


def test_answer_that_means_nothing_leaves_it_unknown(sink):
    sink.answers["MESSAGE"] = "999 What?"
    assert send(sink).reply is Reply.LOST


@pytest.mark.parametrize("goodbye", [CUT, "421 Too many messages"])
def test_connection_that_the_server_ended_is_made_anew(sink, goodbye):
    with line_to(sink) as line:
        line.send(LETTER)
        answers = iter([goodbye])
        sink.answers["MAIL"] = lambda: next(answers, "250 OK")
        assert line.send(LETTER).reply is Reply.ACCEPTED
    assert (len(sink.accepted), sink.connections) == (2, 2)


@pytest.mark.parametrize("step", ["BANNER", "MAIL", "DATA"])
def test_slow_drip_before_the_message_ends_at_the_deadline(sink, step):
    sink.answers[step] = lambda: setattr(sink, "pause", 1.0) or "250 " + "x" * 200
    started = time.monotonic()
    with pytest.raises(MailServerUnreachable):
        send(sink, seconds=0.6)
    assert time.monotonic() - started < 4


def test_slow_drip_after_the_message_ends_at_the_deadline_as_unknown(sink):
    sink.answers["MESSAGE"] = lambda: setattr(sink, "pause", 1.0) or "250 " + "x" * 200
    started = time.monotonic()
    assert send(sink, seconds=0.6).reply is Reply.LOST
    assert time.monotonic() - started < 4


def test_server_that_never_answers_ends_at_the_timeout(sink):
    sink.answers["MESSAGE"] = lambda: time.sleep(3) or "250 Too late"
    assert send(sink, timeout=0.3).reply is Reply.LOST


def test_nobody_listens(sink):
    sink.close()
    with pytest.raises(MailServerUnreachable, match="cannot be reached"):
        send(sink)


def test_no_encryption_offered_means_no_message(sink):
    with pytest.raises(MailServerUnreachable, match="does not offer encryption"):
        send(sink, use_starttls=True)
    assert not sink.accepted


def test_wrong_login_is_said(sink):
    sink.answers |= {"EHLO": "250-sink\r\n250 AUTH PLAIN", "AUTH": "535 No"}
    with pytest.raises(MailServerUnreachable, match="did not accept our login"):
        send(sink, user="mendline", password="wrong")
