"""Finding a patient by whatever is at hand: parts of the name, birth date, chart number, phone, e-mail."""

import datetime as dt
import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import F, Q, QuerySet, Value

from patients.models import ERASED_NAME, FindablePatient, Fold, Patient

MAX_LENGTH = 100
MAX_WORDS = 8
MOST_ALIKE = 10
# Of the given name: enough to tell Ruth from Oscar, not from Rubén.
ALIKE_LETTERS = 2
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DATE = re.compile(
    r"""(?<![\w-])(?:
        (?P<iso>\d{4})[-/.](?P<iso_month>\d{1,2})[-/.](?P<iso_day>\d{1,2})
      | (?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<year>\d{4}|\d{2})
      | (?P<day>\d{1,2})\.?\s+(?P<month>[a-z]{3,9})\.?,?\s+(?P<word_year>\d{4})
      | (?P<us_month>[a-z]{3,9})\.?\s+(?P<us_day>\d{1,2}),?\s+(?P<us_year>\d{4})
    )(?![\w-])""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class WrittenDate:
    """A piece of the query that reads like a date, and every day it can mean (3/4/58 can mean two)."""

    text: str
    days: frozenset[dt.date]


@dataclass(frozen=True)
class Query:
    """What was typed, taken apart. All of it must fit."""

    words: tuple[str, ...]
    dates: tuple[WrittenDate, ...]


def parse(text: str) -> Query:
    """Words and dates of a search text. Only the first 100 characters and 8 words count."""
    rest = " ".join(text[:MAX_LENGTH].replace("\x00", "").split())
    dates = []
    for found in _DATE.finditer(rest):
        days = frozenset(_days(found))
        if days:
            dates.append(WrittenDate(found[0], days))
    for date in dates:
        rest = rest.replace(date.text, " ", 1)
    words = [word for word in re.split(r"[\s,;]+", rest) if re.search(r"[^\W_]", word)]
    return Query(tuple(words[:MAX_WORDS]), tuple(dates))


def matching(patients: QuerySet[Patient], text: str) -> QuerySet[Patient]:
    """Those of ``patients`` that fit every word and date of ``text``, in the order of their names."""
    query = parse(text)
    asked = [_has_word(word) for word in query.words]
    asked += [Q(born_on__in=date.days) | _contains(date.text) for date in query.dates]
    return _found(patients, *asked).order_by("search_text", "id")


def resembling(patients: QuerySet[Patient], text: str, *, shown: QuerySet[Patient] | None = None) -> list[Patient]:
    """Up to ten whose names look like the words of ``text``, the likest first; for when nobody fits them.

    ``shown``: from where their rows are read, when they are to say more than ``patients`` do.

    A word is alike when half of its groups of three letters are in the name. Numbers and dates are not guessed at.
    """
    words = [word for word in parse(text).words if len(word) > 2 and word.isalpha()]
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL pg_trgm.word_similarity_threshold = 0.5")
    folded: list[Any] = [Fold(Value(word)) for word in words]
    alike = [TrigramWordSimilar(F("search_text"), word) for word in folded]
    total = reduce(operator.add, [TrigramWordSimilarity(word, "search_text") for word in folded])
    near = FindablePatient.objects.filter(*alike, pk__in=patients.values("pk")).annotate(alike=total)
    order = {
        key: place for place, key in enumerate(near.order_by("-alike", "id").values_list("pk", flat=True)[:MOST_ALIKE])
    }
    found = (patients if shown is None else shown).filter(pk__in=list(order))
    return sorted(found, key=lambda patient: order[patient.pk])


def details(text: str) -> dict[str, Any]:
    """What was typed to find somebody, as the fields of the patient it may become; nothing is guessed at."""
    query = parse(text)
    found: dict[str, Any] = {}
    names = [word for word in query.words if not re.search(r"[\d@]", word)]
    if names:
        family_first = "," in text or len(names) == 1
        rest = names[1:] if family_first else names[:-1]
        found = {"family_name": names[0 if family_first else -1], "given_name": " ".join(rest)}
    for word in query.words:
        if "@" in word or word.isdigit():
            found["email" if "@" in word else "chart_number"] = word
    if len(query.dates) == 1 and len(query.dates[0].days) == 1:
        found["born_on"] = next(iter(query.dates[0].days))
    return found


def namesakes(
    patients: QuerySet[Patient], *, family_name: str, given_name: str, born_on: dt.date | None
) -> QuerySet[Patient]:
    """Those with the same name, accents and capitals aside, who could be the same person by their birth date."""
    same_name = Q(search_text__startswith=Fold(Value(f" {family_name} {given_name} ")))
    return _found(patients, same_name).filter(Q(born_on=born_on) | Q(born_on=None) if born_on else Q())


def count_look_alikes(patients: QuerySet[Patient], one: Patient) -> int:
    """How many have the family name of ``one`` and a given name that begins alike, ``one`` included; at most a hundred."""
    if not one.given_name or one.family_name in ("", ERASED_NAME):
        return 1
    begins = Fold(Value(f" {one.family_name} {one.given_name[:ALIKE_LETTERS]}"))
    return _found(patients, Q(search_text__startswith=begins))[:100].count()


def _found(patients: QuerySet[Patient], *asked: Q) -> QuerySet[Patient]:
    return patients.filter(pk__in=FindablePatient.objects.filter(*asked).values("pk")) if asked else patients


def _has_word(word: str) -> Q:
    digits = re.sub(r"\D", "", word)
    if len(digits) > 2 and digits != word and not re.search(r"[^\W\d_]", word):
        return _contains(word) | _contains(digits)
    return _contains(word)


def _contains(piece: str) -> Q:
    # Below three letters the trigram index has nothing to look up, except where a word begins.
    return Q(search_text__contains=Fold(Value(piece if len(piece) > 2 else f" {piece}")))


def _days(found: re.Match[str]) -> Iterator[dt.date]:
    part = found.groupdict()
    if part["iso"]:
        yield from _day(part["iso"], part["iso_month"], part["iso_day"])
    elif part["first"]:
        for year in [part["year"]] if len(part["year"]) == 4 else [f"19{part['year']}", f"20{part['year']}"]:
            yield from _day(year, part["first"], part["second"])
            yield from _day(year, part["second"], part["first"])
    elif part["day"]:
        yield from _named_day(part["word_year"], part["month"], part["day"])
    else:
        yield from _named_day(part["us_year"], part["us_month"], part["us_day"])


def _named_day(year: str, month: str, day: str) -> Iterator[dt.date]:
    if month[:3].lower() in MONTHS:
        yield from _day(year, str(MONTHS.index(month[:3].lower()) + 1), day)


def _day(year: str, month: str, day: str) -> Iterator[dt.date]:
    try:
        yield dt.date(int(year), int(month), int(day))
    except ValueError:
        return
