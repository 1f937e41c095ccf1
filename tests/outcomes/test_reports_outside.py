"""What may leave the clinic: the floors, the hidden counts, and what would give them away."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse

from outcomes import actions
from outcomes.reports import parse_filter, scope_of
from outcomes.reports.outside import HIDDEN, NotForOutside, for_outside, hides, is_preliminary
from outcomes.reports.responders import responder_report
from outcomes.reports.shapes import Base
from tests.days import NOON
from tests.population import add_course
from treatments.models import Course

TODAY = dt.date(2026, 9, 1)


@pytest.fixture
def report(clinic, researcher):
    """36 PRP courses, half of them free of pain and half worse, and ``few`` cell courses; the report for a question."""

    def made(few: int = 0, **question: str):
        for number in range(36):
            add_course(clinic, "prp", baseline=8, month_3=9 * (number % 2))
        for _course in range(few):
            add_course(clinic, "cell", baseline=8, month_3=2)
        actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)
        scope = scope_of(researcher)
        asked = parse_filter({name: [value] for name, value in question.items()}, scope)
        return responder_report(asked=asked, scope=scope, as_of=TODAY)

    return made


def with_base(report, **changed: int):
    """The same report as if it stood on something else; imported courses are never due."""
    return replace(report, base=replace(Base(report.base.n, 36, 36, report.base.day), **changed))


def test_thirty_courses_may_leave_and_are_called_preliminary(report):
    whole = with_base(report())
    shown = for_outside(whole, everything=whole)
    assert is_preliminary(shown)
    assert not hides(shown)
    assert shown.finding == whole.finding
    firm = with_base(whole, n=100, due=120, obtained=100)
    assert not is_preliminary(for_outside(firm, everything=firm))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"n": 29}, "too few"),
        ({"due": 61}, "60 %"),
        ({"day": 42}, "3 months"),
    ],
)
def test_below_a_floor_nothing_leaves(report, changed, why):
    weak = with_base(report(), **changed)
    with pytest.raises(NotForOutside, match=why):
        for_outside(weak, everything=weak)


def test_a_filter_that_leaves_out_a_few_is_refused(report):
    whole = with_base(report())
    with pytest.raises(NotForOutside, match="fewer than 11 people"):
        for_outside(with_base(whole, n=33), everything=whole)
    assert for_outside(with_base(whole, n=36), everything=with_base(whole, n=47)).tables


def test_days_are_refused_and_whole_months_are_not(report):
    with pytest.raises(NotForOutside, match="whole months"):
        for_outside(with_base(daily := report(opened_from="2026-01-02")), everything=with_base(daily))
    monthly = with_base(replace(daily, filter=replace(daily.filter, opened_from=dt.date(2026, 1, 1))))
    assert for_outside(monthly, everything=monthly).tables


def test_a_small_group_is_hidden_with_every_total_that_gives_it_away(report):
    whole = with_base(report(few=4))
    shown = for_outside(whole, everything=whole)
    prp, cell = shown.tables[0].rows
    assert prp.values["n"] == 36
    assert {value.is_suppressed for value in cell.values.values()} == {True}
    assert shown.who == shown.finding == HIDDEN


def test_the_api_says_why_it_refuses(client, researcher, report):
    report()
    client.force_login(researcher)
    answer = client.get(reverse("api-report-responders"), {"audience": "outside"})
    assert answer.status_code == 403
    assert "of 0 due" in answer.json()["message"].lower() or "due" in answer.json()["message"]
