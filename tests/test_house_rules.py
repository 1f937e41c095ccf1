"""What every model, page, template and module of this house keeps to. New ones cannot forget it."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from clinic.fences import GLOBAL

ROOT = Path(__file__).parent.parent
OURS = ("clinic", "patients", "treatments", "outcomes")
MODELS = [model for name in OURS for model in apps.get_app_config(name).get_models()]
SOURCES = [path for name in OURS for path in sorted((ROOT / name).rglob("*.py"))]
MODULES = [path for path in SOURCES if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "shared"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


# Models


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_says_whether_it_is_personal(model):
    fields = {field.name for field in model._meta.concrete_fields}
    assert not model.Privacy.personal & model.Privacy.plain
    assert model.Privacy.personal | model.Privacy.plain == fields


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_constraints_and_indexes_have_names_of_their_own(model):
    for rule in (*model._meta.constraints, *model._meta.indexes):
        assert not re.search(r"_[0-9a-f]{6,8}(_|$)|_uniq$|_idx$", rule.name), rule.name


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_models_leave_saving_and_deleting_alone(model):
    assert not {"save", "delete", "clean"} & set(vars(model))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_person_is_recorded_together_with_the_time(model):
    fields = {field.name for field in model._meta.concrete_fields}
    people = {name.removesuffix("_by") for name in fields if name.endswith("_by")}
    assert {who for who in people if not {f"{who}_at", f"{who}_on"} & fields} == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_row_says_whose_it_is(model):
    fields = {field.name for field in model._meta.concrete_fields}
    assert "clinic" in fields or model._meta.label in {"clinic.Clinic", *GLOBAL}


# Addresses

OPEN_TO_ALL = {"login", "account_login", "join", "health", "survey", "demo", "unsubscribe", "sign", "own", "kiosk"}
SAMPLES = {
    "uuid": "11111111-2222-3333-4444-555555555555",
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "x",
}


def addresses(patterns: list, prefix: str = "/") -> Iterator[tuple[str, str]]:
    """Name and a sample address of every page and API resource."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or route, re.sub(r"\(\?P<\w+>[^)]*\)|<(?:(\w+):)?\w+>", _sample, route).replace("\\", "")


def _sample(found: re.Match) -> str:
    return SAMPLES[found[1] or "str"]


ADDRESSES = sorted(set(addresses(get_resolver().url_patterns)))


@pytest.mark.parametrize(("name", "address"), ADDRESSES, ids=[name for name, _ in ADDRESSES])
def test_nobody_gets_in_without_signing_in(client, db, name, address):
    answer = client.get(re.sub(r"[\^$?]", "", address))
    if name.partition("-")[0] in OPEN_TO_ALL:
        is_locked = answer.status_code == 303 and answer.url == reverse("kiosk-locked")
        assert is_locked or answer.status_code in (200, 404), "open, locked, or nothing there"
    elif answer.status_code == 302:
        assert answer.url.startswith(reverse("login"))
    else:
        assert answer.status_code in (401, 404, 405)
        assert not answer.context or "patient" not in answer.context


def test_addresses_hold_no_numbers_that_can_be_counted_up():
    """A row's address is random; only the number of a question within a survey is a number."""
    counted = [name for name, address in ADDRESSES if re.search(r"/1(/|$)", address)]
    assert counted in ([], ["survey-question"])


# Templates


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_keep_to_the_content_security_policy(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 100
    if path.suffix != ".txt":
        assert not re.search(r"\|\s*safe\b|\{%\s*autoescape\s+off", text), "text is escaped"
    if "emails" not in path.parts:
        assert not re.search(r"\sstyle\s*=|<style\b", text), "no inline style"
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+\s*=\s*[\"']|javascript:", text), "no inline script"
    assert not re.search(r"(?:src|href)=[\"']https?:", text), "nothing from other sites"


def test_the_stylesheet_asks_other_sites_for_nothing():
    text = (ROOT / "clinic/static/clinic/app.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import", text)


# Modules


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and number of lines of every function, decorators and docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            words = ast.get_docstring(node)
            start = node.body[1].lineno if words and len(node.body) > 1 else node.lineno
            yield f"{name_of(path)}:{node.name}", node.end_lineno - start + 1


LENGTHS = dict(sized for path in MODULES for sized in functions(path))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_are_short_and_named_for_what_they_hold(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    assert not DRAWERS & set(path.relative_to(ROOT).with_suffix("").parts)


def test_functions_are_short():
    lengths = sorted(LENGTHS.values())
    assert statistics.median(lengths) <= 8
    assert lengths[int(len(lengths) * 0.9)] <= 30
    assert {name for name, length in LENGTHS.items() if length > 50} == set()


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "apps.py"], ids=name_of)
def test_modules_say_what_they_are_for(path):
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_happens_behind_ones_back(path):
    """No signals, no code that asks whether it is being tested, nothing pickled, no sending at a later time."""
    text = path.read_text(encoding="utf-8")
    for forbidden in ("django.dispatch", "db.models.signals", "PYTEST", "import pickle", "countdown=", "eta="):
        assert forbidden not in text


# Asks the operator's own provider, whose address comes from the environment.
ASKS_PROVIDER = "outcomes/web_line.py"


@pytest.mark.parametrize(
    "path", [path for path in MODULES if "embedded" not in path.parts and name_of(path) != ASKS_PROVIDER], ids=name_of
)
def test_no_address_is_fetched(path):
    """Whoever cannot make the server ask for an address cannot make it ask its neighbors (F-58)."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(urllib\.request|http\.client|httpx|aiohttp|import requests|urlopen|URLField)\b", text)


CLOCKS = re.compile(r"timezone\.(?:now|localtime|localdate)\(|datetime\.now\(|date\.today\(|time\.time\(")
CORE = {
    "models",
    "actions",
    "scoring",
    "instruments",
    "statistics",
    "reports",
    "messages",
    "rules",
    "classification",
    "completeness",
}
CORE_MODULES = [path for path in MODULES if CORE & set(path.relative_to(ROOT).with_suffix("").parts[1:2])]


@pytest.mark.parametrize("path", CORE_MODULES, ids=name_of)
def test_the_core_is_told_the_time(path):
    assert not CLOCKS.search(path.read_text(encoding="utf-8"))


def test_there_is_no_model_without_a_test_of_its_privacy():
    assert len(MODELS) > 15
    assert all(issubclass(model, models.Model) for model in MODELS)
