"""What somebody writes back to a text message, understood by its first word, and what is answered. Nobody reads these."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """What a word asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    NOTHING = ""


STOP = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "arret", "optout", "revoke"}
STOP_ES = {"alto", "parar", "pare", "baja", "cancelar", "detener", "fin", "terminar", "basta"}
START = {"start", "unstop", "yes", "si", "iniciar", "comenzar", "empezar", "alta"}
HELP = {"help", "info", "ayuda", "informacion"}
SPANISH = STOP_ES | {"si", "iniciar", "comenzar", "empezar", "alta", "ayuda", "informacion"}


@dataclass(frozen=True)
class Answerer:
    """Who answers, and in which language."""

    clinic_name: str
    phone: str
    language: str


# Without letters outside of the GSM alphabet: one of those would double a message's price.
ANSWERS = {
    (
        "en",
        Wish.STOP,
    ): "{name}: you get no more text messages from us. Your care stays the same. Reply START to get them again.",
    (
        "es",
        Wish.STOP,
    ): "{name}: ya no le enviaremos mensajes de texto. Su atencion sigue igual. Responda INICIAR para volver.",
    ("en", Wish.START): "{name}: you get text messages from us again. Reply STOP to end them.",
    ("es", Wish.START): "{name}: le enviaremos mensajes de texto otra vez. Responda PARAR para terminar.",
    ("en", Wish.HELP): "{name}: short check-ins about how you are. Questions: call {phone}. Reply STOP to end.",
    (
        "es",
        Wish.HELP,
    ): "{name}: preguntas cortas sobre como esta. Dudas: llame al {phone}. Responda PARAR para terminar.",
    (
        "en",
        Wish.NOTHING,
    ): "{name}: nobody reads messages to this number. Please call {phone}. In an emergency call 911.",
    (
        "es",
        Wish.NOTHING,
    ): "{name}: nadie lee los mensajes a este numero. Llame al {phone}. En una emergencia llame al 911.",
}


def words_in(text: str) -> str:
    """Its letters alone: without case, spaces, punctuation and accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z]", "", plain)


def wish_in(text: str) -> Wish:
    """What is asked for by a message that holds one of the words and nothing else."""
    word = words_in(text)
    for wish, words in ((Wish.STOP, STOP | STOP_ES), (Wish.START, START), (Wish.HELP, HELP)):
        if word in words:
            return wish
    return Wish.NOTHING


def is_spanish(text: str) -> bool:
    """Whether the word itself is Spanish."""
    return words_in(text) in SPANISH


def answer_to(wish: Wish, answerer: Answerer) -> str:
    """The text message that goes back."""
    words = ANSWERS["es" if answerer.language == "es" else "en", wish]
    return words.format(name=answerer.clinic_name, phone=answerer.phone)
