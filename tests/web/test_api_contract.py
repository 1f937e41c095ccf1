"""What every address of the API that is read keeps to, walked from the table of routes (tests/routes.py).

ETag and 304 · pages by cursor · unknown parameters refused by name and rule · formats by ``?format=`` and Accept alike ·
the same limit of requests everywhere · the statistics of every report: value, interval, n, method, or a reason.
"""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone
from rest_framework.request import Request

from clinic.models import AccessEvent, Clinic
from clinic.throttles import TokenThrottle
from outcomes.outcome_rules import RULE_VERSION
from outcomes.report_kinds import KINDS, kind_named
from outcomes.reports import Scope
from tests.routes import PROGRAMS, address, id_of, routes
from tests.world import undone

PATTERNS = {name: pattern for name, pattern in routes() if name in PROGRAMS and PROGRAMS[name].see}
REPORTS = ["api-report-outcomes", *(f"api-report-{kind.name}" for kind in KINDS)]
# Few rows by their nature: all in one answer, in the shape of a page without next and previous.
WITHOUT_PAGES = {"api-instrument-list", "api-schedule-list"}
LISTS = [name for name in PATTERNS if name.endswith("-list") and name not in WITHOUT_PAGES]
# Their bytes are no JSON of ours.
FILES = {"api-job-file", "api-file-content"}
# Figures are drawn elsewhere; how a format is chosen is the same.
OTHERS = {"text/csv": "csv", "application/vnd.vegalite.v6+json": "vega"}


@pytest.fixture(scope="module")
def where(worlds):
    """The address of each route that is read, about the newest row of Northside."""
    world = worlds[0]

    def of(name: str) -> str:
        route = PROGRAMS[name]
        public_id = id_of(route, world, world.staff) if route.row else ""
        return address(PATTERNS[name], world, public_id) + route.query

    return {name: of(name) for name in PATTERNS}


@pytest.fixture(scope="module")
def get(people):
    """What the manager gets; nothing stays of it."""

    def got(path: str, **headers: str):
        with undone():
            return people["manager"].send("GET", path, headers=headers)

    return got


