"""CSV files row by row: UTF-8 with or without byte-order mark, any line ends, quoted commas."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from outcomes.history.cells import Record
from outcomes.history.rows import Finding

MOST_BYTES = 200_000_000
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
MOST_CELL = 10_000
# A line is read whole before its cells are counted.
MOST_LINE = 100_000
AS_CSV = "save each sheet as “CSV UTF-8”"
# What a file that only calls itself CSV begins with.
OTHERS = {
    b"PK\x03\x04": f"is an Excel workbook or another zip archive, not CSV; {AS_CSV}",
    b"\xd0\xcf\x11\xe0": f"is an old Excel workbook, not CSV; {AS_CSV}",
    b"\x1f\x8b": "is a gzip archive, not CSV; unpack it first",
    b"%PDF": "is a PDF, not CSV",
    b"<": "is XML or HTML, not CSV",
    b"\xff\xfe": "is not UTF-8 text but UTF-16; save the file as “CSV UTF-8”",
    b"\xfe\xff": "is not UTF-8 text but UTF-16; save the file as “CSV UTF-8”",
}


class Table(NamedTuple):
    """One file of the folder and its columns. A column that is not required may be missing or empty."""

    file: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


def check_header(folder: Path, table: Table, problems: list[Finding], notes: list[str]) -> None:
    """Say what is wrong with the first row; unknown columns are only noted."""
    path = folder / table.file
    reason = _refused(path)
    try:
        header = [] if reason else _header(path)
    except (OSError, csv.Error) as error:
        reason = f"cannot be read: {error}"
    if reason:
        problems.append(Finding(table.file, None, "", "", reason))
        return
    if not "".join(header).isprintable():
        problems.append(Finding(table.file, 1, "", "", "is not UTF-8 text; save the file as “CSV UTF-8”"))
        return
    if len(header) > MOST_COLUMNS:
        problems.append(Finding(table.file, 1, "", "", f"has more than {MOST_COLUMNS} columns"))
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


def _refused(path: Path) -> str:
    """Why this file is not even opened as CSV; empty when it is."""
    workbook = path.with_suffix(".xlsx")
    try:
        if not path.exists():
            return f"is missing; {workbook.name} cannot be read: {AS_CSV}" if workbook.exists() else "is missing"
        if not path.is_file():
            return "is not a file"
        if path.stat().st_size > MOST_BYTES:
            return f"is larger than {MOST_BYTES // 1_000_000} MB; import it in parts"
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        return f"cannot be read: {error}"
    return next((reason for sign, reason in OTHERS.items() if start.removeprefix(b"\xef\xbb\xbf").startswith(sign)), "")


def records(folder: Path, table: Table, problems: list[Finding]) -> Iterator[Record]:
    """The rows below a header that ``check_header`` found good, one at a time."""
    row = 1
    try:
        with _opened(folder / table.file) as lines:
            reader = csv.reader(_bounded(lines), strict=True)
            header = _named(next(reader))
            for number, cells in enumerate(reader, start=2):
                if number > MOST_ROWS + 1:
                    raise csv.Error(f"more than {MOST_ROWS:,} rows; import them in parts")
                row = number
                if any(cell.strip() for cell in cells):
                    yield _record(table, row, header, cells, problems)
    except csv.Error as error:
        problems.append(Finding(table.file, row + 1, "", "", f"cannot be read from here on: {error}"))


def _record(table: Table, row: int, header: list[str], cells: list[str], problems: list[Finding]) -> Record:
    if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
        problems.append(Finding(table.file, row, "", "", f"has {len(cells)} cells where the header has {len(header)}"))
    for column, cell in zip(header, cells, strict=False):
        if len(cell) > MOST_CELL:
            problems.append(Finding(table.file, row, column, "", f"is longer than {MOST_CELL:,} characters"))
    named = {column: cell.strip()[:MOST_CELL] for column, cell in zip(header, cells, strict=False)}
    return Record(table.file, row, named, problems)


def _header(path: Path) -> list[str]:
    with _opened(path) as lines:
        return _named(next(csv.reader(_bounded(lines), strict=True), []))


def _bounded(lines: TextIO) -> Iterator[str]:
    """The lines of a file, none of which may fill the memory."""
    while line := lines.readline(MOST_LINE + 1):
        if len(line) > MOST_LINE:
            raise csv.Error(f"a line is longer than {MOST_LINE:,} characters")
        yield line


def _named(header: list[str]) -> list[str]:
    return [column.strip().lower() for column in header]


def _opened(path: Path) -> TextIO:
    # Bytes that are not UTF-8 become lone surrogates, so that the cell they are in can be named.
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
