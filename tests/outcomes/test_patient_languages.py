"""Patients' pages in English and Spanish: no text lacks its Spanish, no page says English words in Spanish."""

import datetime as dt
import re
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import timezone, translation

from clinic.translations import LOCALE
from outcomes import actions, patient_words
from outcomes.instruments import library
from outcomes.views import survey_door
from patients import actions as patient_actions
from tests import patient_texts
from tests.check_in import answer_all, ask, invitation_link
from tests.conftest import NOON

DUE = NOON + dt.timedelta(days=42)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|</?\w+>")
# Said the same in both languages: who the clinic and the patient are, and numbers.
SAME = {"Dr. Lee's office", "Error:", "English", "Español", "No", "Normal"}


def spanish():
    with (LOCALE / "es/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file)


def test_every_text_of_a_patient_page_is_translated_and_no_other():
    wanted = {text.singular: text for text in patient_texts.all_messages()}
    catalog = {(one.id[0] if isinstance(one.id, tuple) else one.id): one for one in spanish() if one.id}
    assert set(wanted) - set(catalog) == set(), "add these to locale/es/LC_MESSAGES/django.po"
    assert set(catalog) - set(wanted) == set(), "these are said nowhere"
    for english, text in wanted.items():
        translated = catalog[english]
        said = translated.string if text.plural else (translated.string,)
        assert all(said) and not translated.fuzzy, english
        for one in said:
            assert sorted(PLACEHOLDER.findall(one)) == sorted(PLACEHOLDER.findall(english)), english


@pytest.mark.parametrize("name", patient_texts.patient_templates())
def test_templates_say_nothing_past_the_translation(name):
    assert patient_texts.literals_of_template(name) == []


def test_a_forgotten_word_is_noticed():
    """The guard itself: words between tags and words that are read aloud."""
    source = '<p title="Hidden">{% translate "Back" %} Forgotten {{ x }}</p>{% if x %}Too{% endif %}'
    assert patient_texts.literals_of(patient_texts.Template(source)) == ["Hidden", "Forgotten", "Too"]


def test_every_instrument_in_spanish_has_as_many_words_as_in_english():
    for instrument in library().values():
        for item in instrument.items:
            if "es" in item.wording and "en" in item.wording:
                english, spanish = item.wording["en"], item.wording["es"]
                assert len(english.options) == len(spanish.options)
                assert ("{target}" in english.text) == ("{target}" in spanish.text)
                assert english.text != spanish.text


class Said(HTMLParser):
    """What a page says, piece by piece, and the languages it says it is in."""

    def __init__(self, response) -> None:
        super().__init__()
        self.pieces: set[str] = set()
        self.languages: list[str] = []
        self.feed(response.content.decode())

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split()).strip(" .–0123456789")
        if re.search(r"[^\W\d_]", words):
            self.pieces.add(words)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        found = dict(attrs)
        self.languages += [found["lang"]] if "lang" in found else []
        for name in patient_texts.READ_ALOUD & set(found):
            self.handle_data(found[name])


# Each kind of question, all of them with words in both languages.
ASKED = ["nrs_now", "pgic", "sane", "safety_spine"]


@pytest.fixture
def link(week_6, monkeypatch) -> str:
    monkeypatch.setattr(timezone, "now", lambda: DUE)
    ask(week_6, ASKED)
    return invitation_link(week_6, DUE)


def pages(link, survey, monkeypatch):
    """Every page in every state: its address, and what is posted to it, if anything."""
    client = Client()
    yield client, link, None
    for number in range(1, 6):
        yield client, f"{link}{number}/", None
        yield client, f"{link}{number}/", {}
    client.post(f"{link}1/", {"score": "4"})
    yield client, link, None
    yield client, f"{link}later/", None
    client.post(f"{link}4/", {"score": "1"})
    yield client, f"{link}help/", None
    answer_all(survey, {"nrs_now.now": 4, "pgic.change": 2}, DUE)
    yield client, link, None
    yield client, f"{link}check/", None
    yield client, f"{link}check/", {"remark": "1" * 501}
    yield client, f"{link}1/?change=1", None
    client.post(f"{link}check/")
    yield client, f"{link}done/", None
    yield Client(), f"{link}done/", None
    yield client, f"{link}my-page/", None
    yield client, "/s/unknown/", None
    stop = link.replace("/s/", "/stop/")
    yield client, stop, None
    client.post(stop)
    yield client, stop, None