def with_query(path: str, query: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{query}"


@pytest.mark.parametrize("name", PATTERNS)
def test_what_was_read_is_not_sent_again_until_it_changes(get, where, name):
    first = get(where[name])
    assert first.status_code == 200 and first.headers["ETag"]
    again = get(where[name], **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert get(where[name], **{"If-None-Match": 'W/"another"'}).status_code == 200


@pytest.mark.parametrize("name", PATTERNS)
def test_an_unknown_parameter_is_refused_by_name_and_rule(get, where, name):
    answer = get(with_query(where[name], "colour=red"))
    if name in FILES and answer.status_code == 200:
        pytest.fail(f"{name} takes any parameter")
    problem = answer.json()
    assert (answer.status_code, problem["field"], problem["code"]) == (400, "colour", "unknown_parameter")
    assert problem["message"].endswith(".") and set(problem) == {"code", "message", "field"}


@pytest.mark.parametrize("name", LISTS)
def test_lists_come_in_pages_by_cursor(get, where, name):
    page = get(with_query(where[name], "page_size=1")).json()
    assert set(page) == {"next", "previous", "results"} and page["previous"] is None
    assert len(page["results"]) <= 1
    if page["next"]:
        second = get(page["next"]).json()
        assert second["results"] != page["results"] and second["previous"]
    wrong = get(with_query(where[name], "cursor=2"))
    assert (wrong.status_code, wrong.json()["field"]) == (400, "cursor")


@pytest.mark.parametrize("name", PATTERNS)
def test_format_and_accept_agree(get, where, name):
    if name not in REPORTS:
        types = {get(where[name], Accept=wanted).headers["Content-Type"] for wanted in ("application/json", "text/csv")}
        assert len(types) == 1, "one representation, whatever is asked for"
        return
    kind = kind_named(name.removeprefix("api-report-"))
    for media_type, format in OTHERS.items():
        if format == "vega" and kind and not kind.figures:
            continue
        by_query, by_header = get(with_query(where[name], f"format={format}")), get(where[name], Accept=media_type)
        assert by_query.status_code == by_header.status_code == 200
        assert by_query.headers["Content-Type"] == by_header.headers["Content-Type"]
        assert by_query.headers["ETag"] == by_header.headers["ETag"]
    refused = get(with_query(where[name], "format=xml"))
    assert (refused.status_code, refused.json()["field"]) == (400, "format")


@pytest.mark.parametrize("name", PATTERNS)
def test_every_address_counts_towards_the_limit_of_a_token(where, name):
    found = resolve(where[name].partition("?")[0]).func
    view = getattr(found, "cls", None) or found.view_class
    assert TokenThrottle in view.throttle_classes


@pytest.mark.parametrize("name", ["api-patient-detail", "api-course-detail"])
def test_reading_what_has_not_changed_is_recorded_like_reading(people, where, name):
    with undone():
        first = people["manager"].send("GET", where[name])
        people["manager"].send("GET", where[name], headers={"If-None-Match": first.headers["ETag"]})
        kinds = list(AccessEvent.objects.order_by("-id").values_list("kind", "status")[:2])
    assert kinds == [("read", 304), ("read", 200)]


# Statistics


def statistics(value: object, where: str = ""):
    """Every object that has a value and an n, wherever it stands."""
    if isinstance(value, dict):
        if {"value", "n", "method"} <= set(value):
            yield where, value
        for key, inner in value.items():
            yield from statistics(inner, f"{where}.{key}")
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from statistics(inner, f"{where}.{number}")


@pytest.mark.parametrize("name", REPORTS)
def test_every_statistic_has_its_interval_and_n_or_says_why_not(get, where, name):
    report = get(where[name]).json()
    assert report["level"] == 0.95
    assert dt.date.fromisoformat(report["as_of"])
    assert all(one["code"] and one["sentence"].endswith(".") for one in report["caveats"])
    if name != "api-report-outcomes":
        assert report["rule_version"] == RULE_VERSION and report["who"] and report["finding"]
    for place, one in statistics(report):
        assert isinstance(one["n"], int) and one["n"] >= 0, place
        assert (one["value"] is None) <= bool(one["reason"] or one["n"] == 0), f"{place}: null without a reason"
        assert one["ci"] is None or one["ci"][0] <= one["value"] <= one["ci"][1], place
        assert not (one.get("suppressed") and one["value"] is not None), place


def test_there_are_statistics_to_look_at(get, where):
    """Guards the test above: most reports of this clinic have some."""
    found = {name: len(list(statistics(get(where[name]).json()))) for name in REPORTS}
    assert sum(count > 0 for count in found.values()) >= 3, json.dumps(found)


# Which day it is


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(
    ("instant", "day"), [("2031-03-03T05:59:00+00:00", "2031-03-02"), ("2031-03-03T06:01:00+00:00", "2031-03-03")]
)
def test_a_report_is_as_of_the_clinics_own_day(worlds, where, monkeypatch, name, instant, day):
    """Midnight of Chicago is six in the morning of UTC."""
    assert worlds[0].clinic.time_zone == "America/Chicago"
    found = resolve(where[name]).func.view_class()
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime.fromisoformat(instant))
    request = Request(RequestFactory().get(where[name]))
    request.user = worlds[0].staff
    assert found.answer_to(request).report.as_of.isoformat() == day


def test_the_page_is_as_of_the_same_day(get, worlds, monkeypatch):
    said = {}
    make = Scope.today
    monkeypatch.setattr(Scope, "today", lambda scope, clinics, at: said.setdefault("day", make(scope, clinics, at)))
    assert get("/reports/change/").status_code == 200
    assert said["day"] == timezone.now().astimezone(ZoneInfo(worlds[0].clinic.time_zone)).date()


def test_clinics_in_two_zones_are_as_of_the_day_that_has_begun_at_both(worlds):
    one, other = (Clinic(public_id=w.clinic.public_id, time_zone=zone) for w, zone in zip(worlds, ZONES, strict=True))
    scope = Scope({one.public_id: one, other.public_id: other}, {})
    instant = dt.datetime(2031, 3, 3, 6, 30, tzinfo=dt.UTC)
    assert scope.today([one.public_id], instant) == dt.date(2031, 3, 3)
    assert scope.today([one.public_id, other.public_id], instant) == dt.date(2031, 3, 2)


ZONES = ("America/Chicago", "America/Los_Angeles")
