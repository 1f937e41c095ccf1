"""How easy a text is to read: Flesch-Kincaid's school grade in English, Szigriszt's index in Spanish. No Django.

Flesch-Kincaid: Kincaid et al. 1975, Navy Research Branch Report 8-75. Szigriszt-Pazos 1993, on the INFLESZ scale of
Barrio-Cantalejo et al. 2008 (An Sist Sanit Navar 31:135), where 55 to 65 is average and more is easier.
"""

import re

HARDEST_GRADE = 6.0
HARDEST_INDEX = 65.0

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NUMBER = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|\n\s*\n")
_STRONG, _WEAK, _STRESSED_WEAK = "aeoáéó", "iuü", "íú"


def reading_level(text: str, language: str) -> float:
    """English: the grade, lower is easier. Spanish: the index, higher is easier. An address or number is one syllable."""
    sentences = [part for part in _SENTENCE_END.split(text) if part and _WORD.search(part)]
    words = _WORD.findall(text)
    count = len(words) + len(_NUMBER.findall(text))
    if not words:
        return 0.0 if language == "en" else 100.0
    syllables_of = english_syllables if language == "en" else spanish_syllables
    syllables = sum(map(syllables_of, words)) + count - len(words)
    if language == "en":
        return round(0.39 * count / len(sentences) + 11.8 * syllables / count - 15.59, 1)
    return round(206.835 - 62.3 * syllables / count - count / len(sentences), 1)


def is_easy(level: float, language: str) -> bool:
    """Whether patients are to be sent a text of this level."""
    return level <= HARDEST_GRADE if language == "en" else level >= HARDEST_INDEX


def english_syllables(word: str) -> int:
    """Groups of vowels, without those that are written and not spoken: "time", "saved"; but "table", "needed"."""
    word = re.sub(r"'.*|[^a-z]", "", word.lower())
    count = len(re.findall(r"[aeiouy]+", word))
    if re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[aeiouy]le$", word):
        count -= 1
    if re.search(r"[^aeiou]es$", word) and not re.search(r"(?:[sxz]|[cs]h|[cg])es$", word):
        count -= 1
    if re.search(r"ia(?!l\b)|io(?!n|u)|[^q]ua|eo|[aeiou]ing$", word):
        count += 1
    return max(count, 1)


def spanish_syllables(word: str) -> int:
    """Vowels, where a weak one without an accent joins its neighbor: "cien" 1, "día" 2, "cuestionario" 4."""
    word = re.sub(r"qu(?=[eéií])|gu(?=[eéií])", "q", word.lower())
    word = re.sub(r"y(?![aeiouáéíóú])", "i", word)
    count, before = 0, ""
    for sign in word:
        if sign in _STRONG + _WEAK + _STRESSED_WEAK:
            count += not (before and _joins(before, sign))
            before = sign
        else:
            before = ""
    return max(count, 1)


def _joins(before: str, vowel: str) -> bool:
    """Whether two vowels are spoken as one syllable."""
    if vowel in _WEAK:
        return before not in _STRESSED_WEAK
    return before in _WEAK and vowel in _STRONG
