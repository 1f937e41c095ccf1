"""What a column of an export is: where it comes from, its unit, and how close it is to a person."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models.expressions import Combinable

from outcomes.numerals import plain

PSEUDONYM, PLAIN = "pseudonym", "plain"


class Kind(StrEnum):
    """How a value is written."""

    TEXT = "text"
    WHOLE = "whole number"
    DECIMAL = "decimal number"
    YES_NO = "true or false"


@dataclass(frozen=True)
class Column:
    """``source``: a path of Django's ORM from the dataset's model, or an expression.

    ``privacy``: a pseudonym stands for one person or course and says nothing else about them; everything else is plain.
    No column is personal: names, addresses, calendar days and words that people typed are in none.
    """

    name: str
    source: str | Combinable
    meaning: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    privacy: str = PLAIN

    def facts(self) -> dict[str, str]:
        """The column as a manifest describes it."""
        return {
            "name": self.name,
            "type": self.kind.value,
            "unit": self.unit,
            "privacy": self.privacy,
            "meaning": self.meaning,
        }


def cell(value: object) -> object:
    """A value as it stands in the file: exact, and the same in every language."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else value
