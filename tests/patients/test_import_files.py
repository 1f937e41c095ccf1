"""Reading a file of patients: which letters, which columns, which days, and what is refused. No database."""

import datetime as dt

import pytest

from patients.importing.codes import proposed_meanings
from patients.importing.dates import DAY_FIRST, MONTH_FIRST, DateUnreadable, order_of, read_day
from patients.importing.fields import proposed
from patients.importing.sheets import SheetRefused, read_sheet

TODAY = dt.date(2026, 3, 2)
HEAD = "Chart,Name\n"


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter", "header"),
    [
        (b"MRN,Last Name\n1,Brandt\n", "utf-8", ",", "MRN"),
        ("\ufeffMRN;Apellido\r\n1;Núñez\r\n".encode(), "utf-8", ";", "MRN"),
        ("MRN\tApellido\n1\tNúñez\n".encode("cp1252"), "cp1252", "\t", "MRN"),
        (b'MRN|Last name|"To do, and when"\n1|"Brandt"|"Call, soon"\n', "utf-8", "|", "MRN"),
    ],
)
def test_letters_and_delimiters_are_found_out(content, encoding, delimiter, header):
    sheet = read_sheet(content)
    assert (sheet.encoding, sheet.delimiter, sheet.headers[0]) == (encoding, delimiter, header)
    assert len(sheet.rows) == 1 and len(sheet.rows[0][1]) == len(sheet.headers)


def test_quoted_line_breaks_stay_in_their_cell_and_blank_rows_are_none():
    sheet = read_sheet(b'Chart,Note,\n1,"two\nlines",x\n,,\n\n2,one,y\n')
    assert sheet.headers == ("Chart", "Note", "Column 3")
    assert [number for number, _cells in sheet.rows] == [2, 5]
    assert sheet.column(1) == ["two\nlines", "one"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (HEAD.encode(), "no rows"),
        (b"\nChart,Name\n1,2\n", "first row is empty"),
        (b"Chart,Name\n1,a\0b\n", "NUL"),
        ((HEAD + "1,2\n").encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04rest", "workbook"),
        (b"just words\nmore words\n", "Only one column"),
        (b"1,ruth@example.org\n2,otto@example.org\n", "looks like a patient"),
        (HEAD.encode() + b"1,2\n" * 1_300_000, "5 MB"),
        (HEAD.encode() + b"1,2\n" * 20_001, "20,000 rows"),
        (b",".join([b"a"] * 201) + b"\n1\n", "200 columns"),
        (HEAD.encode() + b'1,"' + b"x" * 10_001 + b'"\n', "10 kB"),
        (HEAD.encode() + b'1,"open\n' + b"2,3\n" * 40_000, "Row 2 has a cell"),
        ("Chart,Name\n1,caf\u00e9\n".encode("cp1252") + b"2,\x81\n", "Windows-1252"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_clinic_can_mean_is_refused_in_words(content, words):
    with pytest.raises(SheetRefused) as refused:
        read_sheet(content)
    assert words in refused.value.message and refused.value.field == "file"


def test_what_is_said_of_the_letters_counts():
    with pytest.raises(SheetRefused, match="Line 2 holds a letter that is not UTF-8"):
        read_sheet("Chart,Name\n1,Núñez\n".encode("cp1252"), encoding="utf-8")
    assert read_sheet(b"a;b,c\n1;2,3\n", delimiter=",").headers == ("a;b", "c")


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (
            ["PatientID", "Last Name", "FirstName", "DOB", "Gender", "Home Phone", "Cell Phone", "E-mail"],
            {"chart_number": 0, "family_name": 1, "given_name": 2, "born_on": 3, "sex": 4, "phone": 6, "email": 7},
        ),
        (
            [
                "N.º",
                "Apellidos",
                "Nombre",
                "Fecha de Nacimiento",
                "Sexo",
                "Correo electrónico",
                "Móvil",
                "Idioma",
                "NHC",
            ],
            {
                "chart_number": 8,
                "family_name": 1,
                "given_name": 2,
                "born_on": 3,
                "sex": 4,
                "email": 5,
                "phone": 6,
                "language": 7,
            },
        ),
        (["MRN", "Patient Name", "Seen by"], {"chart_number": 0, "full_name": 1}),
    ],
)
def test_columns_are_proposed_by_their_names(headers, columns):
    assert proposed(headers) == columns


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["03/04/58", "04/03/1958"], None),
        (["03/04/58", "25/03/1958"], DAY_FIRST),
        (["03/04/58", "03/25/1958"], MONTH_FIRST),
        (["13/04/1958", "04/13/1958"], None),
        (["1958-04-03", "3-Apr-58", "April 3, 1958", "19580403"], ""),
        (["0３/０4/1958"], None),
    ],
)
def test_the_order_is_read_from_all_days_and_never_guessed(texts, order):
    assert order_of(texts).order == order


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("04/03/1958", MONTH_FIRST, dt.date(1958, 4, 3)),
        ("04/03/1958", DAY_FIRST, dt.date(1958, 3, 4)),
        ("4.3.58", DAY_FIRST, dt.date(1958, 3, 4)),
        ("04/03/26", MONTH_FIRST, dt.date(2026, 4, 3)),
        ("04/03/27", MONTH_FIRST, dt.date(1927, 4, 3)),
        ("1958-04-03 00:00:00", "", dt.date(1958, 4, 3)),
        ("4/3/1958 12:00:00 AM", MONTH_FIRST, dt.date(1958, 4, 3)),
        ("１９５８-０４-０３", "", dt.date(1958, 4, 3)),
        ("03-APR-58", "", dt.date(1958, 4, 3)),
        ("3 de abril de 1958", "", dt.date(1958, 4, 3)),
        ("Apr 3, 1958", "", dt.date(1958, 4, 3)),
        ("19580403", "", dt.date(1958, 4, 3)),
    ],
)
def test_days_as_files_write_them(text, order, day):
    assert read_day(text, order, TODAY) == day


@pytest.mark.parametrize("text", ["02/30/1958", "21278", "1958", "last week", "03/04-1958", "0000-01-01", "١٩٥٨-٠٤-٠٣"])
def test_what_is_no_day_is_said(text):
    with pytest.raises(DateUnreadable):
        read_day(text, MONTH_FIRST, TODAY)


def test_meanings_are_proposed_and_m_beside_h_is_mujer():
    assert proposed_meanings("sex", ["M", "F", "?"]) == {"M": "M", "F": "F", "?": ""}
    assert proposed_meanings("sex", ["H", "M"]) == {"H": "M", "M": "F"}
    assert proposed_meanings("language", ["Español", "eng", "French"]) == {"Español": "es", "eng": "en", "French": ""}
