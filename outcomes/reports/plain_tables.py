"""A report's tables as one flat list of rows, for CSV: one line for each row of each table."""

from collections.abc import Iterator

from clinic.csv_files import lines
from outcomes.reports.shapes import Column, Report, ReportTable, Statistic, TableRow, Unit, Value

PARTS = ("", "_ci_low", "_ci_high", "_n", "_reason")


def report_csv(report: Report[object]) -> str:
    """Every table, each with a header line of its own and an empty line between them. What is missing is empty, never 0.

    Without any table it says why there is none.
    """
    if not report.tables:
        return "".join(lines(["table", "finding"], [["", report.finding]]))
    return "\r\n".join("".join(_table(report, table)) for table in report.tables)


def _table(report: Report[object], table: ReportTable) -> Iterator[str]:
    header = [
        "table",
        "instrument",
        "group",
        table.first.lower(),
        *(name for one in table.columns for name in _names(one)),
    ]
    return lines(header, (_cells(report, table, row) for row in table.rows))


def _names(column: Column) -> list[str]:
    if column.unit in (Unit.COUNT, Unit.PLAIN):
        return [column.key]
    return [f"{column.key}{part}" for part in PARTS]


def _cells(report: Report[object], table: ReportTable, row: TableRow) -> list[object]:
    before = [table.key, report.measure.code if report.measure else None, row.group, row.label]
    return before + [cell for one in table.columns for cell in _of(one, row.values.get(one.key))]


def _of(column: Column, value: Value) -> list[object]:
    if len(_names(column)) == 1:
        return [value.value if isinstance(value, Statistic) else value]
    if not isinstance(value, Statistic):
        return [value, None, None, None, None]
    low, high = value.ci or (None, None)
    return [value.value, low, high, value.n, value.reason]
