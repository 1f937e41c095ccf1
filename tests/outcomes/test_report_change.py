"""The spread of change: quartiles, bands and effects against numbers worked out apart from this code."""

import statistics
from decimal import Decimal

import numpy as np
import pytest

from outcomes import actions
from outcomes.reports import Measure, parse_filter, scope_of
from outcomes.reports.change import change_report
from outcomes.reports.spreads import bin_step, change_of, spread_of
from tests.days import NOON
from tests.layers import layer
from tests.population import add_course
from treatments.models import Course

PAIN = Measure("nrs_average", "Average pain", Decimal(0), Decimal(10), False, mcid=Decimal(2))
KNEE = Measure("oks", "Knee score", Decimal(0), Decimal(48), True, mcid=Decimal(5))
HEADACHE = Measure("headache", "Headache severity", Decimal(0), Decimal(140), False)

BEFORE = [8, 8, 7, 7, 6, 6, 5, 5, 1, 0]
AFTER = [4, 6, 7, 5, 6, 8, 1, 3, 0, 2]
PAIRS = {}
for one, other in zip(BEFORE, AFTER, strict=True):
    pair = Decimal(one - other), Decimal(one)
    PAIRS[pair] = PAIRS.get(pair, 0) + 1
CHANGES = [other - one for one, other in zip(BEFORE, AFTER, strict=True)]


def test_quartiles_are_of_type_7_and_the_mean_is_of_the_same_changes():
    found = change_of(PAIRS, PAIN)
    assert found.n == 10
    assert found.quartiles == pytest.approx(np.quantile(CHANGES, [0.25, 0.5, 0.75]))
    assert (found.mean.value, found.mean.sd) == pytest.approx((statistics.mean(CHANGES), statistics.stdev(CHANGES)))


def test_percent_is_a_median_without_those_who_started_at_0():
    found = change_of(PAIRS, PAIN)
    percents = [100 * (one - other) / one for one, other in zip(BEFORE, AFTER, strict=True) if one]
    assert (found.percent, found.n_percent, found.n_zero) == (pytest.approx(statistics.median(percents)), 9, 1)


def test_the_threshold_itself_is_better_or_worse():
    """8→4, 8→6, 7→5, 5→1, 5→3 are better by 2 or more; 6→8 and 0→2 are worse; from 1 and 0 nobody can get better by 2."""
    found = change_of(PAIRS, PAIN)
    assert found.bands == (5, 3, 2)
    assert found.n_no_room == 2
    assert change_of(PAIRS, HEADACHE).bands is None


def test_effects_are_changes_in_standard_deviations():
    effect = change_of(PAIRS, PAIN).effect
    assert effect.srm == pytest.approx(statistics.mean(CHANGES) / statistics.stdev(CHANGES))
    assert effect.es == pytest.approx(statistics.mean(CHANGES) / statistics.stdev(BEFORE))


def test_where_more_is_better_a_rise_is_a_change_above_0():
    found = change_of({(Decimal(6), Decimal(20)): 3, (Decimal(-5), Decimal(30)): 1}, KNEE)
    assert (found.quartiles[1], found.bands) == (6, (3, 0, 1))


def test_bars_keep_the_threshold_also_for_parts_of_a_point():
    spread = spread_of(
        {(Decimal("1.9"), Decimal(8)): 1, (Decimal("2.0"), Decimal(8)): 1, (Decimal("-2.4"), Decimal(5)): 1}, PAIN
    )
    assert [(part.change, part.n) for part in spread.bins] == [(-2, 1), (-1, 1), (2, 1)]


@pytest.mark.parametrize(
    "scale, step", [(PAIN, 1), (KNEE, 5), (HEADACHE, 10)], ids=lambda given: getattr(given, "code", str(given))
)
def test_a_threshold_is_a_whole_number_of_steps(scale, step):
    assert bin_step(scale) == step


def report_of(user, **asked):
    scope = scope_of(user)
    return change_report(asked=parse_filter(asked, scope), scope=scope, as_of=NOON.date())


@layer
def changed(clinic):
    """The ten of above with PRP, and four with exosomes; one more has no baseline."""
    for one, other in zip(BEFORE, AFTER, strict=True):
        add_course(clinic, "prp", baseline=one, month_3=other)
    for _ in range(4):
        add_course(clinic, "exosome", baseline=6, month_3=5)
    add_course(clinic, "prp", month_3=5)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)


def test_by_group_with_few_left_out(changed, researcher, django_assert_max_num_queries):
    with django_assert_max_num_queries(3 + 5):  # three for what the researcher may see
        report = report_of(researcher)
    assert report.who == (
        "3 months: 14 courses have a score before and after. 1 more has a score and no baseline. 0 were treated again."
    )
    assert "5 were better by 2 points or more, 7 about the same, 2 worse by as much." in report.finding
    rows = {row.label: row.values for row in report.tables[0].rows}
    assert list(rows) == ["PRP", "Exosome", "All"]
    assert rows["PRP"]["median"].value == pytest.approx(np.median(CHANGES))
    people = {row.label: row.values for row in report.tables[1].rows}
    assert (people["PRP"]["better"].k, people["PRP"]["better"].n, people["PRP"]["baseline_zero"]) == (5, 10, 1)
    few = rows["Exosome"] | people["Exosome"]
    assert (few["n"], few["median"].value, few["median"].reason, few["better"].reason) == (
        4,
        None,
        "too_few",
        "too_few",
    )
    assert {caveat.code for caveat in report.caveats} == {"not_compared", "baseline_zero", "no_room"}


def test_another_clinic_is_not_in_it(changed, stranger):
    report = report_of(stranger)
    assert (report.tables, report.drawn.spread.n) == ((), 0)
