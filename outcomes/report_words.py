"""The values of a report's tables as people read them, on pages and on paper."""

from typing import Any

from outcomes.numerals import decimals, percent
from outcomes.reports.shapes import Column, ReportTable, Statistic, Unit, Value

NOTHING = "–"


def table_words(table: ReportTable) -> dict[str, Any]:
    """Its numbers as people read them, in the order of its columns, grouped."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in table.rows:
        cells = [{"column": one.label, "words": words(one, row.values.get(one.key))} for one in table.columns]
        groups.setdefault(row.group, []).append({"label": row.label, "cells": cells})
    return {"caption": table.caption, "first": table.first, "columns": table.columns, "groups": groups.items()}


def words(column: Column, value: Value) -> str:
    """One value for people: its interval and its denominator stand beside it."""
    if not isinstance(value, Statistic):
        return _bare(column.unit, value)
    if value.is_suppressed:
        return "too few to show"
    if value.value is None:
        return f"{NOTHING} ({value.reason.replace('_', ' ')})" if value.reason else NOTHING
    said = _bare(column.unit, value.value)
    if value.ci:
        low, high = (_bare(column.unit, end) for end in value.ci)
        said = f"{said} ({low} to {high})"
    if value.k is not None:
        return f"{said}, {value.k:,} of {value.n:,}"
    return said


def _bare(unit: Unit, value: str | float | None) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    if unit is Unit.SHARE:
        return percent(value)
    if unit is Unit.COUNT:
        return f"{value:,.0f}"
    return decimals(value, 2 if unit in (Unit.RATE, Unit.PLAIN) else 1)
