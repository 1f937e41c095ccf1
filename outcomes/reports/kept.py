"""A report made again from its JSON, and what differs between the numbers of two days."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from outcomes.reports.filters import AfterRetreatment, By, GroupBy, ReportFilter
from outcomes.reports.results import Caveat
from outcomes.reports.scope import Measure
from outcomes.reports.shapes import Column, Report, ReportTable, Statistic, TableRow, Unit, Value
from treatments.vocabulary import Modality, Region

# Two numbers are the same when nine digits are: the last ones of a float may depend on the order of adding.
SAME = 1e-9


@dataclass(frozen=True)
class Difference:
    """One cell of a table that is another now; None where it was or is not there. ``place``: table, line and column."""

    place: tuple[str, str, str]
    column: Column
    kept: Value
    now: Value


def report_of(answer: Mapping[str, Any]) -> Report[None]:
    """The report that this JSON was made from, except for what its figures are drawn from."""
    return Report(
        as_of=dt.date.fromisoformat(answer["as_of"]),
        filter=_filter(answer["filter"]),
        clinics=tuple(answer["clinics"]),
        measure=_measure(answer["instrument"]),
        who=answer["who"],
        finding=answer["finding"],
        caveats=tuple(Caveat(one["code"], one["sentence"]) for one in answer["caveats"]),
        tables=tuple(_table(one) for one in answer["tables"]),
        drawn=None,
        level=answer["level"],
        rule_version=answer["rule_version"],
    )


def definitions_of(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and sentence of each rule that was printed with it."""
    return [(one["name"], one["sentence"]) for one in answer["definitions"]]


def differences(kept: Report[Any], now: Report[Any]) -> list[Difference]:
    """Every number that is another now, of tables, lines and columns that either of them has."""
    before, after = dict(_cells(kept.tables)), dict(_cells(now.tables))
    places = [*before, *(place for place in after if place not in before)]
    found = []
    for place in places:
        (column, was), (_column, value) = (
            before.get(place) or _gone(after[place]),
            after.get(place) or _gone(before[place]),
        )
        if not is_same(was, value):
            found.append(Difference(place, column, was, value))
    return found


def is_same(one: Value, other: Value) -> bool:
    """Whether two values say the same: numbers to nine digits, everything else to the letter."""
    if isinstance(one, Statistic) and isinstance(other, Statistic):
        ends = zip(one.ci or (), other.ci or (), strict=False)
        return (
            (one.n, one.k, one.reason, one.is_suppressed) == (other.n, other.k, other.reason, other.is_suppressed)
            and is_same(one.value, other.value)
            and (one.ci is None) == (other.ci is None)
            and all(is_same(*pair) for pair in ends)
        )
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=SAME, abs_tol=SAME)
    return one == other


Cell = tuple[Column, Value]


def _gone(cell: Cell) -> Cell:
    return cell[0], None


def _cells(tables: Sequence[ReportTable]) -> Iterator[tuple[tuple[str, str, str], Cell]]:
    for table in tables:
        seen: dict[str, int] = {}
        for row in table.rows:
            line = ", ".join(part for part in (row.group, row.label) if part)
            seen[line] = seen.get(line, 0) + 1
            name = line if seen[line] == 1 else f"{line} ({seen[line]})"
            for column in table.columns:
                yield (table.caption, name, column.label), (column, row.values.get(column.key))


def _filter(said: Mapping[str, Any]) -> ReportFilter:
    return ReportFilter(
        clinic=tuple(UUID(one) for one in said["clinic"]),
        instrument=said["instrument"],
        modality=tuple(Modality(one) for one in said["modality"]),
        region=tuple(Region(one) for one in said["region"]),
        first_timepoint=said["first_timepoint"],
        last_timepoint=said["last_timepoint"],
        opened_from=_day(said["opened_from"]),
        opened_to=_day(said["opened_to"]),
        group_by=GroupBy(said["group_by"]),
        after_retreatment=AfterRetreatment(said["after_retreatment"]),
        start=_decimal(said["start"]),
        by=By(said["by"]),
    )


def _measure(said: Mapping[str, Any] | None) -> Measure | None:
    if said is None:
        return None
    amounts = {name: _decimal(said[name]) for name in ("minimum", "maximum", "mcid")}
    return Measure(**{**said, **amounts})


def _table(said: Mapping[str, Any]) -> ReportTable:
    return ReportTable(
        key=said["key"],
        caption=said["caption"],
        first=said["first"],
        columns=tuple(Column(**{**one, "unit": Unit(one["unit"])}) for one in said["columns"]),
        rows=tuple(
            TableRow(one["label"], {key: _value(value) for key, value in one["values"].items()}, one["group"])
            for one in said["rows"]
        ),
        note=said["note"],
    )


def _value(said: Any) -> Value:
    if not isinstance(said, Mapping):
        plain: Value = said
        return plain
    return Statistic(
        value=said["value"],
        n=said["n"],
        ci=tuple(said["ci"]) if said["ci"] else None,
        k=said["k"],
        method=said["method"],
        reason=said["reason"] or "",
        is_suppressed=said["suppressed"],
    )


def _day(said: str | None) -> dt.date | None:
    return dt.date.fromisoformat(said) if said else None


def _decimal(said: str | None) -> Decimal | None:
    return None if said is None else Decimal(said)
