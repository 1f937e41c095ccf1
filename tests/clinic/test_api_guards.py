"""The API is shut unless a view opens it: permissions, row gates, allow-listed parameters, errors that tell nothing."""

import ast
import itertools
import time
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from clinic.api_schema import api_schema
from clinic.deny import DenyAll
from clinic.models import Clinic, User
from clinic.viewsets import RowViewSet
from tests.clinic.api_world import lived_in, resource_of
from tests.layers import layer

ROOT = Path(__file__).parents[2]
FLOORS = ("clinic", "patients", "treatments", "outcomes")


def api_views(patterns, prefix=""):
    """Every view class of the API, by its address."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from api_views(pattern.url_patterns, route)
        elif route.startswith("api/v1/") and hasattr(pattern.callback, "cls"):
            yield route, pattern.callback.cls


VIEWS = dict(api_views(get_resolver().url_patterns))


@pytest.mark.django_db
def test_a_view_that_does_not_say_who_may_use_it_can_be_used_by_nobody(clinician):
    """API-1"""

    class Forgotten(APIView):
        def get(self, request):
            raise AssertionError("nobody gets here")

    request = APIRequestFactory().get("/")
    force_authenticate(request, clinician)
    assert Forgotten.as_view()(request).status_code == 403
    assert Forgotten.parser_classes == []


@pytest.mark.parametrize("route", VIEWS)
def test_every_view_says_who_may_use_it(route):
    view = VIEWS[route]
    assert view.permission_classes
    assert DenyAll not in view.permission_classes
    assert [renderer.__name__ for renderer in view.renderer_classes if "Browsable" in renderer.__name__] == []
    if issubclass(view, GenericViewSet):
        assert issubclass(view, RowViewSet)
        assert view.http_method_names == RowViewSet.http_method_names


def test_rows_without_a_gate_cannot_be_offered():
    with pytest.raises(TypeError, match="needs a queryset with visible_to"):
        type("Open", (RowViewSet,), {"queryset": User.objects.all()})
    with pytest.raises(TypeError, match="needs a queryset with visible_to"):
        type("Empty", (RowViewSet,), {"queryset": None})
    assert type("Gated", (RowViewSet,), {"queryset": Clinic.objects.all()})


# What orders and narrows lists: API-4, F-59, T-SQL-1

SLEEP = "id;select pg_sleep(2)"
ORDERINGS = (
    SLEEP,
    "patient__user__password",
    "clinic__name",
    "?",
    "-?",
    "pk",
    "id.id",
    "\x01id",
    "_connector",
    "",
    "id,name",
)
NAMES = (
    *("_connector", "_negated", "patient__clinic__name", "clinic_id", "id__in", "pk", "search", "ordering[]", SLEEP),
    *("\x01clinic", "clinic.id", "fields", "format", "offset", "limit", "__class__"),
)
FOURTH = 4
VALUES = ("' OR 1=1 --", "1) OR pg_sleep(2) --", "%", "\\", "{}", '{"$ne": null}', "\x7f", "a" * 2_000)


def lists():
    """Addresses that answer with a page of rows, and the names of their parameters."""
    for path, operations in api_schema()["paths"].items():
        parameters = {one["name"] for one in operations.get("get", {}).get("parameters", ()) if one["in"] == "query"}
        if "ordering" in parameters:
            yield path, sorted(parameters - {"ordering", "cursor", "page_size"})


LISTS = dict(lists())


def slept(sent, began):
    """Whether the database did what was asked of it; on a busy machine other answers may take a while, too."""
    return "pg_sleep" in str(sent) and time.perf_counter() - began >= 2


@layer
def world(clinic, manager):
    return lived_in(clinic, manager)


def test_only_what_is_listed_orders_and_narrows(program, manager, world):
    """400 at once for every other name. All lists share what refuses, so that each is asked some of it, and one all."""
    client, passed = program(manager), []
    asked = [*({"ordering": value} for value in ORDERINGS), *({name: "1"} for name in NAMES)]
    assert len(LISTS) > 20
    for number, path in enumerate(LISTS):
        address = path.replace("{id}", world.ids.get(resource_of(path), ""))
        for query in asked[number % FOURTH :: FOURTH] if number else asked:
            began = time.perf_counter()
            answer = client.get(address, query)
            if answer.status_code != 400 or answer.json()["field"] not in query or slept(query, began):
                passed.append((path, query, answer.status_code))
    assert passed == []


def test_what_is_narrowed_by_is_a_value_and_nothing_else(program, manager, world):
    """Each parameter of each list is asked a quotation mark and two more of the values; in turn, so that all come often."""
    client, wrong = program(manager), []
    turn = itertools.cycle(VALUES[1:])
    for path, names in LISTS.items():
        address = path.replace("{id}", world.ids.get(resource_of(path), ""))
        for name in names:
            for value in (VALUES[0], next(turn), next(turn)):
                began = time.perf_counter()
                answer = client.get(address, {name: value})
                found = answer.json().get("results")
                if answer.status_code not in {200, 400} or found or slept(value, began):
                    wrong.append((path, name, value, answer.status_code))
    assert wrong == []


QUERY_METHODS = {
    *("filter", "exclude", "get", "annotate", "alias", "values", "values_list", "order_by", "aggregate", "distinct"),
    *("only", "defer", "extra", "raw", "RawSQL", "Q", "dates", "datetimes"),
}
# Where interfaces unpack names into a query: from constants, or from a list the view has been checked against.
CHECKED = {
    "clinic/management/lookups.py:clinic_named": "two names, both written there",
    "clinic/pagination.py:beyond": "an ordering that chosen_ordering has found in the view's own list",
    "clinic/pagination.py:_from": "the same",
    "outcomes/management/checks/trial.py:episodes": "columns, written there",
    "outcomes/forms/patients.py:_people": "two names, both written there",
    "treatments/api/follow_ups.py:in_state": "two names, both written there",
    "treatments/forms/visits.py:__init__": "two names, both written there",
    "treatments/views/reviews.py:reviews": "two orders, both written there",
}
INTERFACES = (
    "views",
    "api",
    "forms",
    "filters",
    "pagination",
    "viewsets",
    "serializers",
    "idempotency",
    "access",
    "management",
)


def unpacked(path):
    """Functions of this module that unpack names into a query, and every use of raw SQL."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _asks(node):
                    yield f"{path.relative_to(ROOT)}:{function.name}"


