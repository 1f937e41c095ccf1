"""Reports: the filter, the cohort, and every number against a plain count over the rows."""

import datetime as dt
import random
from decimal import Decimal

import pytest

from clinic.permissions import Role
from outcomes.actions import submit_survey
from outcomes.numerals import decimals, percent, scale_words
from outcomes.reports import InvalidFilter, outcome_report, parse_filter, scope_of
from outcomes.reports.cohorts import cohort
from outcomes.reports.sentences import cohort_words, finding, subject, why_empty
from tests.check_in import answer_all
from tests.conftest import NOON, member
from tests.population import OPENED, add_check_in, add_course, add_imported_instrument, add_scores, work_out
from treatments.timepoints import in_words, planned_day

DAY = dt.timedelta(days=1)


def report_for(user, **query):
    """The report for query parameters, each a value or a list of values."""
    work_out()
    scope = scope_of(user)
    lists = {name: value if isinstance(value, list) else [value] for name, value in query.items()}
    return outcome_report(asked=parse_filter(lists, scope), scope=scope, as_of=NOON.date())


def row_of(report, timepoint, group="prp"):
    return next(row for row in report.rows if row.timepoint == timepoint and row.group.key == group)


# Cohorts ---------------------------------------------------------------------------------------------------------


def days_of(asked, first, last):
    """Every day of a span that a cohort counts, found by going through the days one by one."""
    counted = []
    for number in range((last - first).days + 1):
        day = first + number * DAY
        month = day.replace(day=1)
        whole = asked.has_whole_months and (asked.since is None or month >= asked.since)
        times = int(whole and (asked.until is None or month < asked.until))
        times += sum(edge.sign for edge in asked.edges if edge.first <= day <= edge.last)
        assert times in (0, 1), f"{day} is counted {times} times"
        counted += [day] * times
    return counted


@pytest.mark.parametrize("seed", range(300))
def test_cohort_counts_each_day_once_and_no_other(seed):
    draw = random.Random(seed)
    first = dt.date(2025, 1, 1) + draw.randrange(500) * DAY
    last = first + draw.choice([0, 3, 20, 27, 31, 45, 90, 365]) * DAY
    asked = cohort(first, last)
    expected = [first + number * DAY for number in range((last - first).days + 1)]
    assert days_of(asked, dt.date(2024, 12, 1), dt.date(2027, 12, 31)) == expected
    assert all((edge.last - edge.first).days < 31 for edge in asked.edges)


@pytest.mark.parametrize("day", [1, 2, 14, 15, 16, 17, 27, 28])
def test_cohort_without_one_end_looks_up_the_shorter_part_of_a_month(day):
    limit = dt.date(2026, 2, day)
    since, until = cohort(limit, None), cohort(None, limit)
    span = dt.date(2025, 12, 1), dt.date(2026, 4, 30)
    assert days_of(since, *span)[0] == limit
    assert days_of(until, *span)[-1] == limit
    assert all((edge.last - edge.first).days < 16 for edge in (*since.edges, *until.edges))


def test_whole_months_need_no_single_days():
    assert cohort(dt.date(2026, 2, 1), dt.date(2026, 3, 31)).edges == ()
    assert cohort(dt.date(2026, 2, 1), dt.date(2026, 2, 28)).edges == ()
    assert cohort(None, None).edges == ()


# Timepoints and words --------------------------------------------------------------------------------------------


def test_timepoints_mean_days():
    days = {"baseline": 0, "day 1": 1, "week 6": 42, "month 3": 91, "month 6": 182, "month 12": 365, "visit 2": None}
    assert {name: planned_day(name) for name in days} == days
    assert [in_words(name) for name in ("baseline", "week 1", "month 3", "visit 2")] == [
        *("Before", "1 week", "3 months", "visit 2")
    ]


def test_numbers_for_people_round_half_up_and_never_show_minus_zero():
    assert [decimals(x) for x in (2.25, -2.25, -0.04, 1234.0)] == ["2.3", "−2.3", "0.0", "1,234.0"]
    assert percent(0.125) == "13 %"


# The filter ------------------------------------------------------------------------------------------------------


def test_filter_without_parameters_is_everything_one_may_see(clinic, other_clinic, manager):
    asked = parse_filter({}, scope_of(manager))
    assert asked.clinic == (clinic.public_id,)
    assert (asked.instrument, asked.modality, asked.opened_from) == ("nrs_average", (), None)


