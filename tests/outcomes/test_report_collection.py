"""Collection health: counts by hand, and what the missing can mean for the result."""

import datetime as dt
import statistics

import pytest
from scipy import stats

from outcomes import actions
from outcomes.models import Outcome
from outcomes.reports import parse_filter, scope_of
from outcomes.reports.collection import collection_report
from outcomes.reports.collection.ways import age_band, ways
from outcomes.reports.missing import missing_words
from tests.check_in import answer_all
from tests.conftest import NOON
from tests.population import add_course
from treatments.models import Course

DAY = dt.timedelta(days=1)
AS_OF = dt.date(2026, 9, 1)
ON_THE_WAY = ("was_consented", "was_sent", "was_opened", "is_complete", "is_in_window")


@pytest.fixture
def due(clinic):
    """At 3 months 60 are due: 30 answer a message (8, then 4), 10 a tablet (6, then 6), 20 do not (4), of whom 5
    without consent (3).

    Five more are treated again. At 6 weeks two of three answer.
    """
    first = add_course(clinic)
    shared = {name: getattr(first, name) for name in ("clinic", "patient", "treatment_type", "region", "opened_on")}
    courses = iter(Course.objects.bulk_create([Course(**shared, external_ref=f"F{at}") for at in range(70)]))
    made = []

    def rows(n, timepoint="month 3", *, upto=5, value=None, baseline=8, **columns):
        made.extend(Outcome(**row(next(courses), timepoint, upto, value, baseline) | columns) for _ in range(n))

    rows(30, value=4, channel="email", mode="link")
    rows(10, upto=1, value=6, baseline=6, mode="tablet", is_complete=True, is_in_window=True)
    rows(15, upto=2, baseline=4, channel="sms")
    rows(5, upto=0, baseline=3)
    rows(5, upto=0, status="retreated", missing_reason="", is_due=False)
    rows(2, "week 6", value=4, channel="email", mode="link")
    rows(1, "week 6", upto=3, channel="email")
    Outcome.objects.bulk_create(made)


def row(course, timepoint, upto, value, baseline):
    """A row that came as far as ``upto`` of the steps after the eligible."""
    has_value = value is not None
    return {
        "clinic_id": course.clinic_id, "course": course, "instrument": "nrs_average", "timepoint": timepoint,
        "target_day": {"week 6": 42, "month 3": 91}[timepoint], "is_imported": False,
        "treatment_type_id": course.treatment_type_id, "modality": "prp", "region": "knee", "side": "right",
        "opened_on": dt.date(2026, 1, 1), "treated_month": dt.date(2026, 1, 1), "is_treated": True,
        "status": "obtained" if has_value else "missing", "missing_reason": "" if has_value else "unanswered",
        "is_closed": True, "is_due": True, "is_after_retreatment": False, "value": value,
        "day": 91 if has_value else None, "baseline": baseline,
        "improvement": baseline - value if has_value else None,
        "is_responder_30": 10 * (baseline - value) >= 3 * baseline if has_value else None,
        **{name: at < upto for at, name in enumerate(ON_THE_WAY)}, "rule_version": 1,
    }  # fmt: skip


def report_of(user):
    scope = scope_of(user)
    return collection_report(asked=parse_filter({}, scope), scope=scope, as_of=AS_OF)


def table(report, key):
    found = next(table for table in report.tables if table.key == key)
    return {(row.group, row.label): row.values for row in found.rows}


def test_who_is_missing_comes_first_and_every_step_is_counted_of_the_one_before(due, researcher):
    report = report_of(researcher)
    assert report.who == (
        "3 months: 20 of 60 due are missing, 40 answered in the window. 5 more had died, left or been treated again."
    )
    assert report.finding == "67 % of those due at 3 months answered (40 of 60): interpret with care."
    steps = table(report, "flow")["", "3 months"]
    assert tuple(steps.values()) == (65, 60, 55, 45, 30, 30, 30)
    assert [stage.n for stage in report.drawn.stages] == [65, 60, 55, 45, 30, 30, 30]
    assert {caveat.code for caveat in report.caveats} == {
        *("interpret_with_care", "missing_started_differently", "answered_without_message"),
    }


