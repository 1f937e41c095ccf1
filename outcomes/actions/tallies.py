"""Running sums of outcomes: changes added to their cells, made anew, and compared with a fresh count."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import DateField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, TruncMonth

from clinic.models import Clinic
from outcomes.models import Outcome, OutcomeTally
from outcomes.outcome_rules import Status
from outcomes.reports.sums import MEASURES

AT_ONCE = 50_000
KEY = OutcomeTally.KEY
# Changes that another worker is at are left to it; cells are written in the order of their keys.
SETTLE = """
WITH taken AS (
  DELETE FROM outcomes_outcometally WHERE id IN (
    SELECT id FROM outcomes_outcometally WHERE NOT is_settled LIMIT %s FOR UPDATE SKIP LOCKED
  ) RETURNING *
), settled AS (
  INSERT INTO outcomes_outcometally AS cell (is_settled, {key}, {measures})
  SELECT true, {key}, {sums} FROM taken GROUP BY {key} ORDER BY {key}
  ON CONFLICT ({key}) WHERE is_settled DO UPDATE SET {added}
)
SELECT count(*) FROM taken
"""


class WrongCell(NamedTuple):
    """One sum that is not what its outcomes add up to."""

    key: tuple[Any, ...]
    measure: str
    stored: Any
    counted: Any

    def __str__(self) -> str:
        place = ", ".join(f"{name} {value}" for name, value in zip(KEY, self.key, strict=True))
        return f"tally of {place}: {self.measure} is {self.stored}, counted {self.counted}"


def settle_tallies() -> int:
    """Add all changes to the settled rows of their cells; how many. Changes no sum; by two at once without harm."""
    names = list(MEASURES)
    statement = SETTLE.format(
        key=", ".join(KEY),
        measures=", ".join(names),
        sums=", ".join(f"sum({name})" for name in names),
        added=", ".join(f"{name} = cell.{name} + EXCLUDED.{name}" for name in names),
    )
    total = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(statement, [AT_ONCE])
            settled: int = cursor.fetchone()[0]
            total += settled
            if settled < AT_ONCE:
                return total


def wrong_cells(*, clinic: Clinic) -> Iterator[WrongCell]:
    """Every sum of the clinic's tallies that its outcomes do not add up to. One statement, so both are of one instant."""
    stored = OutcomeTally.objects.filter(clinic=clinic).annotate(month=F("opened_month"), is_again=F("is_retreated"))
    counted = Outcome.objects.filter(clinic=clinic).annotate(
        month=Cast(TruncMonth("opened_on"), DateField()), is_again=Q(status=Status.RETREATED)
    )
    both = _sums(stored, {name: Sum(name) for name in MEASURES}, is_stored=True).union(
        _sums(counted, MEASURES, is_stored=False), all=True
    )
    cells: dict[tuple[Any, ...], dict[bool, list[Any]]] = {}
    for values in both:
        key, is_stored, sums = values[: len(KEY)], values[len(KEY)], values[len(KEY) + 1 :]
        cells.setdefault(key, {})[is_stored] = [value or 0 for value in sums]
    nothing = [0] * len(MEASURES)
    for key, found in cells.items():
        for name, held, fresh in zip(MEASURES, found.get(True, nothing), found.get(False, nothing), strict=True):
            if held != fresh:
                yield WrongCell(key, name, held, fresh)


def rebuild_tallies(*, clinic: Clinic) -> int:
    """Count the clinic's tallies anew from its outcomes; how many cells. Whoever writes outcomes waits meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE outcomes_outcome IN SHARE ROW EXCLUSIVE MODE")
        OutcomeTally.objects.filter(clinic=clinic).delete()
        cursor.execute("SELECT outcomes_outcometally_rebuild(%s)", [clinic.pk])
        (cells,) = cursor.fetchone()
    return int(cells)


def _sums(rows: QuerySet[Any], measures: Mapping[str, Any], *, is_stored: bool) -> QuerySet[Any]:
    key = (*KEY[:-2], "month", "is_again")
    totals = {f"total_{name}": measure for name, measure in measures.items()}
    grouped: QuerySet[Any] = rows.order_by().values(*key).annotate(is_stored=Value(is_stored), **totals)
    return grouped.values_list(*key, "is_stored", *totals)
