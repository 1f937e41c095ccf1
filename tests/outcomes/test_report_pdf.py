"""A report on paper: the same sentences and numbers as its JSON, and names that stay text."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.models import Clinic
from outcomes import actions
from outcomes.report_kinds import KINDS
from outcomes.report_words import words
from outcomes.reports.shapes import Column, Statistic, Unit
from tests.days import NOON
from tests.layers import layer
from tests.pdf_text import words_of
from tests.population import add_course
from treatments.models import Course

HOSTILE = '#panic("x") $1/0$ *b* @a <b> \\ `c` = d'


@layer
def treated_patients(clinic):
    for number in range(10):
        add_course(clinic, "prp", baseline=8, month_3=8 - number % 9)
    add_course(clinic, "cell", baseline=0, month_3=1)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)


def squeezed(text: str) -> str:
    """Without blanks: where a line or a cell was broken does not matter."""
    return re.sub(r"\s+", "", text)


def value_words(column: dict, value: object) -> str:
    if isinstance(value, dict):
        ci = tuple(value["ci"]) if value["ci"] else None
        value = Statistic(
            value["value"], value["n"], ci, value["k"], value["method"], value["reason"] or "", value["suppressed"]
        )
    return words(Column(column["key"], column["label"], Unit(column["unit"])), value)


def said_in(data: dict) -> list[str]:
    """Every sentence and every number of a report's JSON, as people read them."""
    said = [data["who"], data["finding"], *data["clinics"], *(one["sentence"] for one in data["caveats"])]
    said += [one["sentence"] for one in data["definitions"]]
    for table in data["tables"]:
        said += [table["caption"], table["first"], table["note"]]
        said += [word for column in table["columns"] for word in (column["label"], column["meaning"])]
        for row in table["rows"]:
            said += [row["group"], row["label"]]
            said += [value_words(column, row["values"].get(column["key"])) for column in table["columns"]]
    return said


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_it_says_all_that_the_json_says(client, researcher, treated_patients, kind):
    client.force_login(researcher)
    address, asked = reverse(f"api-report-{kind.name}"), {"region": "knee", "start": "8", "opened_from": "2025-12-05"}
    data = client.get(address, asked).json()
    answer = client.get(address, {**asked, "format": "pdf"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    read = squeezed(words_of(answer.content))
    said = said_in(data)
    assert [one for one in said if squeezed(one) not in read] == []
    assert squeezed(f"{kind.title} {kind.summary}") in read
    assert squeezed("All treatments, knee; courses opened from 5 December 2025; all timepoints;") in read
    assert squeezed(f"Made {timezone.localdate().day} ") in read
    assert f"/{len(re.findall(rb'/Type/Page/', answer.content))}" in read


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_also_where_there_is_nothing_to_tell(client, researcher, kind):
    client.force_login(researcher)
    data = client.get(reverse(f"api-report-{kind.name}")).json()
    read = squeezed(words_of(client.get(reverse(f"api-report-{kind.name}"), {"format": "pdf"}).content))
    assert squeezed(data["who"]) in read
    assert squeezed(data["finding"]) in read


def test_what_a_clinic_is_called_stays_text(client, researcher, treated_patients):
    Clinic.objects.filter(name="Northside").update(name=HOSTILE)
    client.force_login(researcher)
    answer = client.get(reverse("api-report-responders"), {"format": "pdf"})
    assert answer.status_code == 200
    assert squeezed(HOSTILE) in squeezed(words_of(answer.content))


def test_a_client_s_copy_is_good_until_the_report_changes(client, researcher, treated_patients):
    client.force_login(researcher)
    address = reverse("api-report-responders")
    first = client.get(address, {"format": "pdf"})
    assert client.get(address, {"format": "pdf"}, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_the_page_leads_to_it_and_others_may_not_see_it(client, researcher, stranger, treated_patients):
    address = reverse("api-report-responders")
    assert client.get(address, {"format": "pdf"}).status_code == 401
    client.force_login(researcher)
    page = client.get(reverse("report-responders")).content.decode()
    (link,) = re.findall(r'href="([^"]*format=pdf[^"]*)"', page)
    assert client.get(link.replace("&amp;", "&")).content.startswith(b"%PDF")
    assert client.post(address, {"format": "pdf"}).status_code == 405
    assert client.get(address, {"format": "pdf", "region": "tail"}).status_code == 400
    client.force_login(stranger)
    assert "10courses" not in squeezed(words_of(client.get(address, {"format": "pdf"}).content))


def test_for_outside_the_clinic_it_is_refused_like_every_format(client, researcher, treated_patients):
    client.force_login(researcher)
    asked = {"format": "pdf", "audience": "outside"}
    answer = client.get(reverse("api-report-responders"), asked)
    assert answer.status_code == 403
    assert "too few to be shown outside" in answer.content.decode()
