"""Codes as scanners type them."""

import datetime as dt

import pytest
from biip.checksums import gs1_standard_check_digit
from hypothesis import given
from hypothesis import strategies as st

from treatments.scanning import GROUP_SEPARATOR, MAX_LENGTH, gtin_of, read_code

GTIN = "00850000000018"
EXPIRY = dt.date(2026, 9, 30)
GS = GROUP_SEPARATOR
VALUE = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/_.+", min_size=1, max_size=20)


def with_check_digit(payload: str) -> str:
    return payload + str(gs1_standard_check_digit(payload))


GTINS = st.text("0123456789", min_size=13, max_size=13).map(with_check_digit)


@pytest.mark.parametrize(
    "text",
    [
        f"01{GTIN}1726093010L2406A",
        f"]d201{GTIN}1726093010L2406A",
        f"]C101{GTIN}10L2406A{GS}17260930",
        f"{GS}01{GTIN}1726093010L2406A{GS}",
        f"01{GTIN}10L2406A{GS}17260930",
        f"01{GTIN}10L2406A<GS>17260930",
        f"01{GTIN}10L2406A␝17260930",
        f"01{GTIN}10L2406A^]17260930",
        f"01{GTIN}10L2406A|17260930",
        f"(01){GTIN}(17)260930(10)L2406A",
        f"(01){GTIN}(10)L2406A(17)260900",
        f"  01{GTIN}1726090010L2406A\n",
        f"]d210L2406A{GS}172609{'30'}01{GTIN}",
    ],
)
def test_every_way_of_typing_the_same_box_reads_the_same(text):
    scanned = read_code(text)
    assert (scanned.gtin, scanned.expires_on, scanned.lot_number) == (GTIN, EXPIRY, "L2406A")
    assert scanned.is_gs1 and not scanned.problem


@pytest.mark.parametrize(
    ("yymmdd", "day"),
    [("260900", dt.date(2026, 9, 30)), ("280200", dt.date(2028, 2, 29)), ("270200", dt.date(2027, 2, 28))],
)
def test_day_00_is_the_last_of_the_month(yymmdd, day):
    assert read_code(f"01{GTIN}17{yymmdd}10A").expires_on == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "L2406A",
        "10A77",
        "1726093010L2406A",
        "=W1234 26 123456 00",
        "ES000123" + "W" * 32,
        "0112",
        "https://example.org/01/1",
        "00850000000017",
        "０0850000000018",
    ],
)
def test_what_is_no_gs1_code_is_kept_as_typed(text):
    scanned = read_code(text)
    assert (scanned.text, scanned.is_gs1) == (text, False)
    assert (scanned.gtin, scanned.lot_number, scanned.expires_on, scanned.serial) == ("", "", None, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"01{GTIN[:-1]}71726093010L2406A", "wrong check digit"),
        (f"(01){GTIN[:-1]}7(10)L2406A", "wrong check digit"),
        (f"01{GTIN}1726023010L2406A", "cannot be read"),
        (f"01{GTIN}1726133010L2406A", "cannot be read"),
        (f"01{GTIN}17260930XX", "cannot be read"),
        ("(99)", "cannot be read"),
    ],
)
def test_a_damaged_gs1_code_fills_nothing_and_says_so(text, words):
    scanned = read_code(text)
    assert words in scanned.problem
    assert (scanned.text, scanned.is_gs1, scanned.gtin, scanned.lot_number) == (text, False, "", "")


def test_a_number_under_a_bar_code_is_a_gtin():
    assert read_code("850000000018").gtin == GTIN
    assert read_code(GTIN).gtin == GTIN


def test_a_serial_number_is_read():
    assert read_code(f"01{GTIN}21SN-7{GS}10L1").serial == "SN-7"


@given(gtin=GTINS, lot=VALUE, serial=VALUE, day=st.dates(dt.date(2000, 1, 1), dt.date(2049, 12, 31)))
def test_what_was_printed_is_what_is_read(gtin, lot, serial, day):
    element = f"01{gtin}17{day:%y%m%d}10{lot}{GS}21{serial}"
    printed = f"(01){gtin}(17){day:%y%m%d}(10){lot}(21){serial}"
    for text in (element, f"]d2{element}", printed):
        scanned = read_code(text)
        assert (scanned.gtin, scanned.lot_number, scanned.serial, scanned.expires_on) == (gtin, lot, serial, day)


@given(st.text(max_size=300))
def test_nothing_that_is_typed_breaks_it(text):
    scanned = read_code(text)
    assert scanned.text == text.strip()[:MAX_LENGTH]
    assert scanned.is_gs1 or not scanned.gtin


@given(st.text("0123456789()[]{}<>|~^]dC1GS" + GS, max_size=60))
def test_nothing_that_nearly_is_a_code_breaks_it(text):
    read_code(text)


@given(GTINS)
def test_one_wrong_digit_of_a_gtin_is_found(gtin):
    assert gtin_of(gtin) == gtin
    for place in range(14):
        wrong = gtin[:place] + str((int(gtin[place]) + 1) % 10) + gtin[place + 1 :]
        with pytest.raises(ValueError, match="typing error"):
            gtin_of(wrong)
