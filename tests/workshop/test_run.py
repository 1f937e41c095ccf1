"""`make run` as its user meets it: ready, killed, ready again with its data, reset."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from clinic.embedded import contract

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("clinic", "patients", "treatments", "outcomes", "templates", "manage.py", "Procfile")
SECONDS_TO_FILL = 180

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout(tmp_path):
    """A copy of the source under a path with a space, with no environment but its own."""
    copy = tmp_path / "a clone"
    copy.mkdir()
    for part in PARTS:
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / part)
    yield copy
    subprocess.run(embedded("reset"), cwd=copy, env=own_environment(), timeout=90, check=True)


def embedded(task):
    return [sys.executable, "-u", "-m", "clinic.embedded", task]


def own_environment():
    return {name: value for name, value in os.environ.items() if name not in contract.NAMES}


def start(checkout):
    """The running process and the seconds from its start to its first page."""
    began = time.monotonic()
    log = checkout.parent / "run.log"
    with log.open("w") as output:
        running = subprocess.Popen(embedded("run"), cwd=checkout, env=own_environment(), stdout=output, stderr=output)
    while "is ready" not in log.read_text():
        assert running.poll() is None, log.read_text()
        assert time.monotonic() < began + SECONDS_TO_FILL, log.read_text()
        time.sleep(0.1)
    address = re.search(r"is ready after .*(http://\S+)", log.read_text()).group(1)
    with urllib.request.urlopen(address, timeout=10) as page:
        assert page.status == 200
    return running, time.monotonic() - began


def are_gone(processes):
    _gone, alive = psutil.wait_procs(processes, timeout=30)
    return all(process.status() == psutil.STATUS_ZOMBIE for process in alive)


def test_killed_run_leaves_nothing_and_the_next_has_the_data(checkout):
    first, _seconds = start(checkout)
    family = psutil.Process(first.pid).children(recursive=True)
    assert len(family) > 10
    first.kill()
    first.wait()
    assert are_gone(family)

    seeded = (checkout / "var" / "log" / "seed_demo.log").stat().st_mtime_ns
    second, seconds = start(checkout)
    assert seconds <= 10
    assert (checkout / "var" / "log" / "seed_demo.log").stat().st_mtime_ns == seeded

    family = psutil.Process(second.pid).children(recursive=True)
    second.send_signal(signal.SIGINT)
    assert second.wait(timeout=60) == 0
    assert are_gone(family)
