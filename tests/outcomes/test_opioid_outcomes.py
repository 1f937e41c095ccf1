"""Which answers about medicines count, and what is made of them. Every expectation is worked out by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from outcomes.opioid_outcomes import Asked, Course, Judged, answers_of, judged

TREATED = dt.date(2026, 3, 2)
WINDOW = (91, 77, 119)


def asked(day, mme=None, nsaid=None, number=1):
    amount = None if mme is None else Decimal(str(mme))
    return Asked(TREATED + dt.timedelta(days=day), number, amount, nsaid)


def days(course):
    return [one and (one.asked_on - TREATED).days for one in (course.before, course.at, course.previous)]


def chosen(*answers):
    return answers_of(answers, treated_on=TREATED, window=WINDOW, pain_improvement=None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((-31, 91), [None, 91, None]),
        ((-30, -3, 0, 91), [0, 91, None]),
        ((-3, 1, 42, 88, 94), [-3, 94, 88]),
        ((-3, 76), [-3, None, None]),
        ((-3, 120), [-3, None, None]),
        ((1, 77), [None, 77, 1]),
    ],
)
def test_which_answers_count(given, expected):
    assert days(chosen(*(asked(day) for day in given))) == expected


def test_what_was_recorded_last_on_a_day_counts():
    assert chosen(asked(0, 30, number=2), asked(0, 20, number=1)).before.mme == 30


def course(before, at, previous=None, pain=0, nsaid=(None, None)):
    return Course(
        before=asked(0, before, nsaid[0]),
        at=asked(91, at, nsaid[1]),
        previous=None if previous is None else asked(42, previous),
        pain_improvement=None if pain is None else Decimal(str(pain)),
    )


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (course(30, 21), Judged(True, False, None, None, False, None)),
        (course(30, "21.01"), Judged(False, False, None, None, False, None)),
        (course(30, 15, pain="-0.9"), Judged(True, True, None, None, False, None)),
        (course(30, 0, previous=0, pain=-1), Judged(False, False, True, None, False, None)),
        (course(30, 0, previous=5), Judged(True, True, False, None, False, None)),
        (course(30, 36, pain=None), Judged(None, None, None, None, False, None)),
        (course(30, "36.01", pain=None), Judged(None, None, None, None, True, None)),
        (course(0, 5), Judged(None, None, None, True, None, None)),
        (course(0, 0, previous=0), Judged(None, None, None, False, None, None)),
        (course(None, 10), Judged(None, None, None, None, None, None)),
        (course(None, None, nsaid=(3, 0)), Judged(None, None, None, None, None, True)),
        (course(None, None, nsaid=(3, 1)), Judged(None, None, None, None, None, False)),
        (course(None, None, nsaid=(0, 0)), Judged(None, None, None, None, None, None)),
    ],
)
def test_outcomes(case, expected):
    assert judged(case) == expected
