"""Put one bug after another into a copy of this project: each must turn a named test red (META-1).

A suite that stays green on one of these is the defect. ``make test-slow`` runs all; by hand, some of them:
``python -m clinic.embedded exec -- python -m tests.workshop.seeding_bugs WORD``.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("seeded_bugs.toml")
DATABASES = ("DATABASE_URL", "DATABASE_OWNER_URL")
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "var", "__pycache__", ".*_cache", "docs")


@dataclass(frozen=True)
class Bug:
    """What is written in place of what, and the test that must notice. ``in_schema``: the database is made anew."""

    title: str
    file: str
    before: str
    after: str
    test: str
    in_schema: bool = False


def bugs() -> list[Bug]:
    """The whole list."""
    return [Bug(**entry) for entry in tomllib.loads(LIST.read_text(encoding="utf-8"))["bug"]]


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the source tree that may be broken."""
    with tempfile.TemporaryDirectory(prefix="mendline-bugs-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        yield tree


def is_noticed(bug: Bug, tree: Path) -> bool:
    """Whether the bug's test fails with the bug in it. The tree is whole again afterwards."""
    file = tree / bug.file
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace(bug.before, bug.after, 1), encoding="utf-8")
    try:
        return run(bug.test, tree, fresh=bug.in_schema) == 1
    finally:
        file.write_text(whole, encoding="utf-8")


def run(test: str, tree: Path, *, fresh: bool) -> int:
    """pytest's exit code: 0 all passed, 1 some failed; anything else is an error of this script's list."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--reuse-db", test]
    # A database of its own, beside that of the tests that may be running this.
    apart = {name: urlsplit(os.environ[name])._replace(path="/bugs").geturl() for name in DATABASES}
    done = subprocess.run(
        command + ["--create-db"] * fresh, cwd=tree, env=os.environ | apart, capture_output=True, text=True
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{test} did not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode


def main(words: list[str]) -> int:
    """The exit code: 0 when every chosen bug was noticed and no test fails without one."""
    chosen = [bug for bug in bugs() if not words or any(word in bug.title for word in words)]
    missed = []
    with copied() as tree:
        for bug in sorted(chosen, key=lambda bug: bug.in_schema):
            noticed = run(bug.test, tree, fresh=False) == 0 and is_noticed(bug, tree)
            print(f"{'noticed' if noticed else 'MISSED '}  {bug.title}", flush=True)
            missed += [] if noticed else [bug.title]
    print(f"{len(chosen) - len(missed)} of {len(chosen)} noticed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
