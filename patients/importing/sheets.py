"""A CSV file of any practice software as rows of cells: in which letters and with which sign between, within limits. Pure."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from clinic.rules import RuleBroken
from patients.importing.fields import proposed

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_IN_A_CELL = 10_000
LOOKED_AT = 50
UTF_8, CP1252 = "utf-8", "cp1252"
DELIMITERS = (",", ";", "\t", "|")
UNLIKELY = (0, 1)
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class SheetRefused(RuleBroken):
    code = "file_refused"


@dataclass(frozen=True)
class Sheet:
    """The rows of a file below its headers. The number of a row is the one that a spreadsheet shows: headers are row 1."""

    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]

    def column(self, place: int) -> list[str]:
        """What stands in one column, where anything does."""
        return [cells[place].strip() for _number, cells in self.rows if len(cells) > place and cells[place].strip()]

    def samples(self, place: int) -> list[str]:
        """The first three different values of a column."""
        found: dict[str, None] = {}
        for value in self.column(place):
            found.setdefault(value)
            if len(found) == 3:
                break
        return list(found)


def read_sheet(content: bytes, *, encoding: str = "", delimiter: str = "") -> Sheet:
    """The file, its letters and delimiter as said, else as they look. Raises SheetRefused."""
    _check_kind(content)
    encoding = encoding or _encoding_of(content)
    text = _decoded(content, encoding)
    delimiter = delimiter or _delimiter_of(text)
    records = [(number, cells) for number, cells in _records(text, delimiter) if any(map(str.strip, cells))]
    if not records or records[0][0] != 1:
        raise SheetRefused("The first row is empty. It has to hold the names of the columns.", "file")
    headers = _headers(records[0][1])
    if len(records) == 1:
        raise SheetRefused("There are no rows below the names of the columns.", "file")
    return Sheet(encoding, delimiter, headers, tuple(records[1:]))


def _check_kind(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise SheetRefused("The file is larger than 5 MB. Bring the patients in two files.", "file")
    if content.startswith(WIDE):
        raise SheetRefused("The file is UTF-16 text. Save it as “CSV UTF-8 (comma delimited)” and choose that.", "file")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise SheetRefused(
            "This is a workbook of a spreadsheet program. Save it as “CSV UTF-8” and choose that.", "file"
        )
    if b"\0" in content:
        raise SheetRefused("The file holds NUL bytes, so it is no CSV text. Export it again as “CSV UTF-8”.", "file")
    if not content.strip(b" \r\n\t\xef\xbb\xbf"):
        raise SheetRefused("The file is empty.", "file")


def _encoding_of(content: bytes) -> str:
    try:
        content.decode(UTF_8)
    except UnicodeDecodeError:
        return CP1252
    return UTF_8


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode("utf-8-sig" if encoding == UTF_8 else encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        name = "UTF-8" if encoding == UTF_8 else "Windows-1252"
        raise SheetRefused(
            f"Line {line:,} holds a letter that is not {name}. Save the file as “CSV UTF-8”.", "file"
        ) from None


def _delimiter_of(text: str) -> str:
    """The sign that leaves most names of columns that are known, and then cuts the first rows into most columns."""
    found = {delimiter: _first_rows(text, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: _likelihood(found[delimiter]))
    if _likelihood(found[best]) == UNLIKELY:
        raise SheetRefused(
            "Only one column was found. Between columns stands a comma, semicolon, tab or vertical bar.", "file"
        )
    return best


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    # A quotation mark that is left open ends in an error, which the rows before it do not have.
    with suppress(csv.Error):
        rows.extend(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), LOOKED_AT))
    return [cells for cells in rows if cells]


def _likelihood(rows: list[list[str]]) -> tuple[int, int]:
    widths = [len(cells) for cells in rows]
    usual = max(widths, key=widths.count, default=1)
    return (len(proposed(rows[0])), usual) if rows and len(rows[0]) == usual > 1 else UNLIKELY


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with its number, limits checked as it is read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS + 1:
                raise SheetRefused(f"There are more than {MOST_ROWS:,} rows. Bring the patients in two files.", "file")
            if len(cells) > MOST_COLUMNS:
                raise SheetRefused(f"Row {number:,} has more than {MOST_COLUMNS} columns.", "file")
            if any(len(cell) > MOST_IN_A_CELL // 4 and len(cell.encode()) > MOST_IN_A_CELL for cell in cells):
                raise _too_long(number)
            yield number, cells
    except csv.Error:
        raise _too_long(number + 1) from None


def _too_long(number: int) -> SheetRefused:
    return SheetRefused(f"Row {number:,} has a cell of more than 10 kB. Is a quotation mark left open there?", "file")


def _headers(cells: list[str]) -> tuple[str, ...]:
    """The names of the columns, each different; a column without a name gets its number."""
    if any("@" in cell for cell in cells):
        raise SheetRefused("The first row looks like a patient. It has to hold the names of the columns.", "file")
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.split())[:80] or f"Column {place}"
        names.append(f"{name} ({place})" if name in names else name)
    return tuple(names)
