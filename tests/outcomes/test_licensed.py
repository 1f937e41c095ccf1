"""Scores of instruments that do not ship, against published or publicly computed examples, and that none of their words do."""

import tomllib
from decimal import Decimal

import pytest

from outcomes import loinc, scoring
from outcomes.bringing import problems_of
from outcomes.instruments import library
from outcomes.licensed import LICENSED, known, known_definitions, scale_owners, structures

SCALES = {scale.code: scale for one in known().values() for scale in one.scales}


def scored(code: str, *answers: int | None) -> Decimal | None:
    scale = SCALES[code]
    return scoring.score(scale, {item.code: value for item, value in zip(scale.items, answers, strict=True)})


# Where not said otherwise: the test data of the public library awell-score.
VECTORS = [
    ("phq9", (3, 0, 1, 2, 0, 0, 1, 0, 3), "10"),
    ("phq9", (3,) * 9, "27"),
    ("phq9", (0,) * 9, "0"),
    ("odi", (1, 5, 4, 4, 3, 0, 1, 5, 3, 4), "60"),
    # Nine answers: 16 of 45.
    ("odi", (5, 5, 3, 3, 0, 0, 0, 0, 0, None), "35.6"),
    ("odi", (2, 2, 2, 2, 2, 3, 3, 3, 3, 3), "50"),
    ("odi", (2, 2, 2, 2, 2, 3, 3, 3, None, None), None),
    ("ndi", (3, 2, 3, 0, 0, 2, 5, 2, 2, 2), "42"),
    ("ndi", (2, 3) * 5, "50"),
    ("ndi", (5,) * 10, "100"),
    ("quickdash", (1, 2, 3, 4, 1, 1, 2, 3, 5, 1, 1), "29.55"),
    ("quickdash", (3,) * 11, "50"),
    ("quickdash", (*(1,) * 10, None), "0"),
    ("quickdash", (*(1,) * 9, None, None), None),
    ("koos_pain", (3, 2, 1, 2, 3, 4, 1, 2, 3), "41.7"),
    ("koos_symptoms", (2, 3, 1, 4, 2, 1, 3), "42.9"),
    ("koos_sport", (3, 4, 3, 2, 4), "20"),
    ("koos_life", (3, 2, 3, 2), "37.5"),
    # Half of the items, and one fewer.
    ("koos_pain", (4, 4, 4, 4, 4, None, None, None, None), "0"),
    ("koos_pain", (4, 4, 4, 4, None, None, None, None, None), None),
    ("koos_daily", (0,) * 9 + (None,) * 8, "100"),
    ("pcs_total", (0, 1, 2, 3, 0, 0, 1, 4, 2, 1, 3, 0, 4), "21"),
    ("pcs_rumination", (4, 2, 1, 3), "10"),
    ("pcs_magnification", (0, 1, 4), "5"),
    ("pcs_helplessness", (0, 1, 2, 3, 0, 0), "6"),
    ("pcs_total", (2,) * 13, "26"),
    ("pcs_total", (4,) * 13, "52"),
    ("eq5d_profile", (1, 5, 4, 2, 1), "15421"),
    ("eq5d_profile", (3,) * 5, "33333"),
    ("eq5d_profile", (1, 5, None, 2, 1), None),
    ("womac_total", (0,) * 24, "0"),
    ("womac_total", (4,) * 24, "96"),
    ("womac_pain", (2,) * 5, "10"),
    ("womac_stiffness", (2,) * 2, "4"),
    ("womac_function", (2,) * 17, "34"),
    # All best: raw 20 and 20. Items in the order of the scale: 3, 6, 7, 8 and 2, 4, 5, 10.
    ("promis_gph", (5, 5, 0, 1), "67.7"),
    ("promis_gmh", (5, 5, 5, 1), "67.6"),
    # All 3 and pain 5: raw 12 and 12.
    ("promis_gph", (3, 3, 5, 3), "39.8"),
    ("promis_gmh", (3, 3, 3, 3), "43.5"),
    # Raw 9 and 6, and the worst.
    ("promis_gph", (2, 2, 5, 4), "32.4"),
    ("promis_gmh", (2, 1, 1, 4), "28.4"),
    ("promis_gph", (1, 1, 10, 5), "16.2"),
    ("promis_gmh", (1, 1, 1, 5), "21.2"),
    ("promis_gph", (5, 5, None, 1), None),
    # No published example: sums.
    ("lefs", (4,) * 20, "80"),
    ("lefs", (*(4,) * 19, None), None),
    ("eq5d_vas", (75,), "75"),
]