def test_filter_is_written_back_as_it_was_read(clinic, manager):
    query = {
        "modality": ["prp", "cell"],
        "region": ["knee"],
        "clinic": [str(clinic.public_id)],
        "instrument": ["peg"],
        "first_timepoint": ["baseline"],
        "last_timepoint": ["month 3"],
        "opened_from": ["2026-01-01"],
        "opened_to": ["2026-02-10"],
        "group_by": ["treatment"],
        "by": ["dose"],
    }
    scope = scope_of(manager)
    asked = parse_filter(query, scope)
    assert asked.parameters() == [(name, value) for name, values in query.items() for value in values]
    again: dict[str, list[str]] = {}
    for name, value in asked.parameters():
        again.setdefault(name, []).append(value)
    assert parse_filter(again, scope) == asked


@pytest.mark.parametrize(
    ("query", "field", "rule"),
    [
        ({"colour": ["red"]}, "colour", "Not known here"),
        ({"modality": ["prp", "magic"]}, "modality", "prp, cell, exosome, other"),
        ({"region": ["moon"]}, "region", "Choose one of: head"),
        ({"instrument": ["nps"]}, "instrument", "nrs_average"),
        ({"instrument": ["peg", "nrs_now"]}, "instrument", "once"),
        ({"clinic": ["7"]}, "clinic", "Choose one of"),
        ({"group_by": ["colour"]}, "group_by", "modality, treatment"),
        ({"by": ["colour"]}, "by", "region, treatment, side, dose, leukocytes"),
        ({"first_timepoint": ["soon"]}, "first_timepoint", "week 6"),
        ({"first_timepoint": ["month 3"], "last_timepoint": ["week 1"]}, "last_timepoint", "before"),
        ({"opened_from": ["2026-02-30"]}, "opened_from", "2026-03-02"),
        ({"opened_from": ["20260101"]}, "opened_from", "2026-03-02"),
        ({"opened_to": ["9999-12-31"]}, "opened_to", "2026-03-02"),
        ({"opened_from": ["2026-02-01"], "opened_to": ["2026-01-31"]}, "opened_to", "before the first"),
    ],
)
def test_filter_names_the_parameter_and_the_rule(manager, query, field, rule):
    with pytest.raises(InvalidFilter) as refused:
        parse_filter(query, scope_of(manager))
    assert list(refused.value.errors) == [field]
    assert rule in refused.value.errors[field]


def test_another_clinic_cannot_be_asked_for(manager, other_clinic):
    with pytest.raises(InvalidFilter, match="clinic"):
        parse_filter({"clinic": [str(other_clinic.public_id)]}, scope_of(manager))


def test_clinics_that_define_an_instrument_differently_are_not_mixed(clinic, other_clinic, manager):
    member(other_clinic, Role.MANAGER, "Ines Ferreira")
    both = member(clinic, Role.MANAGER, "Ada Both")
    other_clinic.memberships.create(user=both, role=Role.RESEARCHER)
    add_imported_instrument(clinic, maximum=140)
    add_imported_instrument(other_clinic, maximum=100)
    query = {"instrument": ["headache_severity"]}
    with pytest.raises(InvalidFilter, match="clinic: These clinics define headache_severity differently"):
        parse_filter(query, scope_of(both))
    asked = parse_filter({**query, "clinic": [str(clinic.public_id)]}, scope_of(both))
    assert asked.clinic == (clinic.public_id,)


# Numbers ---------------------------------------------------------------------------------------------------------


def test_means_changes_responders_and_bands(clinic, manager):
    for before, after in ((8, 4), (7, "4.9"), (6, 6), (5, 7), (0, 0), (None, 3)):
        add_course(clinic, baseline=before, month_3=after)
    report = report_for(manager)
    row = row_of(report, "month 3")
    assert (row.n, row.mean.value) == (6, pytest.approx((4 + 4.9 + 6 + 7 + 0 + 3) / 6))
    assert (row.change.n, row.change.value) == (5, pytest.approx((-4 - 2.1 + 0 + 2 + 0) / 5))
    assert (row.n_without_baseline, row.n_baseline_zero) == (1, 1)
    assert (row.responder_30.k, row.responder_30.n) == (2, 4)
    assert (row.responder_50.k, row.responder_50.n) == (1, 4)
    assert (row.bands.better, row.bands.same, row.bands.worse) == (2, 2, 1)
    assert (row.planned_day, row.day) == (91, 91.0)


