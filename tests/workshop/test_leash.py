"""What we start never outlives us, and private servers are gone after their command."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from clinic.embedded import contract, leashed, ports

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30
EXECUTE = [sys.executable, "-m", "clinic.embedded", "exec", "--"]
# The command itself, its leash, and the leash that guards the scratch folder.
WHAT_RUNS = """
import os, psutil
print(*(os.environ[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")), sep="\\n")
print(len(psutil.Process().parent().parent().children(recursive=True)))
"""


@pytest.fixture
def without_servers():
    """The environment without the servers that this test run itself is given."""
    return {name: value for name, value in os.environ.items() if name not in contract.NAMES}


def eventually(fact):
    deadline = time.monotonic() + SECONDS
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.05)
    return fact()


def is_gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_exit_code_passes_through():
    assert leashed.start(["sh", "-c", "exit 7"]).wait() == 7


def test_stubborn_command_is_killed_after_its_grace(tmp_path):
    started = tmp_path / "started"
    stubborn = leashed.start(
        ["sh", "-c", 'trap "" TERM; touch "$1"; while true; do sleep 1; done', "sh", str(started)], grace=0.3
    )
    assert eventually(started.exists)
    assert stubborn.stop() == 128 + signal.SIGKILL


def test_children_of_the_command_end_with_it():
    started = leashed.start(["sh", "-c", "sleep 600 & sleep 600"])
    leash = psutil.Process(started.process.pid)
    assert eventually(lambda: len(leash.children(recursive=True)) == 3)
    family = leash.children(recursive=True)
    started.stop()
    assert eventually(lambda: all(map(is_gone, family)))


@pytest.mark.parametrize("killed", ["starter", "starter and leashes"])
def test_nothing_is_left_after_sigkill(killed, without_servers, tmp_path):
    started = tmp_path / "started"
    with subprocess.Popen(
        [*EXECUTE, "sh", "-c", 'touch "$1" && exec sleep 600', "sh", str(started)], cwd=ROOT, env=without_servers
    ) as starter:
        try:
            assert eventually(started.exists)
            family = psutil.Process(starter.pid).children(recursive=True)
            guard, *leashes = psutil.Process(starter.pid).children()
            folder = next(Path(word.removeprefix("--remove=")) for word in guard.cmdline() if "--remove=" in word)
            assert folder.exists()
        finally:
            starter.kill()
        if killed == "starter and leashes":
            for leash in leashes:
                leash.kill()
    assert eventually(lambda: all(map(is_gone, family)))
    assert eventually(lambda: not folder.exists())


def test_private_servers_are_complete_and_then_gone(without_servers):
    script = "printenv DATABASE_URL DATABASE_OWNER_URL REDIS_URL SECRET_KEY DEMO; exit 5"
    done = subprocess.run(
        [*EXECUTE, "sh", "-c", script], cwd=ROOT, env=without_servers, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 5, done.stderr
    application, owner, redis, secret_key, demo = done.stdout.split()
    assert application.startswith("postgres://mendline_app:")
    assert owner.startswith("postgres://mendline_owner:")
    assert redis.startswith("redis://:")
    assert len(secret_key) >= 50
    assert demo == "0"
    assert ports.is_unused(int(application.rpartition(":")[2].partition("/")[0]))


def test_given_servers_are_used_and_none_is_started(without_servers):
    given = {**without_servers, "DATABASE_URL": "postgres://a@b/c", "REDIS_URL": "redis://d"}
    done = subprocess.run(
        [*EXECUTE, "python", "-c", WHAT_RUNS], cwd=ROOT, env=given, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines() == ["postgres://a@b/c", "", "redis://d", "3"], done.stderr
