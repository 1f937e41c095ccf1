"""What patients read, and what can never be in it."""

import datetime as dt
import email
import email.policy
import re
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError

from outcomes.messages import email_message
from outcomes.texts import Blanks, built_in, fill

AT = dt.datetime(2026, 3, 2, 18, 0, tzinfo=dt.UTC)
PUBLIC_ID = uuid.UUID("6f0d6a3e-8f53-4f0e-9d1b-3c7a54d3b1aa")
LINK = "https://outcomes.example.org/s/abcdefghijklmnopqrstuv/"
STOP_LINK = "https://outcomes.example.org/stop/abcdefghijklmnopqrstuv/"
# From the content rules: words that tell a stranger what the message is about.
TELLTALE = [
    "pain",
    "procedure",
    "injection",
    "knee",
    "PRP",
    "stem",
    "exosome",
    "treatment",
    "result",
    "score",
    "clinic's",
]


def written(email_address="ruth@example.org", language="en", **changes):
    details = {
        "sender": "Dr. Lee's office",
        "given_name": "Ruth",
        "phone": "512-555-0134",
        "closes_on": dt.date(2026, 6, 12),
        "link": LINK,
        "questions": 5,
        "minutes": 2,
    }
    blanks = Blanks(**{**details, **changes})
    envelope = email_message(
        fill(built_in()["invitation", "email", language], blanks, channel="email", language=language),
        to=email_address,
        sender_name=blanks.sender,
        public_id=PUBLIC_ID,
        our_address="check-in@clinic.example.org",
        stop_link=STOP_LINK,
        at=AT,
    )
    return envelope, email.message_from_bytes(envelope.content, policy=email.policy.default)


def bodies(message):
    return [message.get_body((kind,)).get_content() for kind in ("plain", "html")]


def test_subject_and_sender_are_neutral():
    _envelope, message = written()
    assert message["Subject"] == "A short questionnaire from Dr. Lee's office"
    assert message["From"] == '"Dr. Lee\'s office" <check-in@clinic.example.org>'
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == f"<{STOP_LINK}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Date"].datetime == AT


def test_both_bodies_say_who_when_where_and_whom_to_call():
    _envelope, message = written()
    for body in bodies(message):
        for part in ("Ruth", LINK, "Friday, June 12", "512-555-0134", "Dr. Lee"):
            assert part in body


def test_text_comes_first_and_nothing_follows_the_link_on_its_line():
    _envelope, message = written()
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert LINK in message.get_body(("plain",)).get_content().splitlines()


def test_nothing_is_loaded_from_anywhere():
    _envelope, message = written()
    html = message.get_body(("html",)).get_content()
    assert not re.search(r"<img|src=|url\(|<script|<link", html)


@pytest.mark.parametrize("word", TELLTALE)
def test_no_word_tells_what_it_is_about(word):
    _envelope, message = written()
    assert word.lower() not in " ".join([message["Subject"], *bodies(message)]).lower().replace(LINK, "")


def test_same_delivery_always_has_the_same_message_id():
    _first, one = written()
    _second, two = written(given_name="R.")
    assert one["Message-ID"] == two["Message-ID"] == f"<{PUBLIC_ID}@clinic.example.org>"


def test_nameless_patient_is_greeted_all_the_same():
    _envelope, message = written(given_name="")
    assert all("Hi," in body for body in bodies(message))


def test_markup_in_a_name_stays_text():
    _envelope, message = written(given_name="<b>Ruth</b> & Co")
    assert "<b>Ruth</b> & Co" in message.get_body(("plain",)).get_content()
    assert "&lt;b&gt;Ruth&lt;/b&gt; &amp; Co" in message.get_body(("html",)).get_content()


@pytest.mark.parametrize("name", ["Álvaro", "Łucja", "佐藤", "a" * 80, "O'Neil"])
def test_any_name_survives_the_wire(name):
    envelope, message = written(given_name=name, sender=f"{name} office")
    assert name in message.get_body(("plain",)).get_content()
    assert message["Subject"] == f"A short questionnaire from {name} office"
    assert message["From"].addresses[0].display_name == f"{name} office"
    assert [part.defects for part in message.walk()] == [[], [], []]
    assert max(map(len, envelope.content.splitlines())) <= 998


def test_lines_end_as_mail_servers_want_them():
    envelope, _message = written(given_name="two\nlines\r")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", envelope.content)
    assert envelope.content.endswith(b"\r\n")


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@c", "ruth@example.org\r\nBcc: x@example.org", "a@x.org, b@x.org"]
)
def test_address_that_is_none_is_refused(address):
    with pytest.raises(ValidationError):
        written(address)


def test_header_cannot_be_smuggled_in_by_a_clinic_name():
    with pytest.raises(BadHeaderError):
        written(sender="Dr. Lee\r\nBcc: x@example.org")


def test_international_domain_is_written_as_mail_servers_read_it():
    envelope, message = written("ruth@bücher.example")
    assert envelope.recipient == message["To"] == "ruth@xn--bcher-kva.example"


def lines_of(envelope):
    return [len(line) for line in envelope.content.split(b"\r\n")]


@pytest.mark.parametrize("language", ["en", "es"])
def test_with_the_row_of_numbers_every_line_is_one_that_servers_take(language):
    link = "https://a-long-name-of-a-clinic.example.org/s/" + 22 * "x"
    envelope, message = written(language=language, link=link, begins_with_scale=True)
    assert sum(f"first={number}" in bodies(message)[1] for number in range(11)) == 11
    assert max(lines_of(envelope)) <= 400


def test_a_paragraph_without_an_end_arrives_whole():
    """A mail server refuses a line of more than 998 octets (RFC 5321, 4.5.3.1.6)."""
    long = "Año tras año. " * 300
    envelope, message = written(sender=long.strip(), language="es")
    assert max(lines_of(envelope)[lines_of(envelope).index(0) :]) <= 998
    assert all(long.strip() in body for body in bodies(message))
