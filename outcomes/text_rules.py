"""What the words of a message must keep to before they are saved. No Django.

Every sentence names the field and the rule, so that it makes sense beside the field and in the list above the form.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from outcomes.readability import HARDEST_GRADE, HARDEST_INDEX, is_easy, reading_level
from outcomes.texts import NAMES, PLACEHOLDER, Blanks, Channel, Language, TextKind, Words, fill
from outcomes.texts.alphabet import ONE, foreign_signs, is_gsm, length, segments

BANNED = Path(__file__).parent / "texts" / "banned.toml"
MOST_SUBJECT, MOST_BODY, MOST_SMS, MOST_SENDER = 120, 4_000, 480, 60
LABELS = {"subject": "Subject", "body": "Text"}
# The carriers want every text message but the last to say how to get no more of them.
OPT_OUT = "STOP"
# A name after a title is somebody's own, whatever it means: Dr. Hurt, Dra. Columna.
A_SURNAME = re.compile(r"\b(?:dr|dra|doctor|doctora)\b\.?\s+[\w'’-]+", re.IGNORECASE)
ANY_BRACE = re.compile(r"\{[^{}]*\}?|\}")
AN_ADDRESS = re.compile(r"https?://|www\.|\b[\w.-]+\.(?:com|org|net|info|io|ly|me)\b", re.IGNORECASE)
READING = {
    Language.ENGLISH: f"grade {HARDEST_GRADE:.0f} or lower",
    Language.SPANISH: f"{HARDEST_INDEX:.0f} or higher",
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field."""

    field: str
    message: str


@dataclass(frozen=True)
class Measured:
    """What is shown beside a text: segments (0 for an e-mail), signs, and how easy it is to read."""

    segments: int
    signs: int
    reading: float
    is_easy: bool


def problems(kind: str, channel: str, language: str, words: Words, sample: Blanks) -> list[Problem]:
    """Everything that is against a rule. ``sample``: the clinic's own sender, phone and link; its name is left out."""
    fields = {"body": words.body} if channel == Channel.SMS else {"subject": words.subject, "body": words.body}
    found = [problem for field, text in fields.items() for problem in _of_field(field, text, channel)]
    if not found:
        found += _of_links(channel, words)
        found += _of_a_text_message(kind, language, words, sample) if channel == Channel.SMS else []
        found += _of_reading(language, words)
    return found


def measured(words: Words, sample: Blanks, *, channel: str, language: str) -> Measured:
    """Counts of a text as ``sample``'s patient would get it."""
    filled = fill(words, sample, channel=channel, language=language)
    level = reading_of(words, language)
    n_segments = segments(filled.text) if channel == Channel.SMS else 0
    return Measured(n_segments, length(filled.text), level, is_easy(level, language))


def reading_of(words: Words, language: str) -> float:
    """The reading level of the body; a blank counts as one short word."""
    return reading_level(PLACEHOLDER.sub("1", words.body.replace("{link}", "")), language)


def banned_words(text: str) -> list[str]:
    """Words of either language that tell what a message is about, as they were written."""
    said = [word for word in re.findall(r"[^\W_]+", _without_placeholders(text)) if _pattern().fullmatch(_bare(word))]
    return list(dict.fromkeys(said))


def unknown_placeholders(text: str) -> list[str]:
    """Braces that are none of the allowed placeholders."""
    return list(dict.fromkeys(ANY_BRACE.findall(PLACEHOLDER.sub("", text))))


def telling_parts(sender_name: str) -> list[str]:
    """Parts of the name that patients see which tell what kind of clinic it is: a warning, not a refusal."""
    name = _bare(sender_name)
    return [part for part in _banned()["names"] if part in name]


