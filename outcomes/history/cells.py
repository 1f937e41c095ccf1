"""One cell at a time: what it may hold, and what to say when it does not."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from outcomes.history.rows import Finding

Meaning = TypeVar("Meaning")

MAX_WHOLE_DIGITS = 9
MAX_DECIMALS = 20
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_UTF8 = re.compile(r"[\ud800-\udfff]")


class Record:
    """One row of a file. What a cell should not hold goes to ``problems``; the caller gets an empty value instead."""

    def __init__(self, file: str, row: int, cells: Mapping[str, str], problems: list[Finding]) -> None:
        self.file = file
        self.row = row
        self._cells = cells
        self._problems = problems

    def refuse(self, column: str, reason: str) -> None:
        """Note a problem with the cell in ``column``."""
        self._problems.append(Finding(self.file, self.row, column, self._cell(column), reason))

    def text(self, column: str, longest: int, *, required: bool = False) -> str:
        """The words as written, without spaces around them. Text that looks like a formula is text."""
        value = self._cell(column)
        if not value and required:
            self.refuse(column, "is empty, and it is needed")
        elif len(value) > longest:
            self.refuse(column, f"is {len(value)} characters long; at most {longest} fit")
        elif _CONTROL.search(value):
            self.refuse(column, "holds a control character (a line break, a tab or a NUL byte)")
        elif _NOT_UTF8.search(value):
            self.refuse(column, "is not UTF-8 text; save the file as “CSV UTF-8”")
        else:
            return value
        return ""

    def number(self, column: str) -> Decimal | None:
        """The exact number. None if empty, or refused because it is none or could not be kept without rounding."""
        value = self._cell(column)
        if not value:
            return None
        if not _NUMBER.fullmatch(value):
            self.refuse(column, "is not a number; write it like 12.5, or leave the cell empty if it is missing")
            return None
        number = Decimal(value)
        if number.adjusted() >= MAX_WHOLE_DIGITS and number:
            self.refuse(column, f"has more than {MAX_WHOLE_DIGITS} digits before the decimal point")
            return None
        if _decimals(number) > MAX_DECIMALS:
            self.refuse(column, f"has more than {MAX_DECIMALS} decimals and would have to be rounded")
            return None
        return number if number else Decimal(0)

    def whole(self, column: str, lowest: int, highest: int) -> int | None:
        """A whole number (also written 28.0) from ``lowest`` to ``highest``; None if empty or refused."""
        number = self.number(column)
        if number is None:
            return None
        if _decimals(number) > 0:
            self.refuse(column, "is not a whole number")
        elif not lowest <= number <= highest:
            self.refuse(column, f"is not from {lowest} to {highest}")
        else:
            return int(number)
        return None

    def word(self, column: str, meanings: Mapping[str, Meaning]) -> Meaning | None:
        """What one of a few words means, whatever its capitals; None if refused."""
        value = self._cell(column).casefold()
        if value in meanings:
            return meanings[value]
        allowed = ", ".join(word or "nothing" for word in meanings)
        self.refuse(column, f"is not one of: {allowed}")
        return None

    def is_empty(self, column: str) -> bool:
        """Whether the cell holds nothing, or the file has no such column."""
        return not self._cell(column)

    def _cell(self, column: str) -> str:
        return self._cells.get(column, "")


def _decimals(number: Decimal) -> int:
    """Digits after the decimal point that count; 2.50 has one. Exact: no arithmetic, so no rounding."""
    _sign, digits, exponent = number.as_tuple()
    significant = "".join(map(str, digits)).rstrip("0")
    return len(significant) - len(digits) - int(exponent) if significant else 0