def test_answered_of_due_by_how_they_were_asked(due, researcher):
    found = table(report_of(researcher), "response")
    channels = {label: (row["answered"].k, row["due"]) for (group, label), row in found.items() if "by" in group}
    assert channels == {"E-mail": (30, 30), "Text message": (0, 15), "No message": (10, 15)}
    share = found["Timepoint", "3 months"]["answered"]
    # Wilson 1927 for 40 of 60: the roots of (2/3 − q)² = 1.959964² · q(1 − q)/60, solved apart from this code.
    assert share.ci == pytest.approx((0.540569, 0.772707), abs=1e-6)
    few = found["Timepoint", "6 weeks"]
    assert (few["answered"].value, few["answered"].reason, few["due"]) == (None, "too_few", 3)


def test_the_missing_could_change_the_responders_within_bounds(due, researcher):
    bounds = table(report_of(researcher), "bounds")["", "3 months"]
    assert (bounds["due"], bounds["missing"]) == (60, 20)
    assert [bounds[name].value for name in ("observed", "worst", "best")] == [30 / 40, 30 / 60, 50 / 60]


def test_baselines_of_those_who_answered_beside_those_who_did_not(due, researcher):
    found = table(report_of(researcher), "baselines")
    answered, missing = [8] * 30 + [6] * 10, [4] * 15 + [3] * 5
    at = found["", "3 months"]
    assert (at["answered"].value, at["missing"].value) == (7.5, 3.75)
    assert at["in_sd"].value == pytest.approx(3.75 / statistics.stdev(answered + missing))
    welch = stats.ttest_ind(answered, missing, equal_var=False).confidence_interval()
    assert at["difference"].ci == pytest.approx((welch.low, welch.high))
    assert found["", "6 weeks"]["difference"].reason == "too_few_to_compare"


def test_nothing_due_yet_says_so(clinic, researcher):
    report = report_of(researcher)
    assert report.who.startswith("No check-in is due yet")
    assert report.tables == ()


def test_another_clinic_sees_nothing_of_it(due, stranger):
    assert report_of(stranger).tables == ()


def test_ruth_was_written_to_on_a_monday(week_6, sink, manager, django_assert_max_num_queries):
    monday = NOON + 42 * DAY
    actions.deliver_queued(clock=lambda: monday, budget=dt.timedelta(minutes=1))
    answer_all(week_6, {"nrs_average.average": 3}, monday + DAY)
    actions.submit_survey(survey=week_6, at=monday + DAY)
    actions.recompute_outcomes(course_ids=[week_6.follow_up.course_id], at=NOON + 60 * DAY)
    due = Outcome.objects.filter(instrument="nrs_average", timepoint="week 6", is_due=True)
    assert {(way.group, way.label): (way.k, way.n) for way in ways(due)} == {
        ("First message by", "E-mail"): (1, 1),
        ("Patient’s language", "English"): (1, 1),
        ("Age", "65 to 74"): (1, 1),
        ("First message on", "Monday"): (1, 1),
    }
    with django_assert_max_num_queries(3 + 16):  # three for what the manager may see
        report = report_of(manager)
    messages = table(report, "messages")["", "E-mail"]
    assert (messages["sent"], messages["bounced_hard"].reason) == (1, "too_few")


@pytest.mark.parametrize(
    "years, band",
    [(0, "Under 40"), (39, "Under 40"), (40, "40 to 54"), (54, "40 to 54"), (55, "55 to 64"), (64, "55 to 64"),
     (65, "65 to 74"), (74, "65 to 74"), (75, "75 and older"), (101, "75 and older"), (None, "Age not recorded")],
)  # fmt: skip
def test_age_bands(years, band):
    assert age_band(years) == band


def test_every_report_on_one_timepoint_says_first_who_is_missing_there(due):
    assert missing_words(Outcome.objects.filter(timepoint="month 3")) == "20 of 60 due are missing. "
    assert missing_words(Outcome.objects.filter(timepoint="month 6")) == ""
