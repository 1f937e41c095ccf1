"""Mean change by one thing at a time, worked out by hand; dose and leukocytes are those of the first session."""

import datetime as dt
import statistics
from decimal import Decimal

import pytest

from outcomes import actions
from outcomes.models import Outcome
from outcomes.reports import By, parse_filter, scope_of
from outcomes.reports.breakdown import breakdown_report
from outcomes.reports.dimensions import DIMENSIONS, split
from tests.days import NOON
from tests.layers import layer
from tests.population import add_course
from tests.treatments.treating import LOGGED, PRP, log, void
from treatments.models import Course

KNEES = [(8, 4), (7, 6), (6, 6), (9, 3), (5, 5), (8, 7), (7, 2), (6, 5), (9, 8), (4, 5)]
SHOULDERS = [(8, 5), (6, 5), (7, 3)]


def report_of(user, **asked):
    scope = scope_of(user)
    return breakdown_report(asked=parse_filter(asked, scope), scope=scope, as_of=NOON.date())


@layer
def regions(clinic):
    """Ten knees and three shoulders with 3 months, and a knee that never answered again."""
    for region, pairs in (("knee", KNEES), ("shoulder", SHOULDERS)):
        for before, after in pairs:
            add_course(clinic, "prp", region, baseline=before, month_3=after)
    add_course(clinic, "prp", "knee", baseline=7)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)


def test_by_region_in_the_order_of_the_body(regions, researcher, django_assert_max_num_queries):
    with django_assert_max_num_queries(3 + 3):  # three for what the researcher may see
        report = report_of(researcher)
    assert report.who == "3 months: 13 courses have a score before and after."
    assert report.finding == (
        "Mean change by region at 3 months, in points. Knee: −1.8 (n 10). Too few to compare: Shoulder (3)."
    )
    rows = {(row.group, row.label): row.values for row in report.tables[0].rows}
    assert list(rows) == [
        *(("Shoulder", "Before"), ("Shoulder", "3 months")),
        *(("Knee", "Before"), ("Knee", "3 months")),
    ]
    knee = rows["Knee", "3 months"]
    assert knee["change"].value == pytest.approx(statistics.mean(after - before for before, after in KNEES))
    assert knee["score"].value == pytest.approx(statistics.mean(after for _, after in KNEES))
    assert rows["Knee", "Before"]["n"] == 11
    assert "change" not in rows["Knee", "Before"]
    assert rows["Shoulder", "3 months"]["change"].reason == "too_few"
    assert {caveat.code for caveat in report.caveats} == {"not_compared", "confounded", "shrinking"}


def test_no_panel_without_a_value_and_none_of_another_clinic(regions, researcher, stranger):
    assert [part.label for part in report_of(researcher, by=["treatment"]).drawn.parts] == ["PRP"]
    assert [part.label for part in report_of(researcher, by=["side"]).drawn.parts] == ["Not recorded"]
    assert [part.label for part in report_of(researcher, by=["dose"]).drawn.parts] == ["Not recorded"]
    assert report_of(stranger).drawn.parts == ()


def test_dose_and_leukocytes_are_of_the_first_session_that_counts(course, clinician):
    """5 mL of 1,000 ×10³/µL are 5 billion: not above the limit of band A. The session before was entered in error."""
    counts = {"blood_leukocytes": Decimal(6), "prp_leukocytes": Decimal(12)}
    void(log(course, clinician, preparation=PRP | counts | {"prp_platelets": Decimal(1600)}), clinician)
    log(course, clinician, preparation=PRP | counts | {"prp_platelets": Decimal(1000)})
    later = {"performed_at": NOON + dt.timedelta(days=14), "at": LOGGED + dt.timedelta(days=14)}
    log(course, clinician, preparation=PRP | {"prp_platelets": Decimal(100)}, **later)
    actions.recompute_outcomes(course_ids=[course.pk], at=LOGGED + dt.timedelta(days=14))
    rows = Outcome.objects.filter(course=course)
    assert set(split(rows, By.DOSE).values_list("of", flat=True)) == {"B"}
    assert DIMENSIONS[By.DOSE].labels["B"] == "DEPA B from 3 billion"
    assert set(split(rows, By.LEUKOCYTES).values_list("of", flat=True)) == {"LR"}


def test_only_prp_has_platelets(clinic, researcher):
    add_course(clinic, "cell", baseline=7, month_3=4)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)
    assert report_of(researcher, by=["dose"]).drawn.parts == ()
    assert len(report_of(researcher, by=["region"]).drawn.parts) == 1
