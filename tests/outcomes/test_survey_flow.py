"""The order of questions, what they offer, and how places and progress are said."""

import pytest

from outcomes import survey_flow
from outcomes.instruments import get
from treatments.places import place_for_patient
from treatments.vocabulary import TARGETS, sides_of

CODES = ["nrs_now", "nrs_average", "peg", "pgic"]


def asked(*codes: str, language: str = "en") -> tuple[survey_flow.Question, ...]:
    return survey_flow.questions_of(tuple(map(get, codes)), language)


QUESTIONS = asked(*CODES)


def test_questions_come_in_order_and_know_how_many_there_are():
    assert [question.key for question in QUESTIONS] == [
        "nrs_now.now", "nrs_average.average", "peg.pain", "peg.enjoyment", "peg.activity", "pgic.change",
    ]  # fmt: skip
    assert [(question.number, question.total) for question in QUESTIONS] == [(n, 6) for n in range(1, 7)]
    assert [question.is_last for question in QUESTIONS] == [False] * 5 + [True]


def test_the_order_is_the_surveys_own():
    assert asked("pgic", "nrs_now")[0].key == "pgic.change"


def test_an_instrument_without_words_in_a_language_is_not_asked_in_it():
    assert [question.key for question in asked(*CODES, language="es")] == [
        "nrs_now.now", "nrs_average.average", "pgic.change",
    ]  # fmt: skip
    assert [question.total for question in asked("peg", "pgic", language="es")] == [1]


def test_where_no_instrument_has_the_language_they_are_asked_in_english():
    assert {question.language for question in asked("peg", language="es")} == {"en"}


def test_an_instrument_without_official_words_asks_nothing():
    assert [question.key for question in asked("koos_jr", "nrs_now")] == ["nrs_now.now"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [("75", 75), (" 0 ", 0), ("100", 100), ("075", 75), *dict.fromkeys(
        ["101", "-1", "7.5", "1e2", "NaN", "７５", "", "1000", "0x10", "7 5"]
    ).items()],
)  # fmt: skip
def test_a_typed_number_is_read_in_plain_digits_only(raw, value):
    assert asked("sane")[0].read(raw) == value


def test_a_scale_offers_its_numbers_and_names_its_ends():
    choices = QUESTIONS[0].choices
    assert [choice.value for choice in choices] == list(range(11))
    assert [choice.meaning for choice in choices if choice.meaning] == ["No pain", "Pain as bad as you can imagine"]


def test_a_choice_offers_words_from_one_on():
    assert [(choice.value, choice.label) for choice in QUESTIONS[5].choices][:2] == [
        (1, "Very much improved"),
        (2, "Much improved"),
    ]


@pytest.mark.parametrize("raw", ["", " 3", "3 ", "+3", "03", "3.0", "11", "-1", "٣", "1_0", "x"])
def test_only_an_offered_value_is_read(raw):
    assert QUESTIONS[0].read(raw) is None


def test_every_offered_value_is_read_back():
    for question in QUESTIONS:
        assert [question.read(str(choice.value)) for choice in question.choices] == [c.value for c in question.choices]


@pytest.mark.parametrize(
    ("reached", "number"), [(set(), 1), ({"nrs_now.now"}, 2), ({"nrs_average.average"}, 1), ({"nrs_now.now", "x"}, 2)]
)
def test_the_first_open_question_is_found(reached, number):
    assert survey_flow.first_open(QUESTIONS, reached).number == number


def test_nothing_is_open_when_all_were_seen():
    assert survey_flow.first_open(QUESTIONS, {question.key for question in QUESTIONS}) is None


@pytest.mark.parametrize(("codes", "minutes"), [(["nrs_now"], 1), (CODES[:3], 2), (CODES, 2), ([*CODES, "peg"], 3)])
def test_the_time_is_promised_in_whole_minutes(codes, minutes):
    assert survey_flow.minutes_for(asked(*codes)) == minutes


@pytest.mark.parametrize(
    ("target", "side", "words"),
    [
        ("knee_joint", "right", "right knee"),
        ("patellar_tendon", "left", "left knee"),
        ("supraspinatus", "left", "left shoulder"),
        ("common_extensor", "right", "right elbow"),
        ("lumbar_facet", "left", "left lower back"),
        ("lumbar_disc", "midline", "lower back"),
        ("cervical_disc", "midline", "neck"),
        ("first_cmc", "right", "right thumb"),
        ("plantar_fascia", "left", "left foot"),
        ("tmj", "right", "right jaw"),
    ],
)
def test_a_place_is_said_in_the_patients_words(target, side, words):
    assert place_for_patient(target, side) == words


@pytest.mark.parametrize(
    ("target", "side", "words"),
    [
        ("knee_joint", "right", "rodilla derecha"),
        ("supraspinatus", "left", "hombro izquierdo"),
        ("first_cmc", "left", "pulgar izquierdo"),
        ("first_mtp", "right", "dedo gordo del pie derecho"),
        ("finger_joint", "right", "mano derecha"),
        ("lumbar_disc", "midline", "espalda baja"),
    ],
)
def test_a_place_is_said_in_spanish_with_its_gender(target, side, words):
    assert place_for_patient(target, side, "es") == words


def test_every_target_has_words_without_a_code_in_them():
    for target in TARGETS:
        for side in sides_of(target):
            for words in (place_for_patient(target, side), place_for_patient(target, side, "es")):
                assert "_" not in words
                assert "midline" not in words
