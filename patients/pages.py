"""A long list cut into pages, at a cost that does not grow with the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

SIZE = 50
COUNTED = 1000


@dataclass(frozen=True)
class Page:
    """Fifty rows of a list and where they stand in it. ``total`` stops counting above 1,000."""

    rows: list[Any]
    number: int
    total: int

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than are counted and can be turned to."""
        return self.total > COUNTED

    @property
    def first(self) -> int:
        return (self.number - 1) * SIZE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if min(self.total, COUNTED) > self.number * SIZE else None


def page_of(rows: QuerySet[Any], number: str, *, shown: QuerySet[Any] | None = None) -> Page:
    """The page with this number as it stands in an address; what is no number of a page is the nearest one.

    ``shown``: from where the fifty rows are read in the same order, when they are to say more than ``rows`` do.
    """
    # Counting reads the ids of a short list on the way; those of a long one come from an index in order, so that nobody
    # sorts them all. Only then are fifty rows read, with whatever they say.
    ids = list(rows.order_by().values_list("pk", flat=True)[: COUNTED + 1])
    total = len(ids)
    wanted = _nearest(number, min(total, COUNTED))
    first = (wanted - 1) * SIZE
    if total > SIZE:
        few = rows if total > COUNTED else rows.model.objects.filter(pk__in=ids).order_by(*rows.query.order_by)
        ids = list(few.values_list("pk", flat=True)[first : first + SIZE])
    read = rows if shown is None else shown.order_by(*rows.query.order_by)
    return Page(list(read.filter(pk__in=ids)), wanted, total)


def page_of_list(rows: Sequence[Any], number: str) -> Page:
    """The same of a list that is in memory already."""
    wanted = _nearest(number, min(len(rows), COUNTED))
    return Page(list(rows[(wanted - 1) * SIZE : wanted * SIZE]), wanted, len(rows))


def _nearest(number: str, total: int) -> int:
    last = max(1, -(-total // SIZE))
    return min(max(int(number), 1), last) if number.isdecimal() and len(number) < 6 else 1