def assert_spoken(client, address, data) -> None:
    said = {}
    for language in ("en", "es"):
        asked = f"{address}{'&' if '?' in address else '?'}language={language}"
        response = client.get(asked) if data is None else client.post(asked, data)
        assert response.status_code == (422 if data is not None else 404 if "unknown" in address else 200), asked
        said[language] = Said(response)
    assert said["en"].languages == ["en", "es"], address
    assert said["es"].languages[:1] == ["es"] and set(said["es"].languages[1:]) == {"en"}, address
    assert (said["en"].pieces - SAME) & said["es"].pieces == set(), address


def test_no_page_says_in_spanish_what_it_says_in_english(link, week_6, monkeypatch):
    for page in pages(link, week_6, monkeypatch):
        assert_spoken(*page)


def test_pages_that_take_no_answers_speak_spanish(link, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: DUE + dt.timedelta(days=15))
    response = Client().get(f"{link}?language=es")
    assert response.status_code == 410
    assert "Este cuestionario cerró el 27 de abril" in response.content.decode()
    assert "Puede llamarnos al 512-555-0134" in response.content.decode()


def test_trouble_on_our_side_is_said_in_both_languages(link, monkeypatch):
    monkeypatch.setattr(survey_door, "check_in_behind", lambda token, at: 1 / 0)
    response = Client(raise_request_exception=False).get(link)
    assert response.status_code == 500
    said = Said(response)
    assert said.languages == ["en", "en", "es"]
    assert "Your answers up to here are saved. Try the link again in a few minutes" in said.pieces
    assert "Lo que ya contestó está guardado. Vuelva a abrir el enlace en unos minutos" in said.pieces


# Choosing


@pytest.fixture
def mixed(week_6, monkeypatch) -> str:
    """The link to a survey of which the PEG, questions 2 to 4, has no words in Spanish."""
    monkeypatch.setattr(timezone, "now", lambda: DUE)
    ask(week_6, ["nrs_now", "peg", "pgic"])
    return invitation_link(week_6, DUE)


def language_of(survey) -> str:
    survey.refresh_from_db()
    return survey.language


def test_a_choice_is_kept_and_leads_to_the_same_page(client, link, week_6):
    client.post(f"{link}1/", {"score": "4"})
    for page in ("", "2/", "later/", "2/?change=1"):
        for language in ("es", "en"):
            response = client.post(link + page, {"language": language, "score": "1", "remark": "x", "skip": "1"})
            assert (response.status_code, response["Location"]) == (303, link + page)
            assert f'lang="{language}" class="patient"' in client.get(link + page).content.decode()
            assert language_of(week_6) == language
    assert dict(week_6.answers.values_list("item", "value")) == {"nrs_now.now": 4}


def test_looking_at_the_other_language_keeps_nothing(client, link, week_6):
    assert "Hola, Ruth." in client.get(f"{link}?language=es").content.decode()
    assert language_of(week_6) == ""
    assert "Hello, Ruth." in client.get(link).content.decode()


@pytest.mark.parametrize("language", ["", "fr", "EN", "es\0", "e" * 5000])
def test_another_language_is_refused(client, link, week_6, language):
    response = client.post(link, {"language": language})
    assert (response.status_code, response.content) == (422, b"language: Choose English or Spanish.")
    assert "Hello, Ruth." in client.get(link, {"language": language}).content.decode()
    assert language_of(week_6) == ""


