"""The words of messages: built in, filled, counted and judged. PHI-1 to PHI-5, T-TPL-1, I15."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from outcomes.readability import english_syllables, reading_level, spanish_syllables
from outcomes.text_rules import banned_words, measured, problems, telling_parts
from outcomes.texts import NAMES, Blanks, Words, built_in, content_hash, fill
from outcomes.texts.alphabet import is_gsm, sayable, segments

LINK = "https://outcomes.example.org/s/abcdefghijklmnopqrstuv/"
BLANKS = Blanks(
    given_name="Margaret",
    sender="Dr. Lee's office",
    phone="512-555-0134",
    link=LINK,
    closes_on=dt.date(2026, 9, 30),
    questions=5,
    minutes=2,
)
# The longest that a chart holds, the most accented, foreign to the alphabet, and none.
PEOPLE = ["", "Margaret", "Zoë", "Áéíóúñü", "Łucja", "佐藤", "María de los Ángeles Guadalupe", "x" * 80]
GOOD = built_in()["invitation", "email", "en"]
SMS = built_in()["invitation", "sms", "en"]


def sms(body, kind="invitation", language="en", blanks=BLANKS):
    return [one.message for one in problems(kind, "sms", language, Words("", body), blanks)]


@pytest.mark.parametrize("key", built_in(), ids="-".join)
def test_every_built_in_text_keeps_every_rule_for_everybody(key):
    """PHI-1, PHI-3, PHI-4, PHI-5."""
    kind, channel, language = key
    words = built_in()[key]
    assert problems(kind, channel, language, words, BLANKS) == []
    for name in PEOPLE:
        filled = fill(words, replace(BLANKS, given_name=name), channel=channel, language=language)
        assert not re.search(r"[{}]", filled.text + filled.subject)
        assert re.search(rf"(?:^|\s){re.escape(LINK)}(?:\s|$)", filled.text)
        assert banned_words(filled.text.replace(LINK, "").replace(name or "-", "")) == []
        if channel == "sms":
            assert segments(filled.text) == 1 and is_gsm(filled.text)
            assert (filled.subject, filled.html) == ("", "")
        else:
            assert filled.subject and f'<html lang="{language}">' in filled.html
            assert not re.search(r"<img|src=|url\(|<script|<link|style=", filled.html)


def test_text_message_leaves_the_name_out_when_it_does_not_fit():
    """PHI-4: never a second segment for the sake of a name."""
    said = [
        fill(SMS, replace(BLANKS, given_name=name), channel="sms", language="en").text for name in ("Ruth", "R" * 60)
    ]
    assert "Hi Ruth, how are you" in said[0]
    assert "office: Hi, how are you" in said[1]


def test_text_message_writes_names_in_letters_it_has():
    assert [sayable(name) for name in ("Zoé", "Zoë", "María", "Łucja", "佐藤", "O’Neil")] == [
        *("Zoé", "Zoe", "Maria", "", "", "O'Neil"),
    ]


def test_days_are_in_the_language():
    filled = [
        fill(
            built_in()["invitation", "email", one],
            replace(BLANKS, closes_on=dt.date(2026, 6, 12)),
            channel="email",
            language=one,
        )
        for one in ("en", "es")
    ]
    assert "It works until Friday, June 12." in filled[0].text
    assert "Sirve hasta el viernes 12 de junio." in filled[1].text


def test_one_question_is_not_questions():
    text = fill(GOOD, replace(BLANKS, questions=1, minutes=1), channel="email", language="en").text
    assert "1 short question." in text and "about 1 minute." in text


def test_values_are_neither_templates_nor_markup():
    """T-TPL-1: one pass, so that a name cannot bring a placeholder along."""
    filled = fill(GOOD, replace(BLANKS, given_name="<b>{phone}</b>"), channel="email", language="en")
    assert "Hi <b>{phone}</b>," in filled.text
    assert "Hi &lt;b&gt;{phone}&lt;/b&gt;," in filled.html
    written = fill(Words("x", "<i>{given_name.x}</i>\n\n{link}"), BLANKS, channel="email", language="en")
    assert "&lt;i&gt;{given_name.x}&lt;/i&gt;" in written.html


def test_hash_of_what_was_said_is_the_same_with_another_link():
    """I15: what is stored can be said again, and the link's secret is no part of it."""
    for channel in ("email", "sms"):
        words = built_in()["reminder", channel, "en"]
        other = LINK.replace("abc", "xyz")
        hashes = {
            content_hash(fill(words, replace(BLANKS, link=link), channel=channel, language="en"), link=link)
            for link in (LINK, other)
        }
        assert len(hashes) == 1
        changed = fill(words, replace(BLANKS, given_name="Ruth"), channel=channel, language="en")
        assert content_hash(changed, link=LINK) not in hashes


@pytest.mark.parametrize(
    "wrong",
    ["{patient.__class__}", "{{settings}}", "{0.x}", "{given_name!r}", "{link:>9}", "{}", "{diagnosis}", "{", "}"],
)
def test_only_known_placeholders_are_saved(wrong):
    """T-TPL-1 and PHI-1."""
    found = problems("invitation", "email", "en", replace(GOOD, body=f"{GOOD.body}\n\n{wrong}"), BLANKS)
    assert [one.field for one in found] and "stands for nothing" in found[0].message
    assert problems("invitation", "email", "en", replace(GOOD, subject=f"Hi {wrong}"), BLANKS)[0].field == "subject"


