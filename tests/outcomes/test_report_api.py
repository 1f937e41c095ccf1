"""``/api/v1/reports/outcomes/``: one call, five representations, and who may make it."""

import csv
import io
import json

import pytest
from django.urls import reverse

from outcomes.outcome_rules import RULE_VERSION
from tests.layers import layer
from tests.population import add_check_in, add_course, add_imported_instrument, add_scores, work_out

URL = "/api/v1/reports/outcomes/"


@layer
def scored(clinic):
    """Six PRP courses and two stem-cell courses, answered before and at 3 months."""
    for before, after in ((8, 4), (7, 5), (6, 6), (9, 3), (5, 5), (8, 2)):
        course = add_course(clinic, "prp", baseline=before, month_3=after)
        add_check_in(course, "month 3", answered=True, ended=True)
    for before, after in ((7, 7), (6, 4)):
        add_course(clinic, "cell", "hip", baseline=before, month_3=after)
    work_out()


@pytest.fixture
def api(program, researcher, scored):
    return program(researcher)


def test_json_has_every_number_with_its_denominator(api):
    answer = api.get(URL)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    report = answer.json()
    assert report["subject"] == "All treatments, all regions"
    row = next(row for row in report["rows"] if (row["group"], row["timepoint"]) == ("prp", "month 3"))
    assert (row["n"], row["is_few"], row["planned_day"], row["day"]) == (6, False, 91, 91.0)
    assert row["mean"]["value"] == pytest.approx(25 / 6)
    assert (row["mean"]["method"], row["mean"]["reason"], len(row["mean"]["ci"])) == ("t", None, 2)
    assert (row["change"]["n"], row["change"]["value"]) == (6, -3.0)
    assert (row["responder_30"]["k"], row["responder_30"]["n"]) == (3, 6)
    assert row["bands"] == {"better": 4, "same": 2, "worse": 0, "n": 6}
    assert row["completeness"]["answered_of_due"]["k"] == 6
    assert row["completeness"]["steps"]["in_window"] == 6
    assert (row["completeness"]["missing"], row["completeness"]["started_answered"]["n"]) == (0, 6)
    assert row["responder_30_of_due"] == {"n": 6, "lowest": 0.5, "highest": 0.5}
    assert {row["group"] for row in report["totals"]} == {"all"}
    assert report["who"] == "3 months: 0 of 6 due are missing. 8 courses have a score before and after."
    assert report["rule_version"] == RULE_VERSION
    assert report["definitions"][1]["name"] == "baseline"
    assert [caveat["code"] for caveat in report["caveats"]] == ["not_compared"]


def test_undefined_is_null_with_a_reason(program, researcher, clinic):
    add_course(clinic, baseline=5, month_3=3)
    work_out()
    row = program(researcher).get(URL).json()["rows"][1]
    assert row["mean"] == {
        "value": 3.0,
        "sd": None,
        "se": None,
        "ci": None,
        "n": 1,
        "method": "t",
        "reason": "one_value",
    }
    assert row["completeness"] is None


def test_filters_reach_the_numbers(api, clinic):
    report = api.get(URL, {"modality": ["cell"], "region": ["hip", "knee"], "last_timepoint": "baseline"}).json()
    assert [(row["group"], row["n"]) for row in report["rows"]] == [("cell", 2)]
    assert report["filter"]["region"] == ["hip", "knee"] or report["filter"]["region"] == ["knee", "hip"]
    assert report["filter"]["clinic"] == [str(clinic.public_id)]


def test_imported_instrument_by_treatment(program, researcher, clinic):
    add_imported_instrument(clinic)
    add_scores(add_course(clinic, "prp"), "headache_severity", baseline="15.33333", month_3="80.25")
    work_out()
    report = program(researcher).get(URL, {"instrument": "headache_severity", "group_by": "treatment"}).json()
    assert (report["instrument"]["maximum"], report["instrument"]["mcid"]) == ("140", None)
    assert report["rows"][0]["mean"]["value"] == 15.33333
    assert report["rows"][1]["bands"] is None


