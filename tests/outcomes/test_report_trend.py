"""Numbers month by month, and where a report begins that is about one timepoint: counts by hand."""

import datetime as dt

import pytest
from django.urls import reverse

from outcomes.figures.theme import Variant
from outcomes.models import Outcome
from outcomes.reports import parse_filter, scope_of
from outcomes.reports.change import change_report
from outcomes.reports.rows import AtTimepoint, usual_timepoint
from outcomes.reports.trend import trend_report
from tests.population import add_course
from treatments.models import Course

AS_OF = dt.date(2026, 9, 1)
DAYS = {"week 1": 7, "month 3": 91, "month 6": 182}


def outcomes(clinic, *, timepoint, n, value, treated, closed, baseline=8, ref=""):
    """So many courses due at a timepoint; without a value they did not answer."""
    first = add_course(clinic)
    shared = {name: getattr(first, name) for name in ("clinic", "patient", "treatment_type", "region", "opened_on")}
    courses = Course.objects.bulk_create([Course(**shared, external_ref=f"{ref}{first.pk}.{at}") for at in range(n)])
    better = None if value is None else baseline - value
    said = {
        "status": "missing" if value is None else "obtained",
        "missing_reason": "unanswered" if value is None else "",
        "value": value,
        "day": None if value is None else DAYS[timepoint],
        "improvement": better,
        "is_responder_30": None if better is None else 10 * better >= 3 * baseline,
        "is_responder_50": None if better is None else 2 * better >= baseline,
        "is_mcid": None if better is None else better >= 2,
        "is_worse": None if better is None else better <= -2,
    }
    Outcome.objects.bulk_create(
        Outcome(
            clinic=clinic, course=course, instrument="nrs_average", timepoint=timepoint, target_day=DAYS[timepoint],
            is_imported=False, treatment_type_id=course.treatment_type_id, modality="prp", region="knee", side="right",
            opened_on=treated, treated_month=treated, is_treated=True, closes_on=closed, is_closed=True,
            is_due=True, is_after_retreatment=False, baseline=baseline, rule_version=1, **said,
        )
        for course in courses
    )  # fmt: skip


JANUARY, FEBRUARY, MAY, JUNE = (dt.date(2026, month, 1) for month in (1, 2, 5, 6))


@pytest.fixture
def three_months(clinic):
    """Of January 20 answer and 4 do not; of February 6 answer and 6 do not. All of January are better by 4 of 8."""
    there = {"clinic": clinic, "timepoint": "month 3"}
    outcomes(**there, n=20, value=4, treated=JANUARY, closed=MAY)
    outcomes(**there, n=4, value=None, treated=JANUARY, closed=MAY)
    outcomes(**there, n=6, value=7, treated=FEBRUARY, closed=JUNE.replace(day=30))
    outcomes(**there, n=6, value=None, treated=FEBRUARY, closed=JUNE)


def trends_of(user, **query):
    scope = scope_of(user)
    return trend_report(asked=parse_filter(query, scope), scope=scope, as_of=AS_OF)


def months_of(report, key):
    return {period.label: (period.k, period.n) for period in report.drawn.named(key).chart.periods}


def test_each_number_is_counted_by_its_own_month(researcher, three_months):
    report = trends_of(researcher)
    assert months_of(report, "answered") == {"2026-05": (20, 24), "2026-06": (6, 12)}
    assert months_of(report, "better") == {"2026-01": (20, 20), "2026-02": (0, 6)}
    assert months_of(report, "improved") == {"2026-01": (20, 20), "2026-02": (0, 6)}
    assert report.drawn.named("events") is None
    assert report.who == (
        "3 months: 10 of 36 due are missing. 26 courses have a score before and after. 0 sessions took place."
    )
    assert "Answered at 3 months: 72 % (26 of 36 check-ins due)." in report.finding


def test_the_numbers_are_those_of_the_reports_behind_them(researcher, three_months):
    scope = scope_of(researcher)
    change = change_report(asked=parse_filter({}, scope), scope=scope, as_of=AS_OF)
    better = trends_of(researcher).drawn.named("better").all
    (row,) = next(table for table in change.tables if table.key == "people").rows
    assert (better.k, better.n) == (row.values["better"].k, row.values["better"].n) == (20, 26)


def test_a_line_leaves_out_months_of_few_and_says_the_others(clinic, researcher, three_months):
    outcomes(clinic, timepoint="month 3", n=4, value=4, treated=dt.date(2026, 4, 1), closed=dt.date(2026, 8, 1))
    drawn = trends_of(researcher).drawn
    line = drawn.answered_line(width=360, variant=Variant.LIGHT)
    values = [row["value"] for row in line["layer"][0]["data"]["values"]]
    assert values == [20 / 24, 6 / 12, None, None]
    assert "2026-05 83 % of 24, 2026-06 50 % of 12." in line["description"]
    assert "2026-08" not in line["description"]


def test_a_line_ends_with_the_twelfth_month_and_has_one_of_four_scales(clinic, researcher):
    for at in range(15):
        month = dt.date(2025 + at // 12, at % 12 + 1, 1)
        outcomes(clinic, timepoint="month 3", n=5, value=4, treated=month, closed=month, ref=f"{at}-")
    trend = trends_of(researcher).drawn.named("answered")
    assert [trend.latest[0].label, trend.latest[-1].label, len(trend.latest)] == ["2025-04", "2026-03", 12]
    assert trend.top == 1


def test_page_and_file_have_each_month(client, researcher, three_months):
    client.force_login(researcher)
    html = client.get(reverse("report-trend")).content.decode()
    assert "Answered at 3 months, by month" in html
    assert "figure=answered&amp;" in html and "answered-line" not in html
    lines = client.get(reverse("api-report-trend"), {"format": "csv"}).content.decode()
    assert "2026-05" in lines


@pytest.mark.parametrize(
    ("times", "usual"),
    [
        ({"week 1": (40, 40), "month 3": (30, 5), "month 6": (30, 20)}, "month 3"),
        ({"week 1": (40, 40), "month 3": (29, 29), "month 6": (30, 20)}, "month 6"),
        ({"week 1": (40, 40), "month 3": (40, 4), "month 6": (2, 2)}, "week 1"),
        ({"week 1": (9, 9), "month 3": (8, 8), "month 6": (9, 9)}, "month 6"),
        ({"week 1": (0, 40), "month 3": (0, 30)}, "month 3"),
        ({"week 1": (40, 0)}, ""),
        ({}, ""),
    ],
)
def test_a_report_begins_at_three_months_once_enough_are_due_there(times, usual):
    assert usual_timepoint(AtTimepoint(name, DAYS[name], *counts) for name, counts in times.items()) == usual


def test_a_report_begins_there_though_more_answered_the_first_week(clinic, researcher, three_months):
    outcomes(clinic, timepoint="week 1", n=50, value=6, treated=JANUARY, closed=JANUARY)
    scope = scope_of(researcher)
    assert change_report(asked=parse_filter({}, scope), scope=scope, as_of=AS_OF).who.startswith("3 months")
    asked = parse_filter({"last_timepoint": ["week 1"]}, scope)
    assert change_report(asked=asked, scope=scope, as_of=AS_OF).who.startswith("1 week")
