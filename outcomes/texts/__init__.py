"""The words of messages to patients: the built-in ones, and how blanks are filled. No Django.

A placeholder stands for one of the allow-listed facts and nothing else: it is replaced in one pass, so that neither a
template nor a name can reach an attribute, a format or another placeholder.
"""

import datetime as dt
import hashlib
import html
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from outcomes.texts.alphabet import is_one_segment, sayable
from outcomes.texts.days import long_day, short_day
from outcomes.texts.scale import scale_links

BUILT_IN = Path(__file__).parent / "built_in.toml"
NAMES = frozenset({"given_name", "sender", "link", "closes_on", "phone", "questions", "minutes"})
PLACEHOLDER = re.compile(r"\{(" + "|".join(sorted(NAMES)) + r")\}")
# Where nobody is named, the comma and blank before the name go with it: "Hola, {given_name}:" becomes "Hola:".
NAME_WITH_LEAD = re.compile(r"[, ]*\{given_name\}")
BUTTON = {"en": "Open my check-in", "es": "Abrir mis preguntas"}
COPY = {"en": "Or copy this address into your browser:", "es": "O copie esta dirección en su navegador:"}
COUNTED = {
    "questions": {"en": ("short question", "short questions"), "es": ("pregunta corta", "preguntas cortas")},
    "minutes": {"en": ("minute", "minutes"), "es": ("minuto", "minutos")},
}


class TextKind(StrEnum):
    """Which message of a check-in it is."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    REMINDER_STARTED = "reminder_started"
    LAST_CALL = "last_call"


class Channel(StrEnum):
    """How it reaches the patient."""

    EMAIL = "email"
    SMS = "sms"


class Language(StrEnum):
    """In which words."""

    ENGLISH = "en"
    SPANISH = "es"


Key = tuple[str, str, str]  # kind, channel, language
Prepared = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]  # subject, text and page, each cut at its blanks


@dataclass(frozen=True)
class Words:
    """One text with its blanks. Version 0 is the built-in one; a text message has no subject."""

    subject: str
    body: str
    version: int = 0


@dataclass(frozen=True)
class Blanks:
    """Everything a message can say about anybody.

    ``begins_with_scale``: the first question is answered with a number from 0 to 10, which an e-mail can propose.
    """

    given_name: str
    sender: str
    phone: str
    link: str
    closes_on: dt.date
    questions: int
    minutes: int
    begins_with_scale: bool = False


@dataclass(frozen=True)
class Filled:
    """A message as it is read. ``html`` is empty for a text message."""

    subject: str
    text: str
    html: str


@cache
def built_in() -> Mapping[Key, Words]:
    """The built-in words of every kind, channel and language."""
    kinds = tomllib.loads(BUILT_IN.read_text(encoding="utf-8"))
    found = {}
    for kind in TextKind:
        for channel in Channel:
            for language in Language:
                words = kinds[kind][channel][language]
                found[kind.value, channel.value, language.value] = Words(
                    words.get("subject", ""), words["body"].strip()
                )
    return found


def fill(words: Words, blanks: Blanks, *, channel: str, language: str) -> Filled:
    """The message for one patient: the same every time for the same words and blanks."""
    if channel == Channel.SMS:
        return Filled("", _text_message(words, blanks, language), "")
    values = {**_counts(blanks, language), "closes_on": long_day(blanks.closes_on, language)}
    prepared = _prepared(words, bool(values["given_name"]), blanks.begins_with_scale, language)
    return _mail(prepared, values)


def content_hash(filled: Filled, *, link: str) -> str:
    """SHA-256 of what was said, without the link: the same for the same message with another link of that length."""
    said = f"{filled.subject}\n{filled.text}".replace(link, "{link}") if link else f"{filled.subject}\n{filled.text}"
    return hashlib.sha256(said.encode()).hexdigest()


def says_name(filled: Filled, given_name: str) -> bool:
    """Whether the name is in the message; a text message that would not fit leaves it out."""
    return bool(given_name) and (sayable(given_name) or given_name) in filled.text


def _mail(prepared: Prepared, values: dict[str, str]) -> Filled:
    subject, text, page = prepared
    escaped = {name: html.escape(value) for name, value in values.items()}
    one_line = {name: " ".join(value.split()) for name, value in values.items()}
    return Filled(_joined(subject, one_line), _joined(text, values), _joined(page, escaped))


def _text_message(words: Words, blanks: Blanks, language: str) -> str:
    """With the name if all of it fits into one segment, else without."""
    values = {**_counts(blanks, language), "closes_on": short_day(blanks.closes_on, language)}
    # Signs that text messages do not know would make each of them three: the plain letter says the same.
    values["sender"] = sayable(values["sender"]) or values["sender"]
    values["given_name"] = sayable(values["given_name"])
    if values["given_name"]:
        text = _joined(_parts(words.body), values)
        if is_one_segment(text):
            return text
    return _joined(_parts(_nameless(words.body)), values)


def _counts(blanks: Blanks, language: str) -> dict[str, str]:
    return {
        "given_name": blanks.given_name.strip(),
        "sender": blanks.sender,
        "phone": blanks.phone,
        "link": blanks.link,
        "questions": _counted("questions", blanks.questions, language),
        "minutes": _counted("minutes", blanks.minutes, language),
    }


def _counted(name: str, number: int, language: str) -> str:
    one, many = COUNTED[name][language]
    return f"{number} {one if number == 1 else many}"


@lru_cache(maxsize=4096)
def _prepared(words: Words, has_name: bool, has_scale: bool, language: str) -> Prepared:
    """Subject, text and page, each cut at its blanks."""
    subject, body = words.subject, words.body
    if not has_name:
        subject, body = _nameless(subject), _nameless(body)
    return _parts(subject), _parts(body), _parts(_page(subject, body, language, has_scale))


@lru_cache(maxsize=4096)
def _nameless(template: str) -> str:
    return NAME_WITH_LEAD.sub("", template)


@lru_cache(maxsize=4096)
def _parts(template: str) -> tuple[str, ...]:
    """Literal, name, literal, name, …, literal."""
    return tuple(PLACEHOLDER.split(template))


def _joined(parts: tuple[str, ...], values: dict[str, str]) -> str:
    return "".join([values[part] if place % 2 else part for place, part in enumerate(parts)])


def _page(subject: str, body: str, language: str, has_scale: bool) -> str:
    """The same words as a page that loads nothing; its blanks are filled with escaped values."""
    paragraphs = re.split(r"\n\s*\n", body.strip())
    inside = "\n".join(_paragraph(one.strip(), language, has_scale) for one in paragraphs)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{html.escape(subject)}</title>\n</head>\n'
        f"<body>\n{inside}\n</body>\n</html>\n"
    )


def _paragraph(paragraph: str, language: str, has_scale: bool) -> str:
    if paragraph == "{link}":
        scale = f"{scale_links(language)}\n" if has_scale else ""
        button = f'<p><a href="{{link}}"><strong>{BUTTON[language]}</strong></a></p>'
        return f"{scale}{button}\n<p>{COPY[language]}<br>{{link}}</p>"
    return "<p>" + html.escape(paragraph).replace("\n", "<br>") + "</p>"