def test_baseline_row_has_no_change(clinic, manager):
    add_course(clinic, baseline=6, month_3=5)
    row = row_of(report_for(manager), "baseline")
    assert (row.n, row.change.n, row.n_without_baseline) == (1, 0, 0)
    assert row.responder_30.value is None


def test_missing_and_excluded_scores_are_left_out_and_never_zero(clinic, manager):
    add_course(clinic, baseline=6, month_3=None)
    add_course(clinic, baseline=8, month_3=6)
    proxy = add_course(clinic, baseline=2)
    proxy.scores.update(excluded="proxy")
    report = report_for(manager)
    assert row_of(report, "baseline").mean.value == 7
    assert (row_of(report, "month 3").n, row_of(report, "month 3").mean.value) == (1, 6)


def test_published_decimals_are_kept(clinic, manager):
    values = ["15.33333", "0.06666666666666667", "2.00000000000000001"]
    for value in values:
        add_course(clinic, baseline=value)
    exact = sum(Decimal(value) for value in values) / 3
    assert row_of(report_for(manager), "baseline").mean.value == float(exact)


def test_groups_are_modalities_or_treatments(clinic, manager):
    add_course(clinic, "prp", baseline=6)
    add_course(clinic, "cell", baseline=7)
    by_modality = report_for(manager)
    assert [group.label for group in by_modality.groups] == ["PRP", "Stem cell"]
    clinic_type = by_modality.groups[1].modality
    assert clinic_type == "cell"
    by_treatment = report_for(manager, group_by="treatment")
    assert {group.key for group in by_treatment.groups} == {"prp", "cell"}
    assert [row.mean.value for row in by_treatment.totals] == [6.5]


def test_filters_narrow(clinic, manager):
    add_course(clinic, "prp", "knee", baseline=6, month_3=4)
    add_course(clinic, "prp", "hip", baseline=7, month_3=5)
    add_course(clinic, "cell", "knee", baseline=8, month_3=6)
    assert report_for(manager, modality="prp").totals[0].n == 2
    assert report_for(manager, modality="prp", region="hip").totals[0].mean.value == 7
    assert report_for(manager, region=["hip", "knee"]).totals[0].n == 3
    assert [row.timepoint for row in report_for(manager, first_timepoint="week 1").totals] == ["month 3"]
    assert [row.timepoint for row in report_for(manager, last_timepoint="baseline").totals] == ["baseline"]
    assert report_for(manager, instrument="peg").totals == ()


@pytest.mark.parametrize("seed", range(8))
def test_days_of_opening_are_inclusive_wherever_months_are_cut(clinic, manager, seed):
    draw = random.Random(seed)
    opened = [OPENED + draw.randrange(100) * DAY for _ in range(12)]
    for day in opened:
        course = add_course(clinic, opened_on=day, baseline=draw.randrange(1, 10), month_3=draw.randrange(10))
        add_check_in(course, "month 3", answered=True, ended=True)
    first, last = sorted(draw.sample(opened, 2))
    report = report_for(manager, opened_from=str(first), opened_to=str(last))
    inside = sum(first <= day <= last for day in opened)
    assert [row.n for row in report.totals] == [inside, inside]
    assert report.total("month 3").completeness.planned == inside
    one_sided = report_for(manager, opened_from=str(first))
    assert one_sided.total("baseline").n == sum(day >= first for day in opened)


def test_nobody_in_a_cut_month_leaves_no_row(clinic, manager):
    """Whole month minus single days gives exactly nothing, not a row of zeros."""
    add_check_in(add_course(clinic, opened_on=dt.date(2026, 1, 2), baseline=5), "baseline", ended=True)
    assert report_for(manager, opened_from="2026-01-05").rows == ()


