"""The patient's curve: everything inside the drawing, to scale, and no words over words."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outcomes import trend
from outcomes.trend import Reading

VISIT = dt.date(2026, 3, 2)


def reading(when, day, value) -> Reading:
    return Reading(when, VISIT + dt.timedelta(days=day), Decimal(value))


YEAR = [
    reading("Before", -7, 7), reading("1 week", 7, 5), reading("2 weeks", 14, 5), reading("6 weeks", 42, 5),
    reading("3 months", 91, 4), reading("6 months", 182, 3), reading("Today", 365, 4),
]  # fmt: skip


def drawn_with(readings, visits) -> trend.Trend | None:
    return trend.draw(readings, visits, visit="Visit")


@pytest.mark.parametrize("readings", [[], YEAR[:1]])
def test_one_answer_is_no_curve(readings):
    assert drawn_with(readings, [VISIT]) is None


def test_time_and_pain_are_to_scale():
    drawn = drawn_with([reading("baseline", -10, 10), reading("week 1", 5, 5), reading("week 6", 90, 0)], [VISIT])
    assert [(point.x, point.y) for point in drawn.points] == [(44, 34), (88.1, 127), (338, 220)]
    assert drawn.visits == (trend.Mark(73.4, "Visit"),)
    assert drawn.line == "44.0,34.0 88.1,127.0 338.0,220.0"


def test_the_table_has_every_number_and_the_drawing_those_with_room():
    drawn = drawn_with(YEAR, [VISIT])
    assert drawn.rows == (
        ("Before", "7"), ("1 week", "5"), ("2 weeks", "5"), ("6 weeks", "5"), ("3 months", "4"), ("6 months", "3"),
        ("Today", "4"),
    )  # fmt: skip
    assert [point.words for point in drawn.points] == ["7", "", "", "5", "4", "3", "4"]
    assert [mark.words for mark in drawn.days] == ["Before", "3 months", "6 months", "Today"]
    assert drawn.summary.startswith("Before: 7, 1 week: 5, ")


def test_an_answer_with_help_is_hollow_and_said_in_the_table():
    drawn = drawn_with([reading("baseline", -10, 7), reading("week 6", 42, 4)._replace(help="with help")], [VISIT])
    assert [point.is_hollow for point in drawn.points] == [False, True]
    assert [words for _, words in drawn.rows] == ["7", "4 (with help)"]
    assert drawn.points[1].words == "4"


def test_a_visit_before_the_first_answer_widens_the_drawing():
    drawn = drawn_with([reading("week 1", 7, 5), reading("week 6", 42, 4)], [VISIT])
    assert drawn.visits[0].x == 44
    assert drawn.points[0].x > 44


def test_a_visit_after_the_last_answer_is_not_drawn():
    assert drawn_with(YEAR[:2], [VISIT, VISIT + dt.timedelta(days=30)]).visits[1:] == ()


def test_visits_close_together_share_one_word():
    drawn = drawn_with(YEAR, [VISIT, VISIT + dt.timedelta(days=7), VISIT + dt.timedelta(days=200)])
    assert [mark.words for mark in drawn.visits] == ["Visit", "", "Visit"]


def test_two_answers_on_one_day_can_be_drawn():
    assert drawn_with([reading("baseline", 0, 7), reading("day 1", 0, 6)], [VISIT]).points[0].x == 44


@pytest.mark.parametrize(("value", "words"), [("4.00000", "4"), ("0.00", "0"), ("10.000", "10"), ("5.50", "5.5")])
def test_numbers_have_no_idle_zeros(value, words):
    assert trend.plain(Decimal(value)) == words


days = st.lists(st.integers(-30, 400), min_size=2, max_size=9, unique=True).map(sorted)


# What a busy machine takes to draw an example says nothing about the curve.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days, st.lists(st.integers(-60, 430), max_size=4), st.lists(st.integers(0, 10), min_size=9, max_size=9))
def test_everything_lies_inside_and_nothing_overlaps(on, visits, values):
    readings = [reading(f"day {day}", day, value) for day, value in zip(on, values, strict=False)]
    drawn = drawn_with(readings, [VISIT + dt.timedelta(days=day) for day in visits])
    assert all(44 <= point.x <= 338 and 34 <= point.y <= 220 for point in drawn.points)
    assert all(44 <= mark.x <= 338 for mark in drawn.visits)
    labelled = [point.x for point in drawn.points if point.words]
    assert all(later - earlier >= 18 for earlier, later in pairwise(labelled))
    assert labelled[-1] == 338
    edges = [(mark.x - len(mark.words) * 4, mark.x + len(mark.words) * 4) for mark in drawn.days]
    assert edges[0][0] >= 0 and edges[-1][1] <= 360
    assert all(right <= left for (_, right), (left, _) in pairwise(edges))
