"""What counts as baseline, as a timepoint's score, as improvement: the rules one by one, without a database."""

import datetime as dt
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from outcomes.outcome_facts import Asked, CourseFacts, Given
from outcomes.outcome_rows import rows_of
from outcomes.outcome_rules import (
    BASELINE_DAYS,
    Judged,
    Measure,
    NoBaseline,
    Status,
    Taken,
    Treated,
    Window,
    baseline_of,
    definitions,
    judged,
    percent_change,
    score_in,
    status_of,
)

DAY_0 = dt.date(2026, 3, 2)
T0 = Treated(dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC), DAY_0)
NRS = Measure(Decimal(0), Decimal(10), is_higher_better=False, mcid=Decimal(2))
KOOS = Measure(Decimal(0), Decimal(100), is_higher_better=True, mcid=Decimal(14))


def day(number):
    return DAY_0 + dt.timedelta(days=number)


def at(hour, minute=0, on=0):
    return T0.at.replace(hour=hour, minute=minute) + dt.timedelta(days=on)


def taken(number, value, **more):
    return Taken(day(number), None if value is None else Decimal(str(value)), **more)


# The table of cases that the definition of the baseline came with: procedure on day 0 at 10:00.
BASELINES = [
    ("three scores, one too early", [taken(-45, 8), taken(-10, 6), taken(-2, 7)], 7),
    ("only one, too early", [taken(-45, 8)], NoBaseline.OUTSIDE_WINDOW),
    ("the same morning, before", [taken(0, 6, taken_at=at(9, 10))], 6),
    ("the same day, hour unknown", [taken(0, 6)], NoBaseline.AMBIGUOUS_SAME_DAY),
    ("the same day, hour unknown, form for before", [taken(0, 6, is_pre_procedure=True)], 6),
    ("only the day after", [taken(1, 4)], NoBaseline.AFTER_TREATMENT),
    ("none at all", [], NoBaseline.NONE),
    # Beyond the table: what follows from its words.
    ("the same day, typed in before", [taken(0, 6, entered_at=at(9))], 6),
    ("the same day, typed in after", [taken(0, 6, entered_at=at(11))], NoBaseline.AMBIGUOUS_SAME_DAY),
    ("the same day, after", [taken(0, 6, taken_at=at(10), entered_at=at(10))], NoBaseline.AFTER_TREATMENT),
    ("the first day that counts", [taken(-BASELINE_DAYS, 5)], 5),
    ("the last that does not", [taken(-BASELINE_DAYS - 1, 5)], NoBaseline.OUTSIDE_WINDOW),
    ("latest is by someone else", [taken(-9, 5), taken(-2, 7, is_counted=False)], 5),
    ("only one by someone else", [taken(-2, 7, is_counted=False)], NoBaseline.NOT_COUNTED),
    ("too few answers", [taken(-2, None)], NoBaseline.NOT_COUNTED),
    ("never the worst", [taken(-3, 9), taken(-2, 4)], 4),
    ("one day, later hour", [taken(-2, 4, taken_at=at(15, on=-2)), taken(-2, 6, taken_at=at(9, on=-2))], 4),
    ("one day, later entry", [taken(-2, 4, entered_at=at(9)), taken(-2, 6, entered_at=at(8))], 4),
    ("one day, higher number", [taken(-2, 4, pk=2), taken(-2, 6, pk=1)], 4),
]


@pytest.mark.parametrize(("scores", "expected"), [row[1:] for row in BASELINES], ids=[row[0] for row in BASELINES])
def test_baseline(scores, expected):
    for order in permutations(scores):
        found = baseline_of(order, T0)
        assert (found.value if isinstance(found, Taken) else found) == expected


def test_no_treatment_no_baseline():
    assert baseline_of([taken(-2, 7)], None) is NoBaseline.NOT_TREATED