TELLING = """pain Pains PAINFUL procedure injections knee PRP stem exosomes treatment results surgery HIV depression
dolor Dolores inyección INYECCIONES rodilla procedimiento tratamientos células médula artrosis cirugía resultado visita
orthopedic regenerative spine platelet-rich plasma score diagnosis needle medicine patient"""


@pytest.mark.parametrize("word", TELLING.split())
def test_words_that_tell_are_refused_in_both_languages(word):
    """PHI-3: inflected, in capitals and with accents or without."""
    for language in ("en", "es"):
        words = built_in()["invitation", "email", language]
        found = problems("invitation", "email", language, replace(words, body=f"{words.body}\n\nOh {word}."), BLANKS)
        assert [one.field for one in found] == ["body"] and "must not tell a stranger" in found[0].message


def test_a_part_of_a_word_tells_nothing():
    assert banned_words("Spain, painting-free system, shipment, excellent {phone}") == ["painting"]


def test_rules_of_a_text_message():
    """PHI-4: one GSM-7 segment with the clinic's own name and link, who sends it, and how to stop it."""
    assert sms(SMS.body) == []
    assert "must say who sends it" in sms(SMS.body.replace("{sender}", "We"))[0]
    assert "Reply STOP to opt out" in sms(SMS.body.replace("STOP", "no"))[0]
    assert "Text has ’, which text messages do not know" in sms(SMS.body.replace("how are", "how’re"))[0]
    assert "too long for one message" in sms(SMS.body + " It is a long day." * 3)[0]
    assert "too long for one message" in sms(SMS.body, blanks=replace(BLANKS, link=LINK + "x" * 60))[0]
    assert sms("{sender}: {link} Call {phone}", kind="last_call") == []


def test_rules_of_the_link():
    assert "exactly once" in sms(SMS.body.replace("{link}", ""))[0]
    assert "a blank before and after" in sms(SMS.body.replace("{link}", "{link}."))[0]
    body = GOOD.body.replace("\n\n{link}\n\n", " {link} ")
    assert "paragraph of its own" in problems("invitation", "email", "en", replace(GOOD, body=body), BLANKS)[0].message
    assert "only link" in sms(SMS.body + " bit.ly")[0]


def test_hard_words_are_refused():
    hard = (
        "Notwithstanding considerable organizational difficulties, participation necessitates immediate consideration."
    )
    found = problems("invitation", "email", "en", replace(GOOD, body=f"{hard}\n\n{{link}}"), BLANKS)
    assert "hard to read" in found[0].message


def test_segments_are_counted_as_carriers_do():
    """GSM 03.38: 160 alone and 153 each of many; 70 and 67 outside the alphabet; extended signs take two."""
    cases = {"a" * 160: 1, "a" * 161: 2, "a" * 306: 2, "a" * 307: 3, "á" * 70: 1, "á" * 71: 2, "á" * 135: 3}
    cases |= {"€" * 80: 1, "€" * 81: 2, "a" * 159 + "{": 2, "😀" * 35: 1, "😀" * 36: 2, "a" * 152 + "{" + "a" * 152: 3}
    assert {text: segments(text) for text in cases} == cases


def test_syllables_in_english():
    """Counted by hand, as a dictionary divides them."""
    by_hand = {"time": 1, "saved": 1, "table": 2, "needed": 2, "browser": 2, "answer": 2, "questions": 2, "minutes": 2}
    by_hand |= {
        "emergency": 4,
        "doing": 2,
        "even": 2,
        "changed": 1,
        "the": 1,
        "care": 1,
        "you": 1,
        "here": 1,
        "notes": 1,
    }
    assert {word: english_syllables(word) for word in by_hand} == by_hand


def test_syllables_in_spanish():
    """Counted by hand, as the Academy divides them."""
    by_hand = {"cien": 1, "día": 2, "cuestionario": 4, "guía": 2, "quiere": 2, "aún": 2, "muy": 1, "respuesta": 3}
    by_hand |= {"emergencia": 4, "poeta": 3, "contraseña": 4, "oír": 2, "atención": 3, "y": 1, "ciudad": 2, "aquí": 2}
    assert {word: spanish_syllables(word) for word in by_hand} == by_hand


def test_reading_levels_by_hand():
    """Flesch-Kincaid: 0.39 * 6/1 + 11.8 * 6/6 - 15.59; Szigriszt: 206.835 - 62.3 * 5/3 - 3/1."""
    assert reading_level("The cat sat on the mat.", "en") == -1.4
    assert reading_level("La casa blanca.", "es") == round(206.835 - 62.3 * 5 / 3 - 3, 1)


def test_measured_says_what_the_page_shows():
    shown = measured(SMS, BLANKS, channel="sms", language="en")
    assert shown.segments == 1 and shown.signs <= 160 and shown.is_easy
    assert measured(GOOD, BLANKS, channel="email", language="en").segments == 0


@pytest.mark.parametrize(
    "name", ["Austin Pain Center", "StemCare", "Regen office", "PRP & more", "Ortho group", "Spine One"]
)
def test_names_that_tell_are_pointed_out(name):
    assert telling_parts(name)


def test_neutral_names_are_fine():
    assert telling_parts("Dr. Lee's office") == telling_parts("Lakeview office") == []


def test_every_placeholder_is_a_fact_of_the_message():
    # That the numbers of the first question can be offered is no text.
    assert set(Blanks.__annotations__) - {"begins_with_scale"} == NAMES
