"""The report on first responses and how long they last, against hand computations."""

import math
from decimal import Decimal

import pytest
from django.urls import reverse

from outcomes import actions
from outcomes.reports.course_rows import CourseRows, Point
from outcomes.reports.durability_tables import mean_until, median_of, share_there_by
from outcomes.reports.results import Group
from outcomes.reports.spells import spells_of
from outcomes.statistics.survival import Spell
from tests.days import NOON
from tests.layers import layer
from tests.population import add_course
from treatments.models import Course

PRP = Group("prp", "PRP", "prp")
DAYS = {"week 6": 42, "month 3": 91, "month 6": 182}


def a_course(*responses: bool | None, again_from: str = "") -> CourseRows:
    """A course that responds or not at each timepoint in turn; None for no answer."""
    points, is_again = [], False
    for (name, day), response in zip(DAYS.items(), responses, strict=False):
        is_again = is_again or name == again_from
        status = "retreated" if is_again else "missing" if response is None else "obtained"
        value = None if response is None else Decimal(1)
        points.append(Point(name, day, None if response is None else day, status, True, is_again, value, response))
    return CourseRows(PRP, 1, Decimal(7), tuple(points))


@layer
def followed(clinic):
    """PRP: six respond at 6 weeks (two lose it), three at 3 months, three never. Exosomes: ten never. One began at 0."""
    for number in range(6):
        kept = 2 if number > 1 else 8
        add_course(clinic, "prp", baseline=8, week_6=4, month_3=kept, month_6=kept)
    for _ in range(3):
        add_course(clinic, "prp", baseline=8, week_6=7, month_3=4, month_6=4)
    for _ in range(3):
        add_course(clinic, "prp", baseline=8, week_6=7, month_3=7, month_6=6)
    for _ in range(10):
        add_course(clinic, "cell", baseline=8, week_6=7, month_3=8, month_6=8)
    add_course(clinic, "prp", baseline=0, week_6=0)
    add_course(clinic, "prp", week_6=3)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)


def tables_of(client) -> dict[str, dict[tuple[str, str], dict]]:
    data = client.get(reverse("api-report-durability")).json()
    return data | {
        table["key"]: {(row["group"] or "", row["label"]): row["values"] for row in table["rows"]}
        for table in data["tables"]
    }


def test_numbers_by_hand(client, researcher, followed, django_assert_max_num_queries):
    client.force_login(researcher)
    with django_assert_max_num_queries(20):
        data = tables_of(client)
    # Who began at 0 and who has no baseline are counted beside them.
    assert data["who"].startswith("22 courses with a baseline above 0 and a score after treatment, of 24")
    assert "1 of these have no baseline" in data["who"]
    assert data["finding"].startswith("9 of 22 improved by at least 30 %")
    assert "2 were seen to lose it again" in data["finding"]
    assert {"not_compared", "first_seen_by", "baseline_zero", "imported"} == {one["code"] for one in data["caveats"]}

    prp = data["first_response"]["", "PRP"]
    assert (prp["n"], prp["events"]) == (12, 9)
    # Half have responded at 6 weeks and nobody else until 3 months: the middle of the flat piece.
    assert prp["median"]["value"] == 66.5
    assert prp["by_year"] | {"ci": None} == {
        "value": None, "ci": None, "n": 12, "k": None, "method": "kaplan_meier", "reason": "not_followed_so_long",
        "suppressed": False,
    }  # fmt: skip
    lasting = data["lasting"]["", "PRP"]
    # Two of nine are lost 49 days after: 7/9 stay. Three are last seen 91 days, four 140 days after.
    assert (lasting["n"], lasting["events"]) == (9, 2)
    assert lasting["median"]["reason"] == "not_reached"
    state = data["states"]["PRP", "3 months"]
    assert (state["share"]["k"], state["share"]["n"], state["not_responding"], state["missing"]) == (7, 12, 5, 0)


def test_groups_against_each_other_by_hand(client, researcher, followed):
    """Mantel's test of 12 (6 events at 42, 3 at 91) and 10 without an event."""
    client.force_login(researcher)
    (row,) = tables_of(client)["log_rank"].values()
    excess = (6 - 6 * 12 / 22) + (3 - 3 * 6 / 16)
    spread = 6 * (12 / 22) * (10 / 22) * (16 / 21) + 3 * (6 / 16) * (10 / 16) * (13 / 15)
    assert row["chi_squared"] == pytest.approx(excess**2 / spread)
    assert row["limit"] == pytest.approx(3.841, abs=1e-3)


def test_share_and_its_interval_by_hand():
    spells = [Spell(42, True)] * 6 + [Spell(91, True)] * 3 + [Spell(400, False)] * 3
    found = share_there_by(spells, 42)
    reach = 1.959964 * math.sqrt(6 / (12 * 6)) / -math.log(0.5)
    assert found.value == 0.5
    assert found.ci == pytest.approx((1 - 0.5 ** math.exp(-reach), 1 - 0.5 ** math.exp(reach)), abs=1e-6)
    # 1 until 42, 1/2 until 91, 1/4 until 365.
    assert mean_until(spells, 365).value == pytest.approx(42 + 49 / 2 + 274 / 4)
    assert mean_until(spells, 401).reason == "not_followed_so_long"


def test_few_are_not_told_and_open_ends_are_open():
    few = [Spell(42, True)] * 4
    assert {share_there_by(few, 42).reason, mean_until(few, 42).reason, median_of(few)[0].reason} == {"too_few"}
    median, low = median_of([Spell(42, True)] * 3 + [Spell(182, False)] * 2)
    assert (median.value, median.ci, median.reason, low) == (42, None, "interval_open", 42)


def test_retreatment_ends_the_watch_or_counts_as_failure():
    responded = a_course(True, True, True, again_from="month 6")
    never = a_course(False, True, True, again_from="month 3")
    at_once = a_course(True, again_from="week 6")
    found = spells_of(PRP, [responded, never, at_once], list(DAYS))
    assert found.first == [Spell(42, True), Spell(42, False)]
    assert found.first_strict == [Spell(42, True), Spell(365, False), Spell(365, False)]
    assert found.lasting == [Spell(49, False)]
    assert found.lasting_strict == [Spell(140, True)]
    state = found.states["month 6"]
    assert (state.responding, state.missing, state.retreated, state.share.n) == (0, 0, 2, 0)


def test_a_source_without_a_row_did_not_answer(client, researcher, clinic):
    """Imported: one of five has no row at 6 months, which the others have."""
    for _ in range(5):
        add_course(clinic, "prp", baseline=8, month_3=4, month_6=4)
    add_course(clinic, "prp", baseline=8, month_3=4)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)
    client.force_login(researcher)
    state = tables_of(client)["states"]["PRP", "6 months"]
    assert (state["share"]["k"], state["share"]["n"], state["missing"]) == (5, 5, 1)


def test_another_clinics_courses_are_not_in_it(client, stranger, followed):
    client.force_login(stranger)
    assert tables_of(client)["tables"] == []