WEEK_6 = Window.counted_from(DAY_0, 35, 42, 56)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([taken(34, 9)], None),
        ([taken(35, 3), taken(57, 9)], 3),
        ([taken(56, 3)], 3),
        ([taken(40, 3), taken(43, 4)], 4),
        ([taken(40, 3), taken(44, 5)], 5),
        ([taken(42, 3, entered_at=at(9, on=43)), taken(42, 5, entered_at=at(9, on=44))], 5),
        ([taken(42, None), taken(50, 2)], 2),
        ([taken(42, 9, is_counted=False), taken(50, 2)], 2),
        ([], None),
    ],
    ids=[
        *("day before the window", "first day", "last day", "nearest", "equally near: later day"),
        *("one day: later entry", "no value", "by someone else", "nothing"),
    ],
)
def test_score_of_a_timepoint(scores, expected):
    for order in permutations(scores):
        found = score_in(order, WEEK_6, since=T0)
        assert (found and found.value) == expected


def test_a_score_of_the_day_counts_for_a_follow_up_only_after_the_procedure():
    first_day = Window.counted_from(DAY_0, 0, 1, 2)
    assert score_in([taken(0, 6, taken_at=at(9))], first_day, since=T0) is None
    assert score_in([taken(0, 6)], first_day, since=T0) is None
    assert score_in([taken(0, 6, taken_at=at(18))], first_day, since=T0).value == 6


def test_score_from_before_the_target_was_treated_again_goes_first():
    before, after = taken(37, 3), taken(42, 1)
    assert score_in([after, before], WEEK_6, since=T0, retreated_on=day(40)) is before
    assert score_in([after], WEEK_6, since=T0, retreated_on=day(40)) is after


@pytest.mark.parametrize(
    ("chosen", "window", "facts", "expected"),
    [
        (None, None, {}, Status.NOT_DUE),
        (None, WEEK_6, {"today": day(56)}, Status.NOT_DUE),
        (None, WEEK_6, {"today": day(57)}, Status.MISSING),
        (taken(40, 3), WEEK_6, {"today": day(40)}, Status.OBTAINED),
        (taken(40, 3), WEEK_6, {"retreated_on": day(41)}, Status.OBTAINED),
        (taken(40, 3), WEEK_6, {"retreated_on": day(40)}, Status.RETREATED),
        (None, WEEK_6, {"retreated_on": day(35)}, Status.RETREATED),
        (None, WEEK_6, {"retreated_on": day(36)}, Status.MISSING),
        (None, WEEK_6, {"left_on": day(35)}, Status.LEFT),
        (None, WEEK_6, {"left_on": day(36)}, Status.MISSING),
        (taken(40, 3), WEEK_6, {"left_on": day(41)}, Status.OBTAINED),
    ],
)
def test_status(chosen, window, facts, expected):
    assert status_of(chosen, window, **{"today": day(60), **facts}) is expected


@pytest.mark.parametrize(
    ("value", "baseline", "measure", "expected"),
    [
        ("4.9", 7, NRS, (Decimal("2.1"), True, False, True, False)),
        (7, 10, NRS, (3, True, False, True, False)),
        ("7.1", 10, NRS, (Decimal("2.9"), False, False, True, False)),
        (5, 10, NRS, (5, True, True, True, False)),
        (0, 0, NRS, (0, None, None, None, False)),
        (2, 0, NRS, (-2, None, None, None, True)),
        (0, 1, NRS, (1, True, True, None, False)),
        (0, 2, NRS, (2, True, True, True, False)),
        (8, 6, NRS, (-2, False, False, False, True)),
        (64, 50, KOOS, (14, False, False, True, False)),
        (95, 90, KOOS, (5, False, False, None, False)),
        (36, 50, KOOS, (-14, False, False, False, True)),
        (3, 6, NRS._replace(mcid=None), (3, True, True, None, None)),
        (3, 6, NRS._replace(is_amount=False), (None,) * 5),
        (None, 6, NRS, (None,) * 5),
        (3, None, NRS, (None,) * 5),
    ],
)
def test_judged(value, baseline, measure, expected):
    decimals = (None if one is None else Decimal(str(one)) for one in (value, baseline))
    assert judged(*decimals, measure) == Judged(*expected)


