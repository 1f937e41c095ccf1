"""MME a day: the guideline's own examples, versions, patches, and what has no factor."""

import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments import mme
from treatments.mme import Use, mme_per_day

NOW, BEFORE = "cdc-2022", "before-2022"


def use(drug, strength, units):
    return Use(drug, Decimal(str(strength)), Decimal(str(units)))


@pytest.mark.parametrize(
    ("drug", "strength", "units", "expected"),
    [
        ("hydrocodone", 5, 4, "20"),  # the guideline's own examples
        ("oxycodone", 10, 2, "30"),
        ("tramadol", 50, 3, "30"),
        ("fentanyl_patch", 25, 1, "60"),
        ("hydromorphone", 8, 3, "120"),
        ("methadone", 10, 2, "94"),
        ("codeine", 30, 4, "18"),
        ("tapentadol", 50, 2, "40"),
        ("oxymorphone", 5, 2, "30"),
        ("morphine", "2.5", "0.5", "1.25"),
    ],
)
def test_one_drug(drug, strength, units, expected):
    assert mme_per_day([use(drug, strength, units)], NOW).total == Decimal(expected)


@pytest.mark.parametrize(
    ("drug", "strength", "units", "before", "now"),
    [
        ("hydromorphone", 8, 3, "96", "120"),
        ("methadone", 10, 2, "60", "94"),
        ("tramadol", 50, 3, "15", "30"),
        ("hydrocodone", 5, 4, "20", "20"),
    ],
)
def test_a_version_keeps_its_own_factors(drug, strength, units, before, now):
    taken = [use(drug, strength, units)]
    assert mme_per_day(taken, BEFORE).total == Decimal(before)
    assert mme_per_day(taken, NOW).total == Decimal(now)


def test_drugs_are_summed_and_each_keeps_its_part():
    day = mme_per_day([use("hydrocodone", 5, 4), use("oxycodone", 10, 2)], NOW)
    assert day.total == 50
    assert day.parts == (20, 30)


def test_no_opioid_is_zero_and_not_unknown():
    assert mme_per_day([], NOW).total == 0


def test_two_patches_count_twice_however_often_they_are_changed():
    assert mme_per_day([use("fentanyl_patch", 25, 2)], NOW).total == 120
    assert mme.unit_of("fentanyl_patch") == "mcg/h"


@pytest.mark.parametrize(
    ("drug", "words"), [("buprenorphine", "partial agonist"), ("other", "not in the factor table")]
)
def test_a_drug_without_a_factor_makes_the_sum_unknown_and_says_why(drug, words):
    day = mme_per_day([use("hydrocodone", 5, 4), use(drug, 8, 1)], NOW)
    assert day.total is None
    assert day.parts == (20, None)
    assert words in day.unknown[0]


def test_caution_begins_at_fifty():
    assert mme.is_caution(Decimal(50), NOW)
    assert not mme.is_caution(Decimal("49.99"), NOW)
    assert not mme.is_caution(None, NOW)


def test_an_unknown_version_is_no_guess():
    with pytest.raises(mme.UnknownVersion):
        mme_per_day([], "cdc-2099")


def test_the_file_is_whole():
    written = tomllib.loads(mme.SOURCE.read_text(encoding="utf-8"))
    without = set(written["without_factor"])
    for version in written["versions"]:
        assert mme.table(version).factors.keys() == mme.drugs().keys() - without
        assert mme.table(version).source
    assert mme.current_version() == NOW


@given(
    st.sampled_from(sorted(mme.table(NOW).factors)),
    st.decimals("0.01", "500", places=2),
    st.decimals("0.01", "40", places=2),
    st.integers(2, 4),
)
def test_as_many_times_the_units_are_as_many_times_the_mme(drug, strength, units, times):
    once, often = (mme_per_day([Use(drug, strength, units * n)], NOW).total for n in (1, times))
    assert abs(often - times * once) <= Decimal("0.01") * times
