"""ICD-10 codes: how they may be written, and which are refused."""

import pytest

from treatments.icd10 import CodeRefused, checked, common_codes


@pytest.mark.parametrize("written", ["M17.11", "m17.11", "M1711", " m17 11 "])
def test_a_code_is_read_however_it_is_written(written):
    assert checked(written) == "M17.11"


@pytest.mark.parametrize("code", ["S83.241A", "M22.2X1", "M54.2", "Z99.89"])
def test_codes_are_accepted_whether_common_or_not(code):
    assert checked(code) == code


@pytest.mark.parametrize(
    ("heading", "below"),
    [
        *(("M54.5", "M54.50, M54.51, M54.59"), ("M51.36", "M51.360"), ("M51.37", "M51.370"), ("M65.9", "M65.90")),
        *(("M17", "M17.0"), ("S83.241", "S83.241A")),
    ],
)
def test_a_heading_is_refused_with_the_codes_below_it(heading, below):
    with pytest.raises(CodeRefused, match=f"{heading} is a heading.*{below}"):
        checked(heading)


@pytest.mark.parametrize("written", ["", "knee", "17.11", "M17.11111", "M1", "M17.1 1 !"])
def test_what_is_no_code_is_refused(written):
    with pytest.raises(CodeRefused, match=r"Codes look like M17\.11"):
        checked(written)


def test_the_common_codes_pass_their_own_check_and_have_words():
    for code, label in common_codes().items():
        assert checked(code) == code
        assert len(code) <= 8
        assert label
