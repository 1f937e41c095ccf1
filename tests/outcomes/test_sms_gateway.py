"""What is known after a text message was offered to a gateway, however the gateway behaves (F-31d)."""

import dataclasses
import datetime as dt
import time

import pytest

from outcomes.delivery_rules import Reply
from outcomes.sms_gateway import SentSms, Sms, SmsGateway, SmsGatewayUnusable, SmsLine
from patients.phone_numbers import e164
from tests.scripted_web import CUT, TAKEN_AND_CUT, Answer, refused
from tests.sms_provider import ACCOUNT, SECRET, SmsProvider

TEXT = Sms("+15125550134", "Reply STOP to end. https://example.org/s/x")
NOW = dt.datetime(2026, 5, 4, 15, 0, tzinfo=dt.UTC)


@pytest.fixture
def provider():
    provider = SmsProvider(clock=lambda: NOW)
    yield provider
    provider.close()


def line_to(provider, *, seconds=5.0, **changes):
    gateway = SmsGateway(provider.base, ACCOUNT, SECRET, "+15125550100")
    return SmsLine(dataclasses.replace(gateway, **changes), seconds=seconds)


def send(provider, sms=TEXT, **changes):
    with line_to(provider, **changes) as line:
        return line.send(sms)


def test_text_message_is_taken_with_the_gateways_reference(provider):
    outcome = send(provider, dataclasses.replace(TEXT, status_url="https://example.org/hook/", sender="+15125550199"))
    kept = provider.accepted[0]
    assert (outcome.reply, outcome.ref) == (Reply.ACCEPTED, kept.sid)
    assert (kept.to, kept.body, kept.sender, kept.status_url) == (
        TEXT.recipient,
        TEXT.body,
        "+15125550199",
        "https://example.org/hook/",
    )


def test_a_messaging_service_is_named_as_one(provider):
    assert send(provider, sender="MG" + "1" * 32).reply is Reply.ACCEPTED
    assert provider.accepted[0].sender == "MG" + "1" * 32


def test_one_connection_carries_many_text_messages(provider):
    with line_to(provider) as line:
        line.open()
        for _message in range(20):
            assert line.send(TEXT).reply is Reply.ACCEPTED
    assert (len(provider.accepted), provider.connections) == (20, 1)


@pytest.mark.parametrize(
    ("answer", "reply", "code", "words"),
    [
        (refused(400, 21610), Reply.OPTED_OUT, "21610", "has stopped text messages"),
        (refused(400, 21211), Reply.REFUSED, "21211", "not a phone number"),
        (refused(400, 21614), Reply.REFUSED, "21614", "not a mobile"),
        (refused(403, 21408), Reply.REFUSED, "21408", "region"),
        (refused(400, 30034), Reply.REFUSED, "30034", "10DLC"),
        (refused(400, 98765), Reply.REFUSED, "98765", "not known here (98765)"),
        (refused(422), Reply.REFUSED, "422", "not known here (422)"),
        (refused(503, 20503), Reply.DEFERRED, "20503", "try again later"),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
def test_f31d_refusals_keep_the_gateways_code_and_say_what_it_means(provider, answer, reply, code, words):
    provider.answers["SEND"] = answer
    outcome = send(provider)
    assert (outcome.reply, outcome.code) == (reply, code)
    assert words in outcome.detail
    assert TEXT.recipient not in outcome.detail
    assert not provider.accepted


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry_After": "90"}, dt.timedelta(seconds=90)),
        (
            {"Retry_After": "Mon, 04 May 2026 15:02:00 GMT", "Date": "Mon, 04 May 2026 15:00:30 GMT"},
            dt.timedelta(seconds=90),
        ),
        ({"Retry_After": "Mon, 04 May 2026 15:00:00 GMT", "Date": "Mon, 04 May 2026 15:00:30 GMT"}, dt.timedelta()),
        ({"Retry_After": "soon"}, None),
        ({}, None),
    ],
)
def test_f31d_a_busy_gateway_says_when_to_come_back(provider, headers, wait):
    provider.answers["SEND"] = refused(429, 20429, **headers)
    outcome = send(provider)
    assert (outcome.reply, outcome.retry_after) == (Reply.DEFERRED, wait)


