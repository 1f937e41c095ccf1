"""Lists as CSV files."""

import ast
import csv
import io
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.csv_files import harmless, lines


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=SUM(A1:A9)", "'=SUM(A1:A9)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@cmd", "'@cmd"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("\u00a0\u200b=1", "'\u00a0\u200b=1"),
        ("\rx", "'\rx"),
        ("\x00=1", "'\x00=1"),
        ("|calc", "'|calc"),
        ("%0A", "'%0A"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠SUM", "'＠SUM"),
        ("a=1", "a=1"),
        (-1.5, "-1.5"),
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
    assert not any(is_formula(cell) for row in read for cell in row)


def is_formula(cell: str) -> bool:
    """The rule once more, in other words than the code's (EXP-1, T-CSV-1)."""
    if cell[:1] in "\t\r\n\0" and cell:
        return True
    shown = [
        sign for sign in cell if not (sign.isspace() or unicodedata.category(sign) in {"Cc", "Zs"} or sign == "\ufeff")
    ]
    return bool(shown) and shown[0] in "=+-@|%＝＋－＠"


@given(st.text("=+-@|%＝＋－＠\t\r\0 \u00a0\ufeffa1", max_size=8))
def test_no_text_is_a_formula_however_it_begins(text):
    assert not is_formula(harmless(text))
    assert harmless(text) in (text, f"'{text}")
    assert harmless(harmless(text)) == harmless(text)


@given(st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False)))
def test_numbers_stay_numbers(number):
    assert harmless(number) == str(number)


def test_a_heading_is_no_formula_either():
    assert next(lines(("=1+1",), [])) == "'=1+1\r\n"


# The trial of an import, which copies the files that are imported as they are.
COPIES = {"outcomes/history/shuffling.py"}


def test_csv_files_are_written_in_one_place():
    """EXP-1: a second writer would be a second rule."""
    root = Path(__file__).parents[2]
    sources = [path for app in ("clinic", "patients", "treatments", "outcomes") for path in (root / app).rglob("*.py")]
    writers = {str(path.relative_to(root)) for path in sources if writes_csv(path)}
    assert writers == {"clinic/csv_files.py", *COPIES}


def writes_csv(path: Path) -> bool:
    text = path.read_text("utf-8")
    names = (
        {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}
        if "import csv" in text
        else ()
    )
    return bool({"writer", "DictWriter"} & {*names})
