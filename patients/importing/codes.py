"""What the values of a coded column mean. Proposed from the words of practice software, shown before it counts. Pure."""

from collections.abc import Iterable

from patients.importing.fields import LANGUAGE, SEX, folded

MOST_VALUES = 20
NOT_SAID = "-"  # said to be nothing: not recorded
MEANINGS = {
    SEX: {
        "F": ("f", "female", "woman", "w", "femenino", "femenina", "mujer", "2"),
        "M": ("m", "male", "man", "masculino", "hombre", "h", "varon", "v", "1"),
        "O": ("o", "other", "x", "nonbinary", "non binary", "no binario", "otro", "intersex"),
        NOT_SAID: ("u", "unknown", "unk", "not recorded", "decline", "declined", "desconocido", "n a", "na", "0"),
    },
    LANGUAGE: {
        "en": ("en", "eng", "english", "en us", "ingles", "i"),
        "es": ("es", "esp", "spa", "spanish", "es us", "es mx", "espanol", "castellano", "s"),
    },
}


def proposed_meanings(field: str, values: Iterable[str]) -> dict[str, str]:
    """Value to its meaning, "" where nobody can tell. Where H stands beside M, M is *mujer*."""
    said = {value: folded(value) for value in values}
    known = {word: meaning for meaning, words in MEANINGS[field].items() for word in words}
    if field == SEX and "h" in said.values():
        known["m"] = "F"
    return {value: known.get(word, "") for value, word in said.items()}