@pytest.mark.parametrize(
    "answer",
    [
        *(Answer(status, "<h1>Oops</h1>", keeps=True) for status in (500, 502, 503, 504)),
        Answer(201, "no JSON"),
        Answer(201, {"no": "sid"}),
        Answer(201, "[1]"),
        TAKEN_AND_CUT,
        CUT,
    ],
    ids=lambda answer: f"{answer.status} {answer.body} {answer.is_cut}",
)
def test_f31d_what_may_have_been_taken_is_unknown(provider, answer):
    provider.answers["SEND"] = answer
    assert send(provider).reply is Reply.LOST


def test_f31d_a_gateway_that_drips_is_cut_off(provider):
    provider.pause = 0.1
    started = time.monotonic()
    assert send(provider, seconds=0.6).reply is Reply.LOST
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize("answer", [refused(401, 20003), refused(403), refused(404, 20404), Answer(302, keeps=False)])
def test_a_gateway_that_does_not_know_us_is_unusable_and_refuses_no_single_message(provider, answer):
    provider.answers |= {"SEND": answer, "LOOK": answer}
    with line_to(provider) as line:
        with pytest.raises(SmsGatewayUnusable):
            line.open()
        with pytest.raises(SmsGatewayUnusable):
            line.send(TEXT)


def test_no_redirect_is_followed_with_our_login(provider):
    provider.answers["SEND"] = Answer(307, keeps=False, headers={"Location": provider.base + "/elsewhere"})
    with pytest.raises(SmsGatewayUnusable):
        send(provider)
    assert len(provider.logins) == 1


@pytest.mark.parametrize(
    "base",
    ["http://127.0.0.1:1", "http://no-such-host.invalid", "https://127.0.0.1:{port}"],
    ids=["port", "name", "TLS"],
)
def test_a_gateway_that_cannot_be_reached_was_handed_nothing(provider, base):
    with pytest.raises(SmsGatewayUnusable, match="cannot be reached"):
        send(provider, base=base.format(port=provider.port))
    assert not provider.accepted


def test_what_was_sent_to_a_number_since_an_instant_is_found_on_every_page(provider):
    provider.page_size = 2
    with line_to(provider) as line:
        provider.clock = lambda: NOW - dt.timedelta(minutes=1)
        line.send(dataclasses.replace(TEXT, body="earlier"))
        provider.clock = lambda: NOW
        line.send(dataclasses.replace(TEXT, recipient="+15125550135"))
        for body in "abcde":
            line.send(dataclasses.replace(TEXT, body=body))
        found = line.find(TEXT.recipient, NOW.replace(microsecond=1))
    assert {sent.body for sent in found} == set("abcde")
    assert SentSms(provider.accepted[2].sid, "a", "queued") in found


@pytest.mark.parametrize(
    "answer", [Answer(500), Answer(200, {"messages": "none"}), CUT, Answer(200, {"messages": [{}]})]
)
def test_nothing_is_said_to_be_absent_when_the_list_cannot_be_read(provider, answer):
    provider.answers["LIST"] = answer
    with line_to(provider) as line, pytest.raises(SmsGatewayUnusable):
        line.find(TEXT.recipient, NOW)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("(512) 555-0134", "+15125550134"),
        ("512.555.0134", "+15125550134"),
        ("+1 512 555 0134", "+15125550134"),
        ("+44 20 7946 0018", "+442079460018"),
        ("", None),
        ("555-0134", None),
        ("512-555-0134 ext. 7", None),
        ("call my daughter", None),
        ("5" * 30, None),
    ],
)
def test_phone_numbers_are_understood_as_staff_type_them(typed, number):
    assert e164(typed) == number
