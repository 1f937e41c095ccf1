"""Courses that started alike: the match, the band, and that it hides what does not hold."""

import datetime as dt

import pytest

from outcomes import actions
from outcomes.reports import InvalidFilter, parse_filter, scope_of
from outcomes.reports.similar import similar_report
from tests.days import NOON
from tests.population import add_course
from treatments.models import Course


@pytest.fixture
def ask(researcher):
    def asked(**question: str):
        actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)
        scope = scope_of(researcher)
        named = {name: [value] for name, value in question.items()}
        return similar_report(asked=parse_filter(named, scope), scope=scope, as_of=dt.date(2026, 9, 1))

    return asked


def add_alike(clinic, count: int, baseline: int = 7) -> None:
    """Courses that end evenly on 0, 1, … 9, both halves alike."""
    for number in range(count):
        add_course(clinic, "prp", baseline=baseline, month_3=number // 2 % 10)


def test_below_fifty_nothing_is_shown(clinic, ask):
    add_alike(clinic, 49)
    report = ask(start="7")
    assert report.who == "Fewer than 50 courses started within 3 points of 7: nothing is shown."
    assert report.drawn.outlooks == ()
    (row,) = report.tables[0].rows
    assert row.values["p50"].reason == "too_few"


def test_two_hundred_courses_are_counted(clinic, ask):
    """Even on 0 … 9: by hand, type 7 quantiles of 220 are 0.9, 4.5 and 8.1; bands of one half hold 1 … 8 of the other."""
    add_alike(clinic, 220)
    report = ask(start="7")
    (row,) = report.tables[0].rows
    assert [row.values[name].value for name in ("p10", "p50", "p90")] == pytest.approx([0.9, 4.5, 8.1])
    held = row.values["held"]
    assert (held.n, held.k) == (220, 176)
    assert report.finding.startswith("Of 220 who started near 7, half were between 2 and 7 at 3 months")
    assert row.values["reaching_30"].k == 22 * 5


def test_far_from_everybody_there_is_no_match(clinic, ask):
    add_alike(clinic, 60)
    assert "within 3 points of 2" in ask(start="2").who
    assert "3 months 60" in ask(start="9").who


def test_a_band_that_does_not_hold_is_hidden(clinic, ask):
    """Both halves end elsewhere: the band of each misses the other."""
    for number in range(120):
        add_course(clinic, "prp", baseline=7, month_3=1 if number % 2 else 8)
    report = ask(start="7")
    (row,) = report.tables[0].rows
    assert row.values["p50"].reason == "band_does_not_hold"
    assert "did not hold" in report.finding


def test_a_score_is_a_number_of_points(ask):
    with pytest.raises(InvalidFilter, match="number of points"):
        ask(start="seven")