def test_completeness_counts_due_planned_and_early(clinic, manager):
    states = ((True, True), (False, True), (False, True), (True, False), (False, False))
    for answered, ended in states:
        add_check_in(add_course(clinic, baseline=8 if answered else 6), "month 3", answered=answered, ended=ended)
    row = row_of(report_for(manager), "month 3")
    assert row.n == 2
    assert list(row.completeness.steps.values()) == [3, 3, 3, 3, 1, 1, 1]
    assert (row.completeness.answered.mean, row.completeness.missing.mean, row.completeness.n_missing) == (8, 6, 2)
    assert (row.completeness.planned, row.completeness.due, row.completeness.answered_early) == (5, 3, 1)
    assert (row.completeness.answered_of_due.k, row.completeness.answered_of_due.n) == (1, 3)


def test_imported_instruments_show_no_check_ins_of_other_groups(clinic, manager):
    add_imported_instrument(clinic)
    add_scores(add_course(clinic, "cell"), "headache_severity", baseline=120, month_3="80.25")
    add_check_in(add_course(clinic), "month 3", ended=True)
    report = report_for(manager, instrument="headache_severity")
    assert [group.key for group in report.groups] == ["cell"]
    assert all(row.completeness is None and row.bands is None for row in report.rows)
    assert scale_words(report.measure) == "0–140, higher = worse"


def test_a_report_is_about_visible_clinics_only(clinic, other_clinic, manager, stranger):
    add_course(clinic, baseline=6)
    add_course(other_clinic, baseline=9)
    assert report_for(manager).totals[0].mean.value == 6
    assert report_for(stranger).totals[0].mean.value == 9


def test_every_role_may_see_reports(clinic, manager, researcher, front_desk, clinician):
    add_course(clinic, baseline=6)
    assert all(report_for(user).totals[0].n == 1 for user in (manager, researcher, front_desk, clinician))


def test_an_answered_survey_is_in_the_report(treated, week_6, manager):
    answer_all(week_6, {"nrs_average.average": 3}, NOON + dt.timedelta(days=42))
    submit_survey(survey=week_6, at=NOON + dt.timedelta(days=42))
    report = report_for(manager)
    assert row_of(report, "baseline").mean.value == 6
    week = row_of(report, "week 6")
    assert (week.mean.value, week.change.value, week.responder_50.k, week.bands.better) == (3, -3, 1, 1)
    assert week.completeness.answered_early == 1


def test_a_report_takes_four_queries_whatever_the_size(clinic, manager, django_assert_num_queries):
    for number in range(20):
        add_course(clinic, opened_on=OPENED + number * DAY, baseline=6, month_3=4)
    work_out()
    with django_assert_num_queries(1 + 4):  # The first looks for courses to be worked out, which no page does.
        report_for(manager, opened_from="2026-01-20", opened_to="2026-02-03")


# Words -----------------------------------------------------------------------------------------------------------


def test_sentences_name_their_denominators(clinic, manager):
    for number in range(10):
        add_course(clinic, baseline=8, month_3=3 + number % 3)
    report = report_for(manager, modality="prp", region="knee", opened_from="2026-01-01")
    assert subject(report.filter) == "PRP, knee"
    assert cohort_words(report.filter) == "courses opened from 1 January 2026"
    assert finding(report) == (
        "Among 10 courses answered both before and at 3 months, the mean fell by 4.1 points (95 % CI 3.5 to 4.7). "
        "10 of 10 (100 %) were better by 2 points or more."
    )


def test_one_pair_is_called_too_few_and_not_nobody(clinic, manager):
    add_course(clinic, baseline=7, month_3=3)
    assert finding(report_for(manager)).startswith("Only 1 course has a score both before treatment and after it")


def test_an_empty_report_says_why(clinic, manager):
    assert "Widen the filter" in why_empty(report_for(manager))
    add_check_in(add_course(clinic), "month 3")
    assert "None of the 1 check-ins planned" in why_empty(report_for(manager))


def test_caveats_carry_their_numbers(clinic, manager):
    for number in range(5):
        course = add_course(clinic, baseline=0 if number else 5, month_3=2)
        add_check_in(course, "month 3", answered=number < 2, ended=True)
    found = {caveat.code: caveat.sentence for caveat in report_for(manager).caveats}
    assert set(found) == {"not_compared", "low_completeness", "baseline_zero"}
    assert "3 months 40 % (2 of 5)" in found["low_completeness"]
    assert "up to 1 at one timepoint" in found["baseline_zero"]