def test_after_sending_the_language_of_the_answers_stays(client, link, week_6):
    answer_all(week_6, {}, DUE)
    actions.submit_survey(survey=week_6, at=DUE)
    client.post(link, {"language": "es"})
    client.post(f"{link}1/", {"language": "es"})
    assert language_of(week_6) == "en"


def test_the_patients_own_language_comes_first(client, link, week_6, clinician):
    patient = week_6.follow_up.course.patient
    patient_actions.update_patient(patient=patient, by=clinician, language="es")
    assert "Hola, Ruth." in client.get(link, headers={"accept-language": "en"}).content.decode()
    client.post(link)
    assert language_of(week_6) == "es"
    client.post(link, {"language": "en"})
    assert "Hello, Ruth." in client.get(link).content.decode()


def test_a_link_that_opens_nothing_follows_the_browser(client, db):
    page = client.get("/s/unknown/", headers={"accept-language": "es-MX,es;q=0.9,en;q=0.5"}).content.decode()
    assert "No encontramos este cuestionario" in page


def test_starting_says_how(client, link, week_6):
    client.post(
        f"{link}?language=es", headers={"user-agent": "Mozilla/5.0 (Linux; Android 10; K) Mobile Safari/537.36"}
    )
    assert language_of(week_6) == "es"
    assert (week_6.mode, week_6.device) == ("link", "phone")


# An instrument without Spanish


def test_only_what_has_spanish_words_is_asked_and_counted(client, mixed):
    assert "<strong>5 short questions</strong>" in client.get(mixed).content.decode()
    assert "Son <strong>2 preguntas cortas</strong>" in client.get(f"{mixed}?language=es").content.decode()
    assert "Pregunta 2 de 2" in client.get(f"{mixed}2/?language=es").content.decode()
    assert client.get(f"{mixed}3/?language=es").status_code == 404


@pytest.mark.parametrize(("number", "page"), [(1, "1/"), (3, ""), (5, "2/")])
def test_switching_finds_the_same_question_by_what_it_asks(client, mixed, number, page):
    assert client.post(f"{mixed}{number}/", {"language": "es"})["Location"] == mixed + page


def test_a_page_left_open_in_the_other_language_answers_what_it_asked(client, mixed, week_6):
    client.post(mixed, {"language": "es"})
    assert client.post(f"{mixed}2/", {"item": "peg.pain", "score": "9"})["Location"] == f"{mixed}1/"
    assert client.post(f"{mixed}2/", {"item": "peg.none", "score": "9"})["Location"] == mixed
    assert client.post(f"{mixed}2/", {"item": "peg.pain", "score": "99"}).status_code == 422
    assert dict(week_6.answers.values_list("item", "value")) == {"peg.pain": 9}


def test_without_any_spanish_words_the_patient_is_asked_to_call(client, mixed, week_6):
    ask(week_6, ["peg"])
    page = client.post(mixed, {"language": "es"}, follow=True).content.decode()
    assert "Todavía no tenemos estas preguntas en español. Llámenos al 512-555-0134" in page
    assert "Empezar" not in page
    for address in ("check/", "1/"):
        assert client.get(mixed + address, follow=True).status_code in (200, 404)
    assert "Hello, Ruth." in client.post(mixed, {"language": "en"}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("language", "timepoint", "words"),
    [
        ("en", "baseline", "Before"), ("en", "day 1", "1 day"), ("en", "week 6", "6 weeks"), ("en", "month 12", "12 months"),
        ("es", "baseline", "Antes"), ("es", "day 1", "1 día"), ("es", "week 6", "6 semanas"), ("es", "month 1", "1 mes"),
        ("es", "before surgery", "before surgery"),
    ],
)  # fmt: skip
def test_timepoints_are_said_as_patients_say_them(language, timepoint, words):
    with translation.override(language):
        assert patient_words.spoken(timepoint) == words
