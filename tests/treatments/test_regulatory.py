"""Clocks of reports: which are needed, when they end, what nobody has judged yet."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments import regulatory
from treatments.models import AdverseEvent, RegulatoryReport
from treatments.regulatory import GRAVE, IND_7, IND_15, REVIEW, TISSUE_15, Facts, clocks, days_since, due, not_judged

MONDAY = dt.date(2026, 3, 2)
MILD = Facts(aware_on=MONDAY, grade=1)
SERIOUS = replace(MILD, grade=3, seriousness=frozenset({"hospitalisation"}), is_under_ind=True)
INFECTION = replace(MILD, grade=3, is_tissue=True, is_communicable=True, needed_intervention=True)


def test_a_mild_event_asks_for_nothing():
    assert due(replace(MILD, is_under_ind=True, is_tissue=True, is_communicable=True)) == {}


def test_grade_3_asks_for_a_review_the_next_working_day():
    assert due(replace(MILD, grade=2)) == {}
    assert due(replace(MILD, grade=3)) == {REVIEW: dt.date(2026, 3, 3)}


def test_a_serious_event_asks_for_a_review_whatever_its_grade():
    assert REVIEW in due(replace(MILD, seriousness=frozenset({"important"})))


@pytest.mark.parametrize(
    ("aware_on", "ends_on"),
    [
        (dt.date(2026, 3, 5), dt.date(2026, 3, 6)),  # Thursday
        (dt.date(2026, 3, 6), dt.date(2026, 3, 9)),  # Friday
        (dt.date(2026, 3, 7), dt.date(2026, 3, 9)),  # Saturday
        (dt.date(2026, 3, 8), dt.date(2026, 3, 9)),  # Sunday
    ],
)
def test_a_working_day_is_monday_to_friday(aware_on, ends_on):
    assert clocks()[REVIEW].ends_on(aware_on) == ends_on


def test_fifteen_calendar_days_end_on_the_fifteenth_day_after_awareness():
    assert due(SERIOUS) == {REVIEW: dt.date(2026, 3, 3), IND_15: dt.date(2026, 3, 17)}


@pytest.mark.parametrize(
    "facts",
    [
        replace(SERIOUS, seriousness=frozenset({"life_threatening"})),
        replace(SERIOUS, seriousness=frozenset({"death"}), grade=5),
        replace(SERIOUS, seriousness=frozenset(), grade=4),
    ],
)
def test_what_kills_or_nearly_kills_has_seven_days_and_the_fifteen_beside_them(facts):
    assert due(facts)[IND_7] == dt.date(2026, 3, 9)
    assert due(facts)[IND_15] == dt.date(2026, 3, 17)


@pytest.mark.parametrize(
    "changes",
    [
        {"is_under_ind": False},
        {"is_expected": True},
        {"related_to_product": "unrelated"},
        {"related_to_product": "unlikely"},
        {"seriousness": frozenset(), "grade": 3},
    ],
)
def test_an_ind_report_needs_every_one_of_its_reasons(changes):
    assert IND_15 in due(SERIOUS)
    assert IND_15 not in due(replace(SERIOUS, **changes))


@pytest.mark.parametrize("judged", ["", "possible", "probable", "definite"])
def test_what_is_not_judged_counts_as_possible(judged):
    assert IND_15 in due(replace(SERIOUS, related_to_product=judged))


def test_tissue_with_an_infection_that_needed_treatment_has_fifteen_days():
    assert due(INFECTION)[TISSUE_15] == dt.date(2026, 3, 17)


@pytest.mark.parametrize(
    "changes",
    [
        {"is_tissue": False},
        {"is_communicable": False},
        {"needed_intervention": False},
        {"related_to_product": "unlikely"},
    ],
)
def test_a_tissue_report_needs_every_one_of_its_reasons(changes):
    assert TISSUE_15 not in due(replace(INFECTION, **changes))


@pytest.mark.parametrize(
    "changes",
    [{"seriousness": frozenset({reason})} for reason in sorted(GRAVE)] + [{"grade": 4}, {"left_damage": True}],
)
def test_each_of_the_grave_outcomes_is_enough(changes):
    assert TISSUE_15 in due(replace(INFECTION, needed_intervention=False, **changes))


def test_an_expected_infection_by_tissue_is_reported_all_the_same():
    assert TISSUE_15 in due(replace(INFECTION, is_expected=True))


def test_what_is_still_open_is_said_in_words():
    open_ = not_judged(IND_15, is_expected=None, related_to_product="")
    assert open_ == ["it was unexpected", "it is possibly related to the product"]
    assert not_judged(IND_15, is_expected=False, related_to_product="possible") == []
    assert not_judged(TISSUE_15, is_expected=None, related_to_product="possible") == []
    assert not_judged(REVIEW, is_expected=None, related_to_product="") == []


def test_code_and_file_and_rows_speak_of_the_same_things():
    assert set(clocks()) == set(RegulatoryReport.Kind.values)
    assert set(AdverseEvent.Seriousness.values) >= GRAVE
    assert all(clock.source for clock in clocks().values())


def test_days_since_the_injection():
    assert days_since(MONDAY, MONDAY) == 0
    assert days_since(MONDAY, dt.date(2026, 3, 14)) == 12


facts_of_any_kind = st.builds(
    Facts,
    aware_on=st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)),
    grade=st.integers(1, 5),
    seriousness=st.frozensets(st.sampled_from(AdverseEvent.Seriousness.values)),
    is_communicable=st.booleans(),
    needed_intervention=st.booleans(),
    left_damage=st.booleans(),
    is_expected=st.none(),
    related_to_product=st.just(""),
    is_under_ind=st.booleans(),
    is_tissue=st.booleans(),
)


@given(facts_of_any_kind, st.sampled_from([None, True, False]), st.sampled_from(["unrelated", "possible", "definite"]))
def test_judging_only_ever_takes_reports_away_and_never_moves_their_day(facts, is_expected, related):
    before, after = due(facts), due(replace(facts, is_expected=is_expected, related_to_product=related))
    assert after.items() <= before.items()


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)))
def test_a_clock_never_ends_on_the_day_it_starts_nor_on_a_weekend_when_it_counts_working_days(day):
    assert all(clock.ends_on(day) > day for clock in regulatory.clocks().values())
    assert clocks()[REVIEW].ends_on(day).weekday() < 5
