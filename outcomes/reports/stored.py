"""A comparison as JSON and back, so that what a worker found is shown on the same page as what a page found itself."""

from dataclasses import asdict, dataclass
from typing import Any

from outcomes.figures.group_comparison import Comparison, Difference, LsMean
from outcomes.reports.results import Caveat, Group
from outcomes.reports.shapes import Column, ReportTable, Statistic, TableRow, Unit, Value


@dataclass(frozen=True)
class Answer:
    """What a comparison says, without the question."""

    who: str
    finding: str
    caveats: tuple[Caveat, ...]
    tables: tuple[ReportTable, ...]
    comparison: Comparison


def to_json(answer: Answer) -> dict[str, Any]:
    """Numbers, texts, lists and dictionaries alone."""
    return asdict(answer)


def from_json(stored: dict[str, Any]) -> Answer:
    """The same answer again; ``stored`` may have been through JSON."""
    return Answer(
        who=stored["who"],
        finding=stored["finding"],
        caveats=tuple(Caveat(**one) for one in stored["caveats"]),
        tables=tuple(_table(one) for one in stored["tables"]),
        comparison=_comparison(stored["comparison"]),
    )


def _table(stored: dict[str, Any]) -> ReportTable:
    columns = tuple(Column(**{**one, "unit": Unit(one["unit"])}) for one in stored["columns"])
    rows = tuple(
        TableRow(one["label"], {key: _value(value) for key, value in one["values"].items()}, one["group"])
        for one in stored["rows"]
    )
    parts, nested = tuple(stored["parts"]), tuple(tuple(pair) for pair in stored["nested"])
    return ReportTable(**{**stored, "columns": columns, "rows": rows, "parts": parts, "nested": nested})


def _value(stored: Any) -> Value:
    if not isinstance(stored, dict):
        plain: Value = stored
        return plain
    return Statistic(**{**stored, "ci": tuple(stored["ci"]) if stored["ci"] else None})


def _comparison(stored: dict[str, Any]) -> Comparison:
    means = [
        LsMean(**{**one, "series": Group(**one["series"]), "interval": tuple(one["interval"])})
        for one in stored["means"]
    ]
    differences = [Difference(**{**one, "interval": tuple(one["interval"])}) for one in stored["differences"]]
    return Comparison(means, differences, stored["contrast"])
