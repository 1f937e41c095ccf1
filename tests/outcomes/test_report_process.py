"""PRP preparations over time: what is captured, by what and by whom, and when it shifts."""

import datetime as dt
from decimal import Decimal

import pytest

from outcomes.reports import parse_filter, scope_of
from outcomes.reports.process import process_report
from tests.days import NOON
from tests.layers import layer
from tests.population import add_course
from tests.treatments.stock import session_of
from tests.treatments.treating import PRP, log
from treatments.models import PrpPreparation


def answer(user):
    scope = scope_of(user)
    return process_report(asked=parse_filter({}, scope), scope=scope, as_of=NOON.date())


def lines(report, key):
    (found,) = (table for table in report.tables if table.key == key)
    return {row.label: row.values for row in found.rows}


@layer
def shifted(clinic, clinician):
    """Kit A captures 49 % and 51 % in turn 20 times, a day apart, then 40 % four times; one of kit B says 130 %."""
    captures = [49, 51] * 10 + [40] * 4
    for number, percent in enumerate([*captures, 130]):
        at = NOON - dt.timedelta(days=len(captures) - number)
        PrpPreparation.objects.create(
            clinic=clinic,
            session=session_of(add_course(clinic), clinician, performed_at=at),
            device="Kit A" if percent < 100 else "Kit B",
            capture_percent=percent,
            blood_volume_ml=60,
            prp_volume_ml=6,
            prp_injected_ml=5,
            prp_platelets=1000,
        )


def test_a_fall_is_found_and_said_with_its_beginning(shifted, manager, django_assert_max_num_queries):
    scope = scope_of(manager)
    asked = parse_filter({}, scope)
    with django_assert_max_num_queries(1):
        report = process_report(asked=asked, scope=scope, as_of=NOON.date())
    assert report.who == "24 of 25 PRP preparations have sound counts of blood and PRP."
    # (20 · 50 + 4 · 40) / 24 = 48.33 %. A fall of 10 is 5.64 sigmas of 1.773; less the slack of 0.5 it signals at once.
    assert report.finding == (
        "On average 48.3 % of the blood's platelets were captured (24 preparations). Shift against the first 20: "
        "less, found at number 21, since about number 21."
    )
    row = lines(report, "kits")["Kit A"]
    assert row["first"].value == pytest.approx(0.5)
    assert row["sum"].value == pytest.approx(4 * (10 / 1.77305 - 0.5), abs=0.001)
    assert row["made"].value == 6.0  # 1000 ×10³/µL · 6 mL
    assert lines(report, "operators").keys() == {"Hana Lee"}
    assert "1 preparations hold more platelets" in " ".join(caveat.sentence for caveat in report.caveats)
    # The middle of all is 49: the four of 40 are below it.
    assert sum(row["below"] for row in lines(report, "months").values()) == 4


def test_others_do_not_see_who(shifted, researcher, stranger):
    assert answer(stranger).tables == ()
    assert lines(answer(researcher), "operators").keys() == {"Operator A"}


def test_capture_and_yield_of_a_logged_session(course, clinician, researcher):
    """The first worked example of the content reference: 60 mL with 250, 6 mL with 1,500 ×10³/µL: 60.0 % and 9.0 ×10⁹."""
    counts = {"blood_platelets": Decimal(250), "prp_platelets": Decimal(1500)}
    spins = [{"rcf_g": Decimal(1500), "minutes": Decimal(6)}, {"rcf_g": Decimal(600), "minutes": Decimal(15)}]
    log(course, clinician, preparation={**PRP, **counts, "spins": spins})
    report = answer(researcher)
    (row,) = lines(report, "kits").values()
    assert (row["n"], row["capture"].reason) == (1, "too_few")
    assert list(lines(report, "programmes")) == ["1500 g × 6.0 min + 600 g × 15.0 min"]
    assert lines(report, "operators")["Operator A"]["n"].is_suppressed
    assert report.drawn.watched is None


def test_the_one_query_gives_shares_of_one(course, clinician, manager):
    counts = {"blood_platelets": Decimal(250), "prp_platelets": Decimal(1500)}
    for number in range(5):
        at = NOON - dt.timedelta(days=number)
        log(course, clinician, performed_at=at, preparation={**PRP, **counts})
    row = lines(answer(manager), "all")["All"]
    assert (row["capture"].value, row["made"].value, row["n"]) == (pytest.approx(0.6), pytest.approx(9), 5)
