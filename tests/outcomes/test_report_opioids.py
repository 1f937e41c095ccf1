"""Medicines before and after: whom it counts, the means, and the outcomes with their denominators."""

import datetime as dt
from decimal import Decimal

import pytest

from outcomes import actions
from outcomes.reports import parse_filter, scope_of
from outcomes.reports.opioids import opioid_report
from tests.days import NOON
from tests.layers import layer
from tests.population import OPENED, add_course
from tests.treatments.stock import session_of
from treatments.actions import record_medication_review
from treatments.models import Course

TREATED = dt.datetime.combine(OPENED, dt.time(18), dt.UTC)
LATER = NOON + dt.timedelta(days=300)
# Morphine, factor 1: mg a day before, and 182 days after treatment.
AMOUNTS = ((40, 20), (40, 40), (20, 10), (20, 0), (10, 15), (0, 5))


def ask(course, by, day, amount, drug="morphine"):
    use = {"drug": drug, "strength": Decimal(amount), "units_per_day": Decimal(1)}
    record_medication_review(
        patient=course.patient,
        source="phone",
        asked_on=OPENED + dt.timedelta(days=day),
        takes_opioids=amount > 0,
        opioids=[use] if amount else [],
        others={"nsaid_days": 0 if day > 0 else 3},
        at=LATER,
        by=by,
    )


@layer
def treated(clinic, clinician):
    """Six patients whose pain stayed at 6, one of them treated twice, one asked before only, one on buprenorphine, one never asked."""
    for before, after in AMOUNTS:
        course = add_course(clinic, baseline=6, month_6=6)
        session_of(course, clinician, performed_at=TREATED)
        ask(course, clinician, 0, before)
        ask(course, clinician, 182, after)
    again = add_course(clinic, "cell")
    Course.objects.filter(pk=again.pk).update(patient=course.patient)
    session_of(again, clinician, performed_at=TREATED + dt.timedelta(days=9))
    once, unknown = add_course(clinic), add_course(clinic)
    for course in (once, unknown):
        session_of(course, clinician, performed_at=TREATED)
        ask(course, clinician, -3, 8, "morphine" if course == once else "buprenorphine")
    session_of(add_course(clinic), clinician, performed_at=TREATED)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=LATER)


def answer(user, **query):
    scope = scope_of(user)
    asked = parse_filter({name: [value] for name, value in query.items()}, scope)
    return opioid_report(asked=asked, scope=scope, as_of=LATER.date())


def lines(report, key):
    (found,) = (table for table in report.tables if table.key == key)
    return {row.label: row.values for row in found.rows}


def test_means_by_hand(treated, researcher, django_assert_max_num_queries):
    """Before 40, 40, 20, 20, 10 is 26 on average, after 17; changes -20, 0, -10, -20, 5: -9; the middle % is -50."""
    scope = scope_of(researcher)
    asked = parse_filter({}, scope)
    with django_assert_max_num_queries(4):
        report = opioid_report(asked=asked, scope=scope, as_of=LATER.date())
    assert report.who == (
        "6 months: of 9 treated patients the amount of opioids is known for 6 both before and then; 5 of these took "
        "opioids before."
    )
    assert report.finding.endswith("26.0 to 17.0 MME a day: a change of −9.0 (95 % interval −23.2 to 5.2).")
    row = lines(report, "amounts")["PRP"]
    assert (row["n"], row["before"].value, row["at"].value, row["change"].value) == (5, 26, 17, -9)
    # SD of the changes: √(520/4) = 11.402; t(4) = 2.7764: ± 14.157.
    assert row["change"].ci == pytest.approx((-23.157, 5.157), abs=0.001)
    assert row["percent"].value == -0.5
    assert sorted(report.drawn.pairs) == sorted((Decimal(before), Decimal(after)) for before, after in AMOUNTS)
    codes = {caveat.code: caveat.sentence for caveat in report.caveats}
    assert codes["not_asked"].startswith("3 of 9") and codes["no_factor"].startswith("1 patients")


def test_outcomes_have_their_own_denominators(treated, researcher):
    found = lines(answer(researcher), "outcomes")
    shares = {label: (row["share"].k, row["share"].n, row["undefined"]) for label, row in found.items()}
    assert shares == {
        "At least 30 % less opioid, pain not worse": (3, 5, 4),
        "At least 50 % less opioid, pain not worse": (3, 5, 4),
        "No opioids twice in a row": (None, 0, 9),
        "Started opioids": (None, 1, 8),
        "More opioid by over 20 %": (1, 5, 4),
        "No NSAID in the last 7 days": (6, 6, 3),
    }


def test_at_another_timepoint_and_for_nobody(treated, researcher, stranger):
    report = answer(researcher, last_timepoint="month 3")
    assert report.who.startswith("3 months: of 9 treated patients") and report.tables == ()
    assert answer(stranger).who == "No session has been logged in this selection."