@pytest.mark.parametrize(("code", "answers", "expected"), VECTORS)
def test_scores_are_as_published(code, answers, expected):
    found = scored(code, *answers)
    if expected is None:
        assert found is None
    else:
        places = max(-Decimal(expected).as_tuple().exponent, 0)
        assert round(found, places) == Decimal(expected)


# Two public programs; they differ in the last value, 75.6 or 75.8, of which the first is the manual's.
PAIN_INTERFERENCE = (
    *("41.6", "49.6", "52.0", "53.9", "55.6", "57.1", "58.5", "59.9", "61.2"),
    *("62.5", "63.8", "65.2", "66.6", "68.0", "69.7", "71.6", "75.6"),
)
# Hays 2009, Qual Life Res 18:873, as two public programs have it, one of them of a university hospital.
PHYSICAL = [
    "16.2",
    "19.9",
    "23.5",
    "26.7",
    "29.6",
    "32.4",
    "34.9",
    "37.4",
    "39.8",
    "42.3",
    "44.9",
    "47.7",
    "50.8",
    "54.1",
    "57.7",
    "61.9",
    "67.7",
]
MENTAL = [
    "21.2",
    "25.1",
    "28.4",
    "31.3",
    "33.8",
    "36.3",
    "38.8",
    "41.1",
    "43.5",
    "45.8",
    "48.3",
    "50.8",
    "53.3",
    "56.0",
    "59.0",
    "62.5",
    "67.6",
]


@pytest.mark.parametrize(
    ("code", "table"), [("promis_pi_4a", PAIN_INTERFERENCE), ("promis_gph", PHYSICAL), ("promis_gmh", MENTAL)]
)
def test_every_raw_sum_has_its_published_t_score(code, table):
    scale = SCALES[code]
    for place, expected in enumerate(table):
        counts, left = [], place
        for _ in scale.items:
            counts.append(1 + min(4, left))
            left -= counts[-1] - 1
        answers = [
            list(scoring.counts_of(scale, item)).index(count) + item.minimum
            for item, count in zip(scale.items, counts, strict=True)
        ]
        assert scored(code, *answers) == Decimal(expected)
    assert len(table) == 17


def test_global_7_counts_in_five_steps():
    # 0 is 5; 1-3 are 4; 4-6 are 3; 7-9 are 2; 10 is 1.
    assert SCALES["promis_gph"].recode["global07"] == (5, 4, 4, 4, 3, 3, 3, 2, 2, 2, 1)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "minimal"), (4, "minimal"), (5, "mild"), (10, "moderate"), (15, "moderately severe"), (20, "severe")],
)
def test_phq9_has_words_for_how_severe(value, words):
    assert scoring.band_of(SCALES["phq9"], Decimal(value)) == words
    assert scoring.band_of(SCALES["odi"], Decimal(value)) == ""


def test_a_profile_is_no_amount():
    assert [code for code, scale in SCALES.items() if not scale.is_amount] == ["eq5d_profile"]


def test_answers_that_are_not_offered_are_refused_before_they_are_recoded():
    for value in (-1, 11, True, 3.0):
        with pytest.raises(scoring.AnswerOutOfRange):
            scored("promis_gph", 3, 3, value, 3)


def test_nothing_of_what_may_not_ship_has_words():
    """PHQ-9 is free; the others have codes and numbers only."""
    assert set(structures()) == {path.stem for path in LICENSED.glob("*.toml")}
    for one in structures().values():
        if one.code != "phq9":
            assert one.needs_official_text and not any(item.wording for item in one.items)
            assert all(len(item.short) <= 22 for item in one.items)
    assert not set(structures()) & set(library())


def test_every_file_says_whose_it_is_and_where_its_scoring_comes_from():
    for path in LICENSED.glob("*.toml"):
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        assert raw["code"] == path.stem
        assert all(raw[field] for field in ("version", "licence", "source", "recall", "checked_by", "next_review"))


def test_every_definition_keeps_to_the_rules_for_those_that_clinics_bring():
    assert {code: problems_of(raw) for code, raw in known_definitions().items() if problems_of(raw)} == {}
    assert len(scale_owners()) == sum(len(one.scales) for one in known().values())


def test_loinc_codes_are_of_instruments_items_and_scales_that_there_are():
    for code, codes in loinc.CODES.items():
        assert set(codes.items) <= {item.code for item in known()[code].items}
        assert set(codes.scales) <= {scale.code for scale in known()[code].scales}
        for number in (codes.panel, *codes.items.values(), *codes.scales.values()):
            assert number == "" or check_digit(number[:-2]) == int(number[-1])


def check_digit(digits: str) -> int:
    """The last digit of a LOINC code (Mod 10)."""
    doubled = str(2 * int(digits[::-1][0::2][::-1])) + digits[::-1][1::2]
    return -sum(map(int, doubled)) % 10
