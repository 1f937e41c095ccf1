"""Two sources of history under one treatment: what one of them has says nothing about who is missing in the other."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.synthetic_trials import write_trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(clinic, tmp_path):
    """A trial of 40 asked at month 3 only, and a register of 30 that was asked at months 6 and 12. All answered."""
    write_trial(tmp_path / "trial", {"PRP": 20, "saline": 20}, timepoints=("month 3",), answered=1.0, prefix="T")
    write_trial(
        tmp_path / "register", {"PRP": 30}, timepoints=("month 6", "month 12"), answered=1.0, prefix="R", seed=2
    )
    for folder in ("trial", "register"):
        call_command("import_history", tmp_path / folder, clinic=str(clinic.public_id), verbosity=0)


def tables(client, report):
    data = client.get(reverse(f"api-report-{report}"), {"group_by": "treatment"}).json()
    return {
        (table["key"], row["group"], row["label"]): row["values"] for table in data["tables"] for row in table["rows"]
    }, data


def test_nobody_counts_as_missing_where_the_own_source_never_asked(client, researcher, imported):
    client.force_login(researcher)
    found, _ = tables(client, "durability")
    states = {key: values for key, values in found.items() if key[0] == "states"}
    assert {values["missing"] for values in states.values()} == {0}
    assert {key[2]: values["share"]["n"] for key, values in states.items() if key[1] == "PRP"} == {
        "3 months": 20, "6 months": 30, "12 months": 30,
    }  # fmt: skip


def test_whoever_of_the_same_source_was_not_seen_still_does(clinic, client, researcher, tmp_path):
    write_trial(tmp_path / "a", {"PRP": 30, "saline": 30}, timepoints=("month 3", "month 6"), answered=0.6)
    call_command("import_history", tmp_path / "a", clinic=str(clinic.public_id), verbosity=0)
    client.force_login(researcher)
    found, _ = tables(client, "durability")
    missing = sum(values["missing"] for key, values in found.items() if key[0] == "states")
    lines = (tmp_path / "a" / "scores.csv").read_text().count("month")
    assert missing == 120 - lines > 20


def test_a_comparison_is_not_switched_off_by_another_source(client, researcher, imported):
    """With 30 of 50 "missing" at month 3, fewer than 40 % would have answered there."""
    client.force_login(researcher)
    found, data = tables(client, "compare")
    assert "switched_off" not in {one["code"] for one in data["caveats"]}
    missing = {
        key[1:]: (values["obtained"]["n"], values["missing"]) for key, values in found.items() if key[0] == "missing"
    }
    assert missing["PRP", "3 months"] == (20, 0)
    assert missing["PRP", "12 months"] == (30, 0)
