"""A check-in as a sheet of paper: the same questions, words and order as on the screen, in large type."""

import json
from pathlib import Path
from typing import Any

import typst

from outcomes.asking import instruments_of
from outcomes.how_answered import code_of
from outcomes.models import Survey
from outcomes.paper_words import WORDS, PaperWords
from outcomes.qr import qr_of
from outcomes.survey_flow import Question, questions_of
from outcomes.texts.days import short_day
from treatments.places import place_for_patient

TEMPLATE = (Path(__file__).parent / "definitions" / "paper_form.typ").read_bytes()


def of_survey(survey: Survey, *, link: str) -> bytes:
    """The PDF, in the language in which the patient is asked; ``link`` is where to go on online."""
    asked = questions_of(instruments_of(survey), survey.language or survey.follow_up.course.patient.language)
    return typst.compile(
        TEMPLATE, sys_inputs={"form": json.dumps(_form(survey, asked, link))}, ignore_system_fonts=True
    )


def _form(survey: Survey, asked: tuple[Question, ...], link: str) -> dict[str, Any]:
    language, course, clinic = asked[0].language, survey.follow_up.course, survey.clinic
    words = WORDS[language]
    name = course.patient.given_name
    place = place_for_patient(course.target, course.side, language)
    return {
        **words._asdict(),
        "language": language,
        "clinic": clinic.sender_name,
        "phone": clinic.phone,
        "given_to": words.given_to.format(name=name) if name else "",
        "not_watched": words.not_watched.format(phone=clinic.phone),
        "online": words.online.format(closes_on=short_day(survey.follow_up.closes_on, language)),
        "code": code_of(survey),
        "link": link,
        "qr": qr_of(link).svg,
        "questions": [_question(question, place, words) for question in asked],
    }


def _question(question: Question, place: str, words: PaperWords) -> dict[str, Any]:
    before, marker, after = question.wording.text.partition("{target}")
    return {
        "number": question.number,
        "text": [before, place if marker else "", after],
        "hint": _hint(question, words),
        "kind": question.item.kind,
        "low": question.wording.low,
        "high": question.wording.high,
        "boxes": [] if question.is_number else [choice.label for choice in question.choices],
    }


def _hint(question: Question, words: PaperWords) -> str:
    item = question.item
    if item.kind == "choice":
        return words.tick_choice
    hint = words.write_number if question.is_number else words.tick_scale
    ends = {"low": question.wording.low, "high": question.wording.high}
    return hint.format(minimum=item.minimum, maximum=item.maximum, **ends)
