"""Namesakes of many people at once, by the rule of ``patients.search.namesakes``, in two queries."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from patients.models import Patient


@dataclass(frozen=True)
class Named:
    """Somebody who may be there already."""

    family_name: str
    given_name: str
    born_on: dt.date | None


class Namesakes:
    """Those of ``patients`` and of ``people`` who could be the same person as one of ``people``."""

    def __init__(self, patients: QuerySet[Patient], people: Sequence[Named]) -> None:
        self._people = people
        self._folded = _folded(people)
        there = patients.order_by().values_list("search_text", "born_on", "chart_number").iterator(chunk_size=5000)
        self._there = sorted(there, key=lambda one: one[0])
        self._texts = [text for text, _born, _number in self._there]
        self._places: dict[str, list[int]] = {}
        for place, words in enumerate(self._folded):
            self._places.setdefault(words, []).append(place)

    def there(self, place: int) -> list[str]:
        """Chart numbers of the patients who could be the person at this place."""
        return [number for born, number in self._starting(self._folded[place]) if _may_be(born, self._born(place))]

    def among_themselves(self, place: int) -> list[int]:
        """Places before this one of people who could be the same."""
        others = self._places[self._folded[place]]
        return [one for one in others if one < place and _may_be(self._born(one), self._born(place))]

    def _born(self, place: int) -> dt.date | None:
        return self._people[place].born_on

    def _starting(self, words: str) -> Iterator[tuple[dt.date | None, str]]:
        at = bisect_left(self._texts, words)
        while at < len(self._texts) and self._texts[at].startswith(words):
            yield self._there[at][1], self._there[at][2]
            at += 1


def _may_be(one: dt.date | None, other: dt.date | None) -> bool:
    return one is None or other is None or one == other


def _folded(people: Sequence[Named]) -> list[str]:
    """Each name as ``search_text`` begins with it, folded by the database like that."""
    names = [f" {one.family_name} {one.given_name} " for one in people]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mendline_fold(name) FROM unnest(%s::text[]) WITH ORDINALITY AS given(name, place) ORDER BY place",
            [names],
        )
        return [words for (words,) in cursor.fetchall()]
