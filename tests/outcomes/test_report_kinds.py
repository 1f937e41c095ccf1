"""Every report of tables: its page, its API, its file and its figures tell the same."""

import csv
import io
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from outcomes import actions
from outcomes.report_kinds import KINDS
from outcomes.reports.responders import reached
from tests.days import NOON
from tests.layers import layer
from tests.population import add_course
from treatments.models import Course


@layer
def treated_patients(clinic):
    """Ten PRP knees from 8 down to 8, 7, … points at 3 months, and one that started at 0."""
    for number in range(10):
        add_course(clinic, "prp", baseline=8, month_3=8 - number % 9)
    add_course(clinic, "prp", baseline=0, month_3=1)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)


def words_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_the_curve_counts_inclusively_and_exactly():
    """7 to 4.9 counts for 30 %, and 10 to 7 (analytics §2.5); in floats 0.3 · 7 would be 2.1 and a little more."""
    pairs = {(Decimal("2.1"), Decimal(7)): 1, (Decimal(3), Decimal(10)): 1, (Decimal("2.9"), Decimal(10)): 1}
    pairs[Decimal(-1), Decimal(5)] = 1
    found = reached(pairs)
    assert (found[0], found[20], found[30], found[40]) == (3, 3, 2, 0)


def test_responders_on_the_page_and_in_the_api(client, researcher, treated_patients):
    client.force_login(researcher)
    page = client.get(reverse("report-responders"))
    assert page.status_code == 200
    assert "3 months: 10 courses with a score and a baseline above 0" in words_of(page)
    assert "6 of 10 improved by at least 30 % of their own baseline, 5 by at least 50 %." in words_of(page)
    assert "1 course started at 0" in words_of(page)
    data = client.get(reverse("api-report-responders")).json()
    (row,) = data["tables"][0]["rows"]
    assert row["values"]["n"] == 10
    assert row["values"]["at_least_50"] | {"ci": None} == {
        "value": 0.5, "ci": None, "n": 10, "k": 5, "method": "wilson", "reason": None, "suppressed": False,
    }  # fmt: skip
    assert data["rule_version"] >= 1 and data["definitions"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_file_and_figures_have_the_same_rows(client, researcher, treated_patients, kind):
    client.force_login(researcher)
    address = reverse(f"api-report-{kind.name}")
    data = client.get(address).json()
    lines = list(csv.reader(io.StringIO(client.get(address, {"format": "csv"}).content.decode())))
    listed = [line for line in lines if line and line[0] in {table["key"] for table in data["tables"]}]
    assert len(listed) == sum(len(table["rows"]) for table in data["tables"])
    for name in kind.figures:
        drawn = client.get(address, {"format": "svg", "figure": name, "width": "360"})
        assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_with_nothing_to_tell_every_report_says_why(client, researcher, kind):
    client.force_login(researcher)
    page = client.get(reverse(kind.page_name))
    assert page.status_code == 200
    data = client.get(reverse(f"api-report-{kind.name}")).json()
    assert data["who"] and data["finding"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_refuses_others_and_bad_questions(client, researcher, kind):
    page = reverse(kind.page_name)
    assert client.get(page).status_code == 302
    client.force_login(researcher)
    assert client.post(page).status_code == 405
    wrong = client.get(page, {"region": "tail"})
    assert wrong.status_code == 400
    assert "Choose one of" in words_of(wrong)
    assert client.get(reverse(f"api-report-{kind.name}"), {"region": "tail"}).status_code == 400


def test_another_clinic_is_not_in_it(client, stranger, treated_patients):
    client.force_login(stranger)
    data = client.get(reverse("api-report-responders")).json()
    assert data["tables"] == []