def test_percent_change_is_undefined_at_0():
    assert percent_change(Decimal(3), Decimal(6)) == 50
    assert percent_change(Decimal(-2), Decimal(0)) is None


def test_every_rule_is_said_in_a_sentence():
    names = [name for name, _ in definitions()]
    assert len(set(names)) == len(names) == 15
    assert "from 30 days before" in dict(definitions())["baseline"]
    assert not any("{" in sentence for _, sentence in definitions())


# Whole courses.


def course(*given, sessions=(T0,), **changes):
    facts = {
        "pk": 1, "clinic_id": 1, "treatment_type_id": 1, "modality": "prp", "region": "knee", "side": "right",
        "source_site": "", "source_clinician": "", "opened_on": day(-7), "is_imported": False,
        "counts_from_first": False, "sessions": tuple((one, 5) for one in sessions), "given": given,
        "asked": (
            Asked("baseline", 0, 0, 30, ["nrs"]),
            Asked("week 6", 35, 42, 56, ["nrs", "pgic"]),
            Asked("month 6", 154, 182, 224, ["nrs"]),
        ),
    }  # fmt: skip
    return CourseFacts(**facts | changes)


def given(timepoint, number, value, **more):
    return Given("nrs", timepoint, taken(number, value), NRS, number, **more)


def rows(facts, today=400):
    return {(one.instrument, one.timepoint): one for one in rows_of(facts, today=day(today))}


def test_there_is_a_row_for_everything_that_is_asked():
    found = rows(course())
    assert set(found) == {("nrs", "baseline"), ("nrs", "week 6"), ("pgic", "week 6"), ("nrs", "month 6")}
    assert {one.status for one in found.values()} == {"missing"}
    assert (found["nrs", "week 6"].no_baseline, found["pgic", "week 6"].no_baseline) == ("none", "not_asked")


def test_second_treatment_four_weeks_later_keeps_the_first_baseline_and_moves_the_clock():
    second = Treated(at(10, on=28), day(28))
    found = rows(
        course(given("baseline", -2, 7), given("week 6", 20, 1), given("week 6", 66, 3), sessions=(T0, second))
    )
    week_6 = found["nrs", "week 6"]
    assert (week_6.baseline, week_6.value, week_6.day) == (7, 3, 38)
    assert 1 not in {one.value for one in found.values()}
    assert (found["nrs", "baseline"].value, found["nrs", "baseline"].day) == (7, -2)


def test_a_score_between_two_treatments_is_in_no_timepoint():
    second = Treated(at(10, on=28), day(28))
    facts = course(given("baseline", -2, 7), given("week 6", 20, 1), sessions=(T0, second))
    asked = [one._replace(has_survey=True, is_complete=True) for one in facts.asked]
    missing = rows(course(*facts.given, sessions=(T0, second), asked=asked))["nrs", "week 6"]
    assert (missing.status, missing.missing_reason, missing.value) == ("missing", "outside_window", None)


def test_treated_again_after_200_days_the_score_of_day_190_serves_both_courses():
    last = given("month 6", 190, 4)
    first_course = rows(course(given("baseline", -2, 7), last, retreated_on=day(200)))
    assert first_course["nrs", "month 6"].status == "obtained"
    assert (first_course["nrs", "month 6"].value, first_course["nrs", "month 6"].baseline) == (4, 7)
    again = Treated(at(10, on=200), day(200))
    borrowed = Given("nrs", "month 6", last.taken, NRS, 190, is_own=False)
    second_course = rows(course(borrowed, sessions=(again,)), today=500)
    assert second_course["nrs", "week 6"].baseline == 4
    assert (second_course["nrs", "baseline"].status, second_course["nrs", "baseline"].day) == ("obtained", -10)