def test_csv_is_the_same_numbers(api):
    answer = api.get(URL, {"format": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    rows = api.get(URL).json()["rows"]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        assert (line["group"], line["timepoint"], line["n"]) == (row["group"], row["timepoint"], str(row["n"]))
        assert line["mean"] == str(row["mean"]["value"])
    assert lines[0]["mean_change"] == ""


def test_csv_holds_no_formulas(program, researcher, clinic):
    course = add_course(clinic, baseline=5)
    course.treatment_type.label = "=HYPERLINK(1)"
    course.treatment_type.save()
    work_out()
    answer = program(researcher).get(URL, {"format": "csv", "group_by": "treatment"})
    assert "'=HYPERLINK(1)" in answer.content.decode()


def test_vega_is_a_specification_without_outside_addresses(api):
    answer = api.get(URL, {"format": "vega", "figure": "better-same-worse", "width": "360"})
    assert answer["Content-Type"] == "application/vnd.vegalite.v6+json"
    spec = json.loads(answer.content)
    assert spec["$schema"] == "https://vega.github.io/schema/vega-lite/v6.json"
    assert '"url"' not in answer.content.decode()


@pytest.mark.parametrize(
    ("format", "kind", "start"),
    [("svg", "image/svg+xml; charset=utf-8", b"<svg"), ("png", "image/png", b"\x89PNG")],
)
def test_figures_are_drawn(api, format, kind, start):
    answer = api.get(URL, {"format": format, "figure": "mean-pain", "width": "360", "variant": "dark"})
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert answer.content.startswith(start)


def test_accept_header_chooses_too(api):
    assert api.get(URL, headers={"Accept": "image/svg+xml"})["Content-Type"].startswith("image/svg+xml")
    assert api.get(URL, headers={"Accept": "text/csv"})["Content-Type"].startswith("text/csv")
    refused = api.get(URL, headers={"Accept": "application/zip"})
    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize("format", ["json", "csv", "vega", "svg", "png"])
def test_unchanged_answers_are_not_sent_again(api, clinic, format):
    first = api.get(URL, {"format": format})
    assert first["Cache-Control"] == "private, no-cache"
    again = api.get(URL, {"format": format}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    add_course(clinic, "prp", baseline=10, month_3=1)
    work_out()
    changed = api.get(URL, {"format": format}, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"modality": "magic"}, "modality"),
        ({"format": "xlsx"}, "format"),
        ({"format": "svg", "figure": "pie"}, "figure"),
        ({"format": "svg", "width": "361"}, "width"),
        ({"format": "png", "variant": ["dark", "light"]}, "variant"),
        ({"format": "csv", "opened_from": "yesterday"}, "opened_from"),
        ({"clinic": "00000000-0000-0000-0000-000000000000"}, "clinic"),
    ],
)
def test_wrong_parameters_are_named(api, query, field):
    answer = api.get(URL, query)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    assert answer.json()["field"] == field
    assert answer.json()["message"]


def test_another_clinics_numbers_stay_there(program, stranger, scored, clinic):
    assert program(stranger).get(URL).json()["rows"] == []
    refused = program(stranger).get(URL, {"clinic": str(clinic.public_id)})
    assert (refused.status_code, refused.json()["field"]) == (400, "clinic")
    assert str(clinic.public_id) not in refused.json()["message"]


def test_nobody_gets_in_without_a_token_or_a_clinic(client, program, clinician):
    assert client.get(URL).status_code == 401
    own = program(clinician)
    clinician.memberships.all().delete()
    assert own.get(URL).status_code == 401


def test_only_reading(api):
    assert api.post(URL, {}).status_code == 405


def test_queries_do_not_grow(api, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        api.get(URL, {"opened_from": "2026-01-05", "opened_to": "2026-03-20"})


def test_address_is_known(db):
    assert reverse("api-report-outcomes") == URL
