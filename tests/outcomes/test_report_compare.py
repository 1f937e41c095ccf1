"""The comparison of groups over time, against least squares by hand."""

import random
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import numpy as np
import pytest
from django.urls import reverse
from scipy import stats

from outcomes import actions
from outcomes.reports import AfterRetreatment, ReportFilter, compare
from outcomes.reports.compare_tables import compare_tables
from outcomes.reports.compare_words import compare_caveats, finding_of
from outcomes.reports.comparing import compared
from outcomes.reports.course_rows import CourseRows, Point
from outcomes.reports.results import Group
from outcomes.statistics.repeated_measures import Model, Refusal
from tests.days import NOON
from tests.layers import layer
from tests.population import add_course
from treatments.models import Course

PRP, CELL, EXOSOME = (
    Group("prp", "PRP", "prp"),
    Group("cell", "Stem cell", "cell"),
    Group("exosome", "Exosome", "exosome"),
)
DAYS = {"week 6": 42, "month 3": 91}
PAIN = SimpleNamespace(label="Pain", minimum=0, maximum=10, is_higher_better=False, mcid=2)
ASKED = ReportFilter(clinic=(UUID(int=1),), after_retreatment=AfterRetreatment.LEAVE_OUT)


def a_course(group: Group, baseline: int, *scores: int | None, patient_id: int = 0, status: str = "") -> CourseRows:
    """None is a window that is over without a score; ``status`` says what became of the last score."""
    points = [
        Point(name, day, day, "obtained", True, False, Decimal(score), None)
        if score is not None
        else Point(name, day, None, "missing", True, False, None, None)
        for (name, day), score in zip(DAYS.items(), scores, strict=False)
    ]
    if status:
        points[-1] = points[-1]._replace(status=status, is_after_retreatment=True)
    return CourseRows(group, patient_id, Decimal(baseline), tuple(points))


def courses(group: Group, n: int, gain: int, seed: int) -> list[CourseRows]:
    made, found = random.Random(seed), []
    for number in range(n):
        before = made.randint(5, 9)
        scores = [max(0, before - gain + made.randint(-2, 2)) for _ in DAYS]
        found.append(a_course(group, before, *scores, patient_id=seed * 1000 + number))
    return found


@pytest.fixture(scope="module")
def two_groups() -> list[CourseRows]:
    return courses(PRP, 20, 2, seed=1) + courses(CELL, 14, 4, seed=2)


def by_hand(rows: list[tuple[int, float, float]]) -> tuple[float, float, float, float]:
    """Difference of 1 from 0, its 95 % ends, and the mean of 0 at the mean baseline: ANCOVA by the normal equations."""
    group, before, after = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    design = np.column_stack([np.ones(len(rows)), before - before.mean(), group])
    found, (rss,), *_ = np.linalg.lstsq(design, after, rcond=None)
    df = len(rows) - 3
    se = np.sqrt(rss / df * np.linalg.inv(design.T @ design)[2, 2])
    half = stats.t.ppf(0.975, df) * se
    return found[2], found[2] - half, found[2] + half, found[0]


def test_with_nothing_missing_the_model_is_ancova_at_every_timepoint(two_groups):
    """Known of seemingly unrelated regressions with the same columns: least squares, each by itself (Zellner 1962)."""
    found = compared(two_groups, ASKED, PAIN)
    assert found.groups == (PRP, CELL)
    assert found.result.model is Model.UNSTRUCTURED
    for place, visit in enumerate(found.visits):
        rows = [
            (int(course.group == CELL), float(course.baseline), float(course.points[place].value))
            for course in two_groups
        ]
        value, low, high, mean = by_hand(rows)
        (difference,) = visit.differences
        assert (difference.value, *difference.ci) == pytest.approx((value, low, high), rel=1e-5)
        assert visit.means[0].value == pytest.approx(mean, rel=1e-6)
        assert visit.n == (20, 14)


def test_one_timepoint_is_ancova():
    rows = [CourseRows(c.group, 0, c.baseline, c.points[:1]) for c in courses(PRP, 12, 2, 3) + courses(CELL, 10, 4, 4)]
    found = compared(rows, ASKED, PAIN)
    assert found.result.model is Model.ANCOVA
    (visit,) = found.visits
    hand = by_hand([(int(c.group == CELL), float(c.baseline), float(c.points[0].value)) for c in rows])
    assert visit.differences[0].value == pytest.approx(hand[0], rel=1e-9)
    assert visit.differences[0].ci == pytest.approx(hand[1:3], rel=1e-9)
    assert "ANCOVA at one timepoint" in finding_of(found)


