"""Adverse events per 100 sessions: what counts, for which session, and the exact intervals."""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse

from outcomes.reports import parse_filter, scope_of
from outcomes.reports.months import month_chart
from outcomes.reports.safety import safety_report
from tests.days import NOON
from tests.layers import layer
from tests.population import add_course
from tests.treatments.safety import ADMITTED, NOW, record
from tests.treatments.stock import receive, register, session_of, take
from treatments import actions
from treatments.actions import lots

DAY = dt.timedelta(days=1)


def answer(user, **query):
    scope = scope_of(user)
    asked = parse_filter({name: [value] for name, value in query.items()}, scope)
    return safety_report(asked=asked, scope=scope, as_of=NOON.date())


def table(report, key):
    return next(table for table in report.tables if table.key == key)


def lines(report, key):
    return {row.label: row.values for row in table(report, key).rows}


@layer
def sessions(clinic, clinician):
    """Ten PRP sessions of ten people at NOON, and six cell sessions of one person, a week apart, up to NOON."""
    prp = [session_of(add_course(clinic), clinician) for _ in range(10)]
    course = add_course(clinic, "cell", region="hip")
    cell = [session_of(course, clinician, performed_at=NOON - week * 7 * DAY) for week in range(6)]
    return prp, cell


def test_events_over_sessions_with_exact_intervals(sessions, clinician, researcher):
    prp, _ = sessions
    for session, details in ((prp[0], {}), (prp[0], ADMITTED), (prp[1], {})):
        record(session.course.patient, clinician, session=session, **details)
    wrong = record(prp[2].course.patient, clinician, session=prp[2])
    actions.void_event(event=wrong, version=wrong.version, reason="Another patient", at=NOW, by=clinician)
    report = answer(researcher)
    assert report.who == "16 sessions, with 3 adverse events after 2 of them."
    found = lines(report, "rates")
    assert (found["PRP"]["sessions"], found["PRP"]["events"], found["PRP"]["serious"]) == (10, 3, 1)
    rate, share = found["PRP"]["rate"], found["PRP"]["with_event"]
    # Exact Poisson limits of 3 events are 0.6187 and 8.7673 (Garwood 1936, as in Ulm 1990, Am J Epidemiol 131:373).
    assert (rate.value, rate.n) == (30, 10)
    assert rate.ci == pytest.approx((6.187, 87.673), abs=0.001)
    # Clopper and Pearson of 2 in 10: 0.0252 to 0.5561 (R binom.test).
    assert (share.k, share.n) == (2, 10)
    assert share.ci == pytest.approx((0.0252, 0.5561), abs=0.0001)
    # None in 6 is up to 3.6889 events' worth.
    assert found["Stem cell"]["rate"].ci == pytest.approx((0, 368.89 / 6), abs=0.01)
    assert found["All treatments"]["with_event"].k == 2
    kinds = lines(report, "seriousness")
    assert {label: row["events"] for label, row in kinds.items() if row["events"]} == {
        "Hospital stay, or a longer one": 1, "Not serious": 2, "Grade 2: moderate": 2,
        "Grade 3: severe, not life-threatening": 1, "Not judged yet": 3,
    }  # fmt: skip


def test_an_event_of_a_course_counts_for_the_last_session_before_it(sessions, clinician, researcher):
    _, cell = sessions
    patient, course = cell[0].course.patient, cell[0].course
    record(patient, clinician, course=course, began_at=NOON - 15 * DAY)  # After the fourth, 21 days before NOON.
    record(patient, clinician, course=course, began_at=NOON - 40 * DAY)  # Before the first.
    record(patient, clinician, began_at=NOON - DAY)  # Of no course.
    report = answer(researcher)
    assert lines(report, "rates")["Stem cell"]["events"] == 1
    assert {label: row["with_event"] for label, row in lines(report, "months").items()} == {
        "2026-01": 0, "2026-02": 1, "2026-03": 0,
    }  # fmt: skip
    (unplaced,) = [caveat for caveat in report.caveats if caveat.code == "events_not_placed"]
    assert unplaced.sentence.startswith("2 further events")


def test_products_and_lots_are_those_that_sessions_used(clinic, sessions, clinician, researcher):
    prp, _ = sessions
    kit = register(clinic, clinician)
    used, other = (
        lots.release_lot(lot=receive(kit, clinician, lot_number=name, quantity="9"), by=clinician) for name in "AB"
    )
    with transaction.atomic():
        for number, session in enumerate(prp):
            take(session, used if number < 6 else other, "1", clinician)
    record(prp[0].course.patient, clinician, session=prp[0])
    record(prp[0].course.patient, clinician, session=prp[0])
    report = answer(researcher)
    (product,) = table(report, "products").rows
    assert (product.values["sessions"], product.values["events"], product.values["with_event"].k) == (10, 2, 1)
    (lot,) = table(report, "lots").rows
    assert (lot.label, lot.values["sessions"], lot.values["rate"].value) == ("A", 6, pytest.approx(100 * 2 / 6))
    assert "1 other lots, used 4 times" in table(report, "lots").note


def test_few_sessions_have_no_rate(clinic, clinician, researcher):
    for _ in range(4):
        session_of(add_course(clinic), clinician)
    report = answer(researcher)
    (row,) = table(report, "rates").rows
    assert (row.values["rate"].value, row.values["rate"].reason, row.values["sessions"]) == (None, "too_few", 4)
    assert report.finding == "4 sessions: too few for a rate."


def test_the_filter_is_on_courses(sessions, researcher):
    assert lines(answer(researcher, region="hip"), "rates").keys() == {"Stem cell"}
    assert answer(researcher, opened_from="2026-02-01").tables == ()
    assert answer(researcher, region="hip").who.startswith("6 sessions")


def test_limits_come_with_twenty_months_and_five_expected():
    """Centre and limits by hand: 10 of 100 in each month, 0.1 ± 3·√(0.09/100) = 0.01 to 0.19; the last is 25."""
    month, counts = dt.date(2024, 1, 1), {}
    for _ in range(19):
        counts[month] = (10, 100)
        month = (month + dt.timedelta(days=31)).replace(day=1)
    run = month_chart(counts)
    assert not run.has_limits and {period.limits for period in run.periods} == {None}
    chart = month_chart(counts | {month: (10, 100)})
    assert chart.periods[0].limits == pytest.approx((0.01, 0.19))
    far = month_chart(counts | {month: (25, 100)})
    assert far.periods[-1].signal == "outside"
    later = (month + dt.timedelta(days=62)).replace(day=1)
    gap = month_chart(counts | {later: (10, 100)})
    assert [period.n for period in gap.periods[-4:]] == [100, 0, 0, 100]


def test_queries_do_not_grow_and_another_clinic_sees_nothing(
    client, sessions, clinician, researcher, stranger, django_assert_max_num_queries
):
    prp, _ = sessions
    record(prp[0].course.patient, clinician, session=prp[0])
    scope = scope_of(researcher)
    asked = parse_filter({}, scope)
    with django_assert_max_num_queries(10):
        safety_report(asked=asked, scope=scope, as_of=NOON.date())
    client.force_login(stranger)
    assert client.get(reverse("api-report-safety")).json()["tables"] == []


def test_the_page_offers_no_measure(client, sessions, researcher):
    client.force_login(researcher)
    page = client.get(reverse("report-safety")).content.decode()
    assert 'name="region"' in page and 'name="group_by"' in page
    for name in ("instrument", "first_timepoint", "last_timepoint", "after_retreatment"):
        assert f'name="{name}"' not in page
