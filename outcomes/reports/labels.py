"""Whose name stands beside a result: everybody's for whoever may see names, else only the own one, and letters."""

from collections.abc import Hashable, Mapping
from string import ascii_uppercase
from typing import NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Person(NamedTuple):
    """Somebody with ``n`` rows in a report."""

    name: str
    n: int
    is_own: bool


def labels(people: Mapping[Key, Person], word: str, *, is_open: bool) -> dict[Key, str]:
    """A label for everybody, in the order in which they stand: by name, then "Clinician A", "Clinician B" … by size."""
    shown = {key: one for key, one in people.items() if is_open or one.is_own}
    hidden = sorted((key for key in people if key not in shown), key=lambda key: (-people[key].n, str(key)))
    named = {key: shown[key].name for key in sorted(shown, key=lambda key: shown[key].name)}
    return named | {key: f"{word} {letters(place)}" for place, key in enumerate(hidden)}


def letters(place: int) -> str:
    """A, B … Z, AA, AB … for 0, 1 …"""
    before, last = divmod(place, len(ascii_uppercase))
    return (letters(before - 1) if before else "") + ascii_uppercase[last]
