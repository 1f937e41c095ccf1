"""What every model, page, template and module of this house keeps to. New ones cannot forget it."""

import ast
import re
import statistics
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
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


def breaking(files: Iterable[Path], keeps: Callable[[str], bool]) -> list[str]:
    """Those of these files whose text does not keep to a rule."""
    return [name_of(path) for path in files if not keeps(path.read_text(encoding="utf-8"))]


# Models


def fields_of(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def test_every_field_says_whether_it_is_personal():
    for model in MODELS:
        assert not model.Privacy.personal & model.Privacy.plain, model
        assert model.Privacy.personal | model.Privacy.plain == fields_of(model), model


def test_constraints_and_indexes_have_names_of_their_own():
    names = [rule.name for model in MODELS for rule in (*model._meta.constraints, *model._meta.indexes)]
    assert [name for name in names if re.search(r"_[0-9a-f]{6,8}(_|$)|_uniq$|_idx$", name)] == []


def test_models_leave_saving_and_deleting_alone():
    assert [model for model in MODELS if {"save", "delete", "clean"} & set(vars(model))] == []


def test_a_person_is_recorded_together_with_the_time():
    for model in MODELS:
        fields = fields_of(model)
        people = {name.removesuffix("_by") for name in fields if name.endswith("_by")}
        assert {who for who in people if not {f"{who}_at", f"{who}_on"} & fields} == set(), model


def test_every_row_says_whose_it_is():
    without = {model._meta.label for model in MODELS if "clinic" not in fields_of(model)}
    assert without <= {"clinic.Clinic", *GLOBAL}


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


def test_nobody_gets_in_without_signing_in(db):
    wrong = []
    for name, address in ADDRESSES:
        answer = Client().get(re.sub(r"[\^$?]", "", address))
        if not (lets_anybody_in(answer) if name.partition("-")[0] in OPEN_TO_ALL else keeps_out(answer)):
            wrong.append((name, address, answer.status_code))
    assert wrong == []


def lets_anybody_in(answer) -> bool:
    """Open, locked, or nothing there."""
    is_locked = answer.status_code == 303 and answer.url == reverse("kiosk-locked")
    return is_locked or answer.status_code in (200, 404)


def keeps_out(answer) -> bool:
    if answer.status_code == 302:
        return answer.url.startswith(reverse("login"))
    return answer.status_code in (401, 404, 405) and not (answer.context and "patient" in answer.context)


def test_addresses_hold_no_numbers_that_can_be_counted_up():
    """A row's address is random; only the number of a question within a survey is a number."""
    counted = [name for name, address in ADDRESSES if re.search(r"/1(/|$)", address)]
    assert counted in ([], ["survey-question"])


# Templates


# What is nowhere: unescaped text, inline style and script, anything from other sites.
UNESCAPED = re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off")
STYLE = re.compile(r"\sstyle\s*=|<style\b")
SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+\s*=\s*[\"']|javascript:")
ELSEWHERE = re.compile(r"(?:src|href)=[\"']https?:")


def test_templates_are_short():
    assert breaking(TEMPLATES, lambda text: len(text.splitlines()) <= 100) == []


def test_templates_keep_to_the_content_security_policy():
    html = [path for path in TEMPLATES if path.suffix != ".txt"]
    pages = [path for path in TEMPLATES if "emails" not in path.parts]
    assert breaking(html, lambda text: not UNESCAPED.search(text)) == []
    assert breaking(pages, lambda text: not STYLE.search(text)) == []
    assert breaking(TEMPLATES, lambda text: not SCRIPT.search(text) and not ELSEWHERE.search(text)) == []


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


def test_modules_are_short_and_named_for_what_they_hold():
    assert breaking(MODULES, lambda text: len(text.splitlines()) <= 300) == []
    parts = {part: path for path in MODULES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert DRAWERS & set(parts) == set()


def test_functions_are_short():
    lengths = sorted(LENGTHS.values())
    assert statistics.median(lengths) <= 8
    assert lengths[int(len(lengths) * 0.9)] <= 30
    assert {name for name, length in LENGTHS.items() if length > 50} == set()


def test_modules_say_what_they_are_for():
    described = [path for path in MODULES if path.name != "apps.py"]
    assert breaking(described, lambda text: not text.strip() or bool(ast.get_docstring(ast.parse(text)))) == []


@pytest.mark.parametrize(
    "forbidden", ["django.dispatch", "db.models.signals", "PYTEST", "import pickle", "countdown=", "eta="]
)
def test_nothing_happens_behind_ones_back(forbidden):
    """No signals, no code that asks whether it is being tested, nothing pickled, no sending at a later time."""
    assert breaking(MODULES, lambda text: forbidden not in text) == []


# Asks the operator's own provider, whose address comes from the environment.
ASKS_PROVIDER = "outcomes/web_line.py"
FETCHES = re.compile(r"\b(urllib\.request|http\.client|httpx|aiohttp|import requests|urlopen|URLField)\b")


def test_no_address_is_fetched():
    """Whoever cannot make the server ask for an address cannot make it ask its neighbors (F-58)."""
    asked = [path for path in MODULES if "embedded" not in path.parts and name_of(path) != ASKS_PROVIDER]
    assert breaking(asked, lambda text: not FETCHES.search(text)) == []


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


def test_the_core_is_told_the_time():
    assert breaking(CORE_MODULES, lambda text: not CLOCKS.search(text)) == []


def test_there_is_no_model_without_a_test_of_its_privacy():
    assert len(MODELS) > 15
    assert all(issubclass(model, models.Model) for model in MODELS)