def test_missing_are_counted_with_their_baselines(two_groups):
    unanswered = [a_course(CELL, 9, 5, None, patient_id=n) for n in range(6)]
    found = compared([*two_groups, *unanswered], ASKED, PAIN)
    tables = {table.key: table for table in compare_tables(found)}
    missing = {(row.group, row.label): row.values for row in tables["missing"].rows}
    row = missing["Stem cell", "3 months"]
    assert (row["obtained"].k, row["obtained"].n, row["missing"]) == (14, 20, 6)
    assert (row["baseline_missing"].value, row["baseline_missing"].reason) == (9, "all_equal")
    assert missing["PRP", "3 months"]["baseline_missing"].reason == "too_few"
    assert [(row.label, row.values["prp"], row.values["cell"]) for row in tables["patterns"].rows] == [
        ("answered, answered", 20, 14),
        ("answered, missing", 0, 6),
    ]
    means = {(row.group, row.label): row.values for row in tables["means"].rows}
    assert (means["Stem cell", "6 weeks"]["n"], means["Stem cell", "6 weeks"]["n_matched"]) == (20, 14)
    point = found.tipping[CELL]
    assert point.n_missing == 6
    assert "6 missing of Stem cell were on average" in finding_of(found)
    assert [step.worse for step in point.steps] == [0, 1, 2, 3, 4, 5, 6, 7, 8]


def test_few_answers_switch_a_timepoint_off(two_groups):
    """14 of 36 are 39 %."""
    gone = [a_course(CELL, 7, 3, None, patient_id=n) for n in range(22)]
    found = compared([*two_groups, *gone], ASKED, PAIN)
    # With 36 courses the stem cells are the larger group, and so the reference.
    assert (found.groups, found.switched_off, found.modelled) == ((CELL, PRP), ("month 3",), ("week 6",))
    assert "under 40 %" in next(c.sentence for c in compare_caveats(found) if c.code == "low_completeness")


def test_under_60_percent_there_is_no_headline(two_groups):
    found = compared([*two_groups, *(a_course(CELL, 7, 3, None, patient_id=n) for n in range(10))], ASKED, PAIN)
    assert finding_of(found).startswith("3 months: too few of those due answered for a headline (Stem cell 14 of 24")


def test_too_few_are_refused_in_words():
    found = compared(courses(PRP, 30, 2, 5) + courses(CELL, 9, 2, 6), ASKED, PAIN)
    assert (found.refusal, found.visits) == (Refusal.TOO_FEW, ())
    assert "at least 10 scores each" in finding_of(found) and "Stem cell 9" in finding_of(found)
    assert [table.key for table in compare_tables(found)] == ["missing", "patterns"]


def test_small_groups_and_patients_seen_twice_are_named(two_groups):
    again = [CourseRows(c.group, 1000, c.baseline, c.points) for c in courses(PRP, 2, 2, 7)]
    found = compared([*two_groups, *again, *courses(EXOSOME, 3, 1, 8)], ASKED, PAIN)
    said = {caveat.code: caveat.sentence for caveat in compare_caveats(found)}
    assert said["too_few"] == "Too few courses to compare: Exosome 3."
    assert said["repeated_patients"].startswith("2 courses are of patients who are in it already")
    assert "severity, region and money" in said["not_a_treatment_comparison"]


def test_scores_after_another_treatment_count_only_where_asked(two_groups):
    later = [a_course(CELL, 7, 3, 3, patient_id=n, status="retreated") for n in range(4)]
    left_out = compared([*two_groups, *later], ASKED, PAIN)
    counted = compared([*two_groups, *later], ReportFilter(clinic=(UUID(int=1),)), PAIN)
    assert (left_out.visits[1].n, counted.visits[1].n) == ((20, 14), (20, 18))
    assert left_out.obtained(CELL, "month 3").n == 14


@layer
def treated_patients(clinic):
    for course in courses(PRP, 20, 2, 1) + courses(CELL, 14, 4, 2):
        week_6, month_3 = (point.value for point in course.points)
        add_course(clinic, course.group.key, baseline=course.baseline, week_6=week_6, month_3=month_3)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)


def test_page_and_api_tell_it(
    client, researcher, stranger, treated_patients, two_groups, monkeypatch, django_assert_max_num_queries
):
    client.force_login(researcher)
    address = reverse("api-report-compare")
    with django_assert_max_num_queries(20):
        data = client.get(address).json()
    found = compared(two_groups, ASKED, PAIN)
    rows = {table["key"]: table["rows"] for table in data["tables"]}
    told = rows["differences"][1]["values"]["difference"]
    assert told["value"] == pytest.approx(found.visits[1].differences[0].value, abs=1e-6)
    assert (told["n"], told["method"]) == (34, "mmrm_unstructured")
    page = client.get(reverse("report-compare")).content.decode()
    assert "Differences from PRP, the largest group" in page and "not a comparison of treatments" in page

    monkeypatch.setattr(compare, "MOST_ROWS", 10)
    refused = client.get(address).json()
    assert refused["who"].startswith("68 follow-ups are more than the 10") and refused["tables"] == []
    client.force_login(stranger)
    assert client.get(address).json()["tables"] == []


def test_the_model_is_fitted_once_for_a_page_and_its_figures(client, researcher, treated_patients, monkeypatch):
    client.force_login(researcher)
    address = reverse("api-report-compare")
    first = client.get(address).json()
    monkeypatch.setattr(compare, "compared", None)
    assert client.get(address).json() == first
    assert client.get(address, {"format": "svg", "width": "360"}).status_code == 200
