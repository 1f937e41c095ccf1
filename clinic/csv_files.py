"""Lists as CSV files: streamed, and safe to open in a spreadsheet. Every file that leaves here is written here."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain

from django.http import StreamingHttpResponse

from clinic import scope

# Lines go out together: one packet, one step of compression.
PIECE = 16_384
# A spreadsheet takes a cell that begins with one of these signs for a formula, also in their full-width forms and behind
# blanks, controls and signs of no width; some take a tab or a carriage return for the start of another cell.
FORMULA = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@|%＝＋－＠]|[\t\r\n\x00]"
)


class _Echo:
    """What csv.writer writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


class Counted:
    """The same rows, and how many went past."""

    def __init__(self, rows: Iterable[Sequence[object]]) -> None:
        self.rows, self.n = rows, 0

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self.rows:
            self.n += 1
            yield row


class CsvFile(StreamingHttpResponse):
    """How many rows went out is recorded when the last one has (clinic.recording)."""

    counted: Counted


def harmless(value: object) -> str:
    """The value as a cell that no spreadsheet computes: an apostrophe goes before text that would be a formula."""
    text = "" if value is None else str(value)
    if isinstance(value, int | float | Decimal):
        return text
    # No formula begins with a letter or digit, and nearly every cell of a long file does.
    return f"'{text}" if not text[:1].isalnum() and FORMULA.match(text) else text


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of the file, one after another."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    for row in chain([header], rows):
        yield writer.writerow([harmless(value) for value in row])


def pieces(parts: Iterable[str], size: int = PIECE) -> Iterator[str]:
    """The same text in pieces of at least ``size`` characters, the last one shorter."""
    waiting: list[str] = []
    length = 0
    for part in parts:
        waiting.append(part)
        length += len(part)
        if length >= size:
            yield "".join(waiting)
            waiting, length = [], 0
    yield "".join(waiting)


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A download of this name. The byte order mark tells spreadsheets that it is UTF-8."""
    counted = Counted(rows)
    content = (piece.encode() for piece in scope.streamed(pieces(chain(["\ufeff"], lines(header, counted)))))
    response = CsvFile(content, content_type="text/csv; charset=utf-8")
    response.counted = counted
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
