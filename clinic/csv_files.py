"""Lists as CSV files: streamed, and safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.http import StreamingHttpResponse

# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """What csv.writer writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


def harmless(value: object) -> str:
    """The value as a cell that no spreadsheet computes: an apostrophe goes before text that would be a formula."""
    text = "" if value is None else str(value)
    if isinstance(value, int | Decimal):
        return text
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of the file, one after another."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A download of this name. The byte order mark tells spreadsheets that it is UTF-8."""
    content = (line.encode() for part in (["\ufeff"], lines(header, rows)) for line in part)
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
