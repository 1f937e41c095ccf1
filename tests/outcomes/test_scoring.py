"""Scores against published or plainly derived values, and the properties that hold for all answers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes import instruments, scoring

PEG, NOW, PGIC = instruments.get("peg"), instruments.get("nrs_now"), instruments.get("pgic")
PEG_ITEMS = ("pain", "enjoyment", "activity")
MCID = Decimal(2)
zero_to_ten = st.integers(0, 10)
scores = st.decimals(0, 10, places=3)


def peg(*values) -> Decimal | None:
    return scoring.score(PEG, dict(zip(PEG_ITEMS, values, strict=True)))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        # Sample answers of the public PEG questionnaires in FHIR; the mean is Krebs 2009, J Gen Intern Med 24:733.
        ((6, 7, 4), "5.67"),
        ((6, 7, 5), "6.00"),
        ((10, 10, 9), "9.67"),
        ((0, 0, 0), "0.00"),
        ((10, 10, 10), "10.00"),
    ],
)
def test_peg_is_the_mean_of_three(answers, expected):
    assert round(peg(*answers), 2) == Decimal(expected)


def test_a_score_keeps_fifteen_decimals():
    assert peg(6, 7, 4) == Decimal("5.666666666666667")


@pytest.mark.parametrize("answers", [(6, 7, None), (None, None, None), (0, None, 0)])
def test_peg_needs_all_three_answers(answers):
    assert peg(*answers) is None


def test_nothing_answered_is_no_score():
    assert scoring.score(PEG, {}) is None
    assert scoring.score(NOW, {"now": None}) is None


def test_zero_is_an_answer():
    assert scoring.score(NOW, {"now": 0}) == 0


def test_answers_to_other_items_do_not_count():
    assert scoring.score(NOW, {"average": 7}) is None


@pytest.mark.parametrize(("instrument", "item", "value"), [(NOW, "now", 11), (NOW, "now", -1), (PGIC, "change", 0)])
def test_an_answer_that_is_not_offered_has_no_score(instrument, item, value):
    with pytest.raises(scoring.AnswerOutOfRange):
        scoring.score(instrument, {item: value})


@pytest.mark.parametrize(
    ("value", "baseline", "expected"),
    [
        # At least 30 % and 50 %, inclusive: Dworkin 2008, J Pain 9:105. MCID of 2 points: Farrar 2001, Pain 94:149.
        ("7", "10", (True, False, 1)),
        ("7.01", "10", (False, False, 1)),
        ("5", "10", (True, True, 1)),
        ("5.01", "10", (True, False, 1)),
        ("4", "6", (True, False, 1)),
        ("4.01", "6", (True, False, 0)),
        ("6", "6", (False, False, 0)),
        ("8", "6", (False, False, -1)),
        ("7.99", "6", (False, False, 0)),
        # From a baseline of 0 there is no share of anything, but there is a change in points.
        ("0", "0", (None, None, 0)),
        ("2", "0", (None, None, -1)),
    ],
)
def test_a_lower_is_better_change_is_judged(value, baseline, expected):
    judged = scoring.judge(Decimal(value), Decimal(baseline), higher_is_better=False, mcid=MCID)
    assert (judged.is_responder_30, judged.is_responder_50, judged.band) == expected


@pytest.mark.parametrize(
    ("value", "baseline", "expected"), [("13", "10", (True, False, 1)), ("8", "10", (False, False, -1))]
)
def test_a_higher_is_better_change_is_judged_the_other_way(value, baseline, expected):
    judged = scoring.judge(Decimal(value), Decimal(baseline), higher_is_better=True, mcid=MCID)
    assert (judged.is_responder_30, judged.is_responder_50, judged.band) == expected


def test_without_a_published_threshold_there_is_no_band():
    assert scoring.judge(Decimal(1), Decimal(9), higher_is_better=False, mcid=None).band is None


@given(zero_to_ten, zero_to_ten, zero_to_ten)
def test_a_mean_lies_between_its_answers_whatever_their_order(a, b, c):
    assert min(a, b, c) <= peg(a, b, c) <= max(a, b, c)
    assert peg(a, b, c) == peg(c, a, b)


@given(scores, scores)
def test_half_better_is_also_a_third_better(value, baseline):
    judged = scoring.judge(value, baseline, higher_is_better=False, mcid=MCID)
    assert not judged.is_responder_50 or judged.is_responder_30


@given(scores, scores)
def test_swapping_before_and_after_swaps_better_and_worse(value, baseline):
    there = scoring.judge(value, baseline, higher_is_better=False, mcid=MCID).band
    back = scoring.judge(baseline, value, higher_is_better=False, mcid=MCID).band
    assert there == -back