def sender_problems(sender_name: str) -> Iterator[Problem]:
    """What is against a rule in the name that patients see; a surname after a title may be any."""
    field = "sender_name"
    if not 0 < len(sender_name) <= MOST_SENDER:
        yield Problem(field, f"Sender name must have 1 to {MOST_SENDER} letters.")
    if words := banned_words(A_SURNAME.sub(" ", sender_name)):
        said = ", ".join(f"“{word}”" for word in words)
        yield Problem(
            field,
            f"Sender name says {said}. Others see it on the patient's phone, where it must not tell what kind of clinic "
            "this is. Write a neutral one, like “Dr. Lee's office”.",
        )
    if AN_ADDRESS.search(sender_name) or ANY_BRACE.search(sender_name):
        yield Problem(field, "Sender name must be a name: no web address and no braces.")


def _of_field(field: str, text: str, channel: str) -> Iterator[Problem]:
    label = LABELS[field]
    most = MOST_SUBJECT if field == "subject" else MOST_SMS if channel == Channel.SMS else MOST_BODY
    if not text.strip():
        yield Problem(field, f"{label} is missing.")
    if len(text) > most:
        yield Problem(field, f"{label} is longer than {most:,} signs.")
    if field == "subject" and len(text.splitlines()) > 1:
        yield Problem(field, f"{label} must be one line.")
    for brace in unknown_placeholders(text):
        allowed = ", ".join(f"{{{name}}}" for name in sorted(NAMES))
        yield Problem(field, f"{label} has {brace}, which stands for nothing. You can use {allowed}.")
    if words := banned_words(text):
        said = ", ".join(f"“{word}”" for word in words)
        yield Problem(field, f"{label} says {said}. A message must not tell a stranger what it is about.")
    if AN_ADDRESS.search(text):
        yield Problem(field, f"{label} holds an address of its own. The only link in a message is {{link}}.")


def _of_links(channel: str, words: Words) -> Iterator[Problem]:
    if "{link}" in words.subject:
        yield Problem("subject", "Subject must not hold {link}.")
    if words.body.count("{link}") != 1:
        yield Problem("body", "Text needs {link} exactly once: without it nobody can answer.")
    elif channel == Channel.EMAIL and "{link}" not in (line.strip() for line in re.split(r"\n\s*\n", words.body)):
        yield Problem("body", "Text needs {link} in a paragraph of its own, so that it becomes the button.")
    elif not re.search(r"(?:^|\s)\{link\}(?:\s|$)", words.body):
        yield Problem(
            "body", "Text must have a blank before and after {link}: a full stop would become part of the address."
        )


def _of_a_text_message(kind: str, language: str, words: Words, sample: Blanks) -> Iterator[Problem]:
    if "{sender}" not in words.body:
        yield Problem("body", "Text needs {sender}: a text message must say who sends it.")
    if kind != TextKind.LAST_CALL and not re.search(rf"\b{OPT_OUT}\b", words.body):
        how = "Reply STOP to opt out" if language == Language.ENGLISH else "Responda STOP para salir"
        yield Problem("body", f"Text must say how to get no more of them, like “{how}”.")
    if signs := foreign_signs(_without_placeholders(words.body)):
        yield Problem(
            "body", f"Text has {' '.join(signs)}, which text messages do not know. Use plain letters and quotes."
        )
        return
    text = fill(words, replace(sample, given_name=""), channel=Channel.SMS, language=language).text
    if is_gsm(text) and length(text) > ONE:
        over = length(text) - ONE
        yield Problem(
            "body", f"Text is {over} sign{'' if over == 1 else 's'} too long for one message, even without a name."
        )


def _of_reading(language: str, words: Words) -> Iterator[Problem]:
    level = reading_of(words, language)
    if not is_easy(level, language):
        wanted = READING[Language(language)]
        yield Problem("body", f"Text is hard to read ({level:g}; wanted: {wanted}). Write shorter words and sentences.")


def _without_placeholders(text: str) -> str:
    return PLACEHOLDER.sub(" ", text)


def _bare(text: str) -> str:
    """Small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


@cache
def _banned() -> dict[str, list[str]]:
    return tomllib.loads(BANNED.read_text(encoding="utf-8"))


@cache
def _pattern() -> re.Pattern[str]:
    words = [*_banned()["en"], *_banned()["es"]]
    return re.compile("|".join(re.escape(word).replace(r"\*", r"\w*") for word in words))
