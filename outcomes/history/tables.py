"""CSV files row by row: UTF-8 with or without byte-order mark, any line ends, quoted commas."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from outcomes.history.cells import Record
from outcomes.history.rows import Finding


class Table(NamedTuple):
    """One file of the folder and its columns. A column that is not required may be missing or empty."""

    file: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


def check_header(folder: Path, table: Table, problems: list[Finding], notes: list[str]) -> None:
    """Say what is wrong with the first row; unknown columns are only noted."""
    try:
        header = _header(folder / table.file)
    except (OSError, csv.Error) as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        problems.append(Finding(table.file, None, "", "", reason))
        return
    if not "".join(header).isprintable():
        problems.append(Finding(table.file, 1, "", "", "is not UTF-8 text; save the file as “CSV UTF-8”"))
        return
    hint = "; its cells are separated by semicolons or tabs, not commas" if len(header) == 1 else ""
    for column in table.required:
        if column not in header:
            problems.append(Finding(table.file, 1, column, "", f"the column is missing{hint}"))
    for column in sorted({column for column in header if column and header.count(column) > 1}):
        problems.append(Finding(table.file, 1, column, "", "the column is there more than once"))
    unknown = [column for column in header if column and column not in table.required + table.optional]
    if unknown:
        notes.append(f"{table.file}: not used: {', '.join(unknown)}.")


def records(folder: Path, table: Table, problems: list[Finding]) -> Iterator[Record]:
    """The rows below a header that ``check_header`` found good, one at a time."""
    row = 1
    try:
        with _opened(folder / table.file) as lines:
            reader = csv.reader(lines, strict=True)
            header = _named(next(reader))
            for row, cells in enumerate(reader, start=2):
                if any(cell.strip() for cell in cells):
                    yield _record(table, row, header, cells, problems)
    except csv.Error as error:
        problems.append(Finding(table.file, row + 1, "", "", f"cannot be read from here on: {error}"))


def _record(table: Table, row: int, header: list[str], cells: list[str], problems: list[Finding]) -> Record:
    if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
        problems.append(Finding(table.file, row, "", "", f"has {len(cells)} cells where the header has {len(header)}"))
    named = {column: cell.strip() for column, cell in zip(header, cells, strict=False)}
    return Record(table.file, row, named, problems)


def _header(path: Path) -> list[str]:
    with _opened(path) as lines:
        return _named(next(csv.reader(lines, strict=True), []))


def _named(header: list[str]) -> list[str]:
    return [column.strip().lower() for column in header]


def _opened(path: Path) -> TextIO:
    # Bytes that are not UTF-8 become lone surrogates, so that the cell they are in can be named.
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
