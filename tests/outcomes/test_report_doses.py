"""Dose of the first session beside the change that followed, against numpy."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from outcomes import actions
from outcomes.reports import doses, parse_filter, scope_of
from tests.days import NOON
from tests.layers import layer
from tests.population import add_course
from treatments.models import Course, PrpPreparation, TreatmentSession

BEFORE = 8
#        dose in billions, score at 3 months
COURSES = [(1, 8), (2, 6), (2, 7), (3, 7), (4, 5), (5, 6), (5, 4), (6, 5), (7, 2), (8, 4), (9, 3), (10, 3)]


def report_of(user, **asked):
    scope = scope_of(user)
    return doses.dose_report(asked=parse_filter(asked, scope), scope=scope, as_of=NOON.date())


def treat(course, by, dose, *, day=0):
    session = TreatmentSession.objects.create(
        clinic=course.clinic,
        course=course,
        performed_at=NOON + dt.timedelta(days=day),
        performed_by=by,
        logged_at=NOON + dt.timedelta(days=day),
        logged_by=by,
    )
    PrpPreparation.objects.create(
        clinic=course.clinic,
        session=session,
        dose_billions=dose,
        blood_volume_ml=60,
        prp_volume_ml=6,
        prp_injected_ml=5,
    )


@layer
def dosed(clinic, clinician):
    """Twelve courses with a dose, one of them treated again with more; one has no dose, one no baseline."""
    for dose, after in COURSES:
        course = add_course(clinic, "prp", baseline=BEFORE, month_3=after)
        treat(course, clinician, Decimal(dose))
    treat(course, clinician, Decimal(99), day=14)
    add_course(clinic, "prp", baseline=BEFORE, month_3=4)
    treat(add_course(clinic, "prp", month_3=4), clinician, Decimal(5))
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)


def test_the_correlation_is_of_all_with_a_dose_and_a_change(dosed, researcher, django_assert_max_num_queries):
    with django_assert_max_num_queries(3 + 6):  # three for what the researcher may see
        report = report_of(researcher)
    assert report.who == (
        "3 months: 1 of 13 PRP courses with a score before and after have no dose recorded, 12 have one."
    )
    given, improvements = zip(*((dose, BEFORE - after) for dose, after in COURSES), strict=True)
    r = report.tables[1].rows[0].values["r"]
    assert (r.value, r.n) == (pytest.approx(np.corrcoef(given, improvements)[0, 1]), 12)
    assert {caveat.code for caveat in report.caveats} == {"not_compared", "confounded", "first_session", "no_dose"}
    assert sorted((point.dose, point.change) for point in report.drawn.points) == sorted(
        (dose, after - BEFORE) for dose, after in COURSES
    )


def test_fifths_end_at_doses_that_were_given(dosed, researcher):
    """percentile_disc of twelve: the third, fifth, eighth and tenth dose, with whoever has the same."""
    fifths = report_of(researcher).drawn.fifths
    assert [(fifth.lowest, fifth.highest, fifth.change.n) for fifth in fifths] == [
        (1, 2, 3), (3, 4, 2), (5, 6, 3), (7, 8, 2), (9, 10, 2),
    ]  # fmt: skip
    assert fifths[0].change.value == pytest.approx(-1)
    assert report_of(researcher).tables[0].rows[0].values["change"].reason == "too_few"


def test_few_are_no_line_and_other_kinds_have_no_platelets(clinic, clinician, researcher, stranger):
    for dose, after in COURSES[:9]:
        treat(add_course(clinic, "prp", baseline=BEFORE, month_3=after), clinician, Decimal(dose))
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)
    report = report_of(researcher)
    assert report.finding == "9 courses: too few to look for a line."
    assert report.tables[1].rows[0].values["r"].reason == "too_few_to_compare"
    assert report_of(researcher, modality=["cell"]).who == (
        "No Stem cell course has both a score before treatment and one after it yet."
    )
    assert report_of(stranger).tables == ()


def test_of_many_the_newest_are_drawn_and_all_are_counted(dosed, researcher, monkeypatch):
    monkeypatch.setattr(doses, "MOST_POINTS", 3)
    report = report_of(researcher)
    assert [point.dose for point in report.drawn.points] == [10, 9, 8]
    assert report.tables[1].rows[0].values["n"] == 12
    assert "The figure shows the 3 newest of 12 courses" in [caveat.sentence for caveat in report.caveats][-1]
