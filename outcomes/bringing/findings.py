"""What was found in a file that somebody brings, each with its place and the rule, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

# The languages in which questions can be asked.
NAMES = {"en": "English", "es": "Spanish"}


class Finding(NamedTuple):
    """``place``: where in the file, like "item 3, es, options"; "" for the whole."""

    place: str
    words: str

    def __str__(self) -> str:
        return f"{self.place}: {self.words}" if self.place else self.words


class Unreadable(ValueError):
    """Not a definition, a FHIR Questionnaire or a REDCap data dictionary; the words say why."""


@dataclass(frozen=True)
class Brought:
    """What a file asks. With ``problems`` it cannot be used; ``notes`` are what could not be carried over.

    ``definition`` is complete and in one way of writing, so that the same content is always the same.
    """

    definition: Mapping[str, Any]
    problems: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