def _asks(call):
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    has_stars = any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords)
    return name in QUERY_METHODS and (has_stars or name in {"extra", "raw", "RawSQL"})


def test_no_interface_unpacks_what_came_in_into_a_query():
    """T-SQL-2: names of fields never come from a request."""
    found = set()
    for path in (path for app in FLOORS for path in (ROOT / app).rglob("*.py")):
        parts = set(path.relative_to(ROOT).with_suffix("").parts)
        if any(part.startswith(word) for part in parts for word in INTERFACES):
            found |= set(unpacked(path))
    assert found == set(CHECKED), "look at each that is new: can its names come from a request?"


# What errors tell: API-10


@pytest.mark.django_db
@pytest.mark.urls("tests.clinic.broken_urls")
@pytest.mark.parametrize("breaks", ["sql", "key", "text"])
def test_an_error_tells_nothing_of_the_inside(program, clinician, breaks):
    visitor = program(clinician)
    visitor.raise_request_exception = False
    answer = visitor.get(f"/api/v1/broken/{breaks}/")
    assert answer.status_code == 500
    assert answer.json() == {
        "code": "server_error",
        "message": "Something went wrong on our side. It was recorded. Try again later.",
        "field": None,
    }


@pytest.mark.django_db
def test_the_description_and_the_pages_about_it_need_a_sign_in(client):
    """API-6"""
    assert client.get("/api/v1/schema/").status_code == 401
    assert client.get("/api/v1/docs/").status_code == 302
    browser = Client(headers={"Accept": "text/html"})
    answer = browser.get("/api/v1/clinics/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/json")
