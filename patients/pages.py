"""A long list cut into pages, at a cost that does not grow with the list."""

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


def page_of(rows: QuerySet[Any], number: str) -> Page:
    """The page with this number as it stands in an address; what is no number of a page is the nearest one."""
    total = rows.order_by()[: COUNTED + 1].count()
    last = max(1, -(-min(total, COUNTED) // SIZE))
    wanted = min(max(int(number), 1), last) if number.isdecimal() and len(number) < 6 else 1
    # The ids alone can be read from an index in order; the rows themselves are then fifty look-ups.
    ids = list(rows.values_list("pk", flat=True)[(wanted - 1) * SIZE : wanted * SIZE])
    return Page(list(rows.filter(pk__in=ids)), wanted, total)