def test_after_retreatment_the_value_stays_for_treatment_policy_only():
    found = rows(course(given("baseline", -2, 7), given("week 6", 42, 3), retreated_on=day(40)))
    week_6 = found["nrs", "week 6"]
    assert (week_6.status, week_6.is_due, week_6.value, week_6.is_after_retreatment) == ("retreated", True, 3, True)
    assert (found["nrs", "month 6"].status, found["nrs", "month 6"].value) == ("retreated", None)


def test_whether_it_was_answered_does_not_decide_whether_it_was_due():
    """Week 6 is open from day 35 to 56. Treated again within it: due, with an answer from before, from after, or none."""
    answers = {"before": (given("week 6", 38, 3),), "after": (given("week 6", 42, 3),), "none": ()}
    found = {
        (again, name): rows(course(given("baseline", -2, 7), *answer, retreated_on=day(again)))["nrs", "week 6"]
        for again in (35, 36, 40)
        for name, answer in answers.items()
    }
    assert {key: (row.status, row.is_due) for key, row in found.items()} == {
        (35, "before"): ("retreated", False),
        (35, "after"): ("retreated", False),
        (35, "none"): ("retreated", False),
        (36, "before"): ("retreated", True),
        (36, "after"): ("retreated", True),
        (36, "none"): ("missing", True),
        (40, "before"): ("obtained", True),
        (40, "after"): ("retreated", True),
        (40, "none"): ("missing", True),
    }
    assert "treated again before the window began" in dict(definitions())["denominators"]


def test_due_only_when_the_window_is_over():
    facts = course(given("baseline", -2, 7), given("week 6", 42, 3))
    before, after = rows(facts, today=56)["nrs", "week 6"], rows(facts, today=57)["nrs", "week 6"]
    assert [(one.status, one.is_closed, one.is_due) for one in (before, after)] == [
        ("obtained", False, False),
        ("obtained", True, True),
    ]


def test_nothing_is_known_of_a_course_before_its_first_session():
    found = rows(course(given("baseline", -2, 7), sessions=()))
    assert {(one.status, one.is_treated, one.value) for one in found.values()} == {("not_due", False, None)}
    assert found["nrs", "week 6"].no_baseline == "not_treated"


SCORES = st.lists(
    st.builds(
        lambda timepoint, number, value, is_counted, pk: Given(
            "nrs", timepoint, taken(number, value, is_counted=is_counted, pk=pk), NRS, number
        ),
        st.sampled_from(["baseline", "week 6", "month 6"]),
        st.integers(-40, 240),
        st.none() | st.integers(0, 100).map(lambda tenths: Decimal(tenths) / 10),
        st.booleans(),
        st.integers(1, 1000),
    ),
    max_size=6,
    unique_by=lambda one: one.taken.pk,
)
MAYBE_DAY = st.none() | st.integers(-10, 240).map(day)


@settings(max_examples=60, deadline=None)
@given_any(scores=SCORES, retreated_on=MAYBE_DAY, left_on=MAYBE_DAY, today=st.integers(-10, 300), rng=st.randoms())
def test_whatever_the_order_of_its_scores_a_course_has_the_same_outcomes(scores, retreated_on, left_on, today, rng):
    facts = {"retreated_on": retreated_on, "left_on": left_on}
    found = rows(course(*scores, **facts), today=today)
    shuffled = list(scores)
    rng.shuffle(shuffled)
    assert rows(course(*shuffled, **facts), today=today) == found
    for one in found.values():
        assert (one.value is None) == (one.status not in ("obtained", "retreated") or one.day is None)
        assert (one.status == "missing") == (one.missing_reason != "")
        assert one.timepoint == "baseline" or (one.baseline is None) == (one.no_baseline != "")
        assert not one.is_due or (one.is_closed and one.status in ("obtained", "missing"))
        assert one.improvement is None or one.improvement == one.baseline - one.value
