"""A long list read from one place to the next, at a cost that does not grow with how far one has read."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.signing import BadSignature
from django.db.models import Model, QuerySet

from clinic.pagination import Place, beyond

SIZE = 50
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """Some rows in order; ``next`` is the place where the following ones begin, "" at the end."""

    rows: list[Row]
    next: str
    is_first: bool


def slice_of(rows: QuerySet[Any], ordering: str, after: str = "", size: int = SIZE) -> Slice[Any]:
    """The rows after a place in the order of one field and then the id; a place that is none of ours is the start."""
    place = _place(after, ordering)
    is_descending = ordering.startswith("-")
    if place is not None:
        rows = beyond(rows, ordering.lstrip("-"), place, is_descending=is_descending)
    sign = "-" if is_descending else ""
    found = list(rows.order_by(*dict.fromkeys([ordering, f"{sign}id"]))[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    return Slice(found, _after(found[-1], ordering) if has_more else "", place is None)


def _place(text: str, ordering: str) -> Place | None:
    try:
        place = Place.decode(text) if text else None
    except (BadSignature, TypeError):
        return None
    return place if place and place.ordering == ordering else None


def _after(row: Model, ordering: str) -> str:
    value = getattr(row, ordering.lstrip("-"))
    return Place(ordering, False, value.isoformat() if hasattr(value, "isoformat") else str(value), row.pk).encode()
