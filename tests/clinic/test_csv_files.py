"""Lists as CSV files."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.csv_files import FORMULA_STARTS, csv_file, harmless, lines, pieces


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=SUM(A1:A9)", "'=SUM(A1:A9)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@cmd", "'@cmd"),
        ("\t=1", "'\t=1"),
        (Decimal("-1.500"), "-1.500"),
        (-3, "-3"),
        (None, ""),
        ("Álvarez, Ruth", "Álvarez, Ruth"),
    ],
)
def test_no_cell_is_a_formula(value, cell):
    assert harmless(value) == cell


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=20))
def test_what_is_written_is_read_again_and_no_text_is_a_formula(rows):
    text = "".join(lines(("One", "Two"), rows))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["One", "Two"], *[[harmless(cell) for cell in row] for row in rows]]
    assert not any(cell.startswith(FORMULA_STARTS) for row in read for cell in row)


@given(st.lists(st.text(max_size=30), max_size=30), st.integers(1, 50))
def test_pieces_are_the_same_text(parts, size):
    cut = list(pieces(parts, size))
    assert "".join(cut) == "".join(parts)
    assert all(len(piece) >= size for piece in cut[:-1])


def test_a_file_is_a_download_in_utf_8():
    answer = csv_file("list.csv", ("Name",), [("Álvarez",)])
    assert answer["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert answer.getvalue().decode() == "﻿Name\r\nÁlvarez\r\n"
