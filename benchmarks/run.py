"""One whole run, in the order in which the measurements disturb each other least."""

import datetime as dt
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
from django.db import connection

from benchmarks import (
    dataset,
    dispatch,
    drawing,
    export,
    fence,
    patients,
    recall,
    report,
    reports,
    search,
    survey_flow,
    system,
)
from benchmarks.sizes import Sizes
from clinic.demo import DEMO_ACCOUNTS
from clinic.models import Clinic, User
from clinic.permissions import Role

MANAGER = next(account.email for account in DEMO_ACCOUNTS if account.role is Role.MANAGER)


def measure_all(sizes: Sizes, parts: Sequence[str], *, web_port: int, mail_port: int) -> dict[str, Any]:
    """The parts asked for, each under its name, and what they were measured on."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mendline-bench-") as folder, ExitStack() as stack:
        bench = _Bench(sizes, web_port, mail_port, Path(folder), stack)
        measured = {part: _told(part, getattr(bench, part)) for part in parts}
    return {**_circumstances(began), **measured}


class _Bench:
    """The running system with its rows; each method is one measurement."""

    def __init__(self, sizes: Sizes, web_port: int, mail_port: int, scratch: Path, stack: ExitStack) -> None:
        self.sizes, self.port, self.scratch = sizes, web_port, scratch
        self.clinic: Clinic = _told("fill", lambda: dataset.fill(sizes, scratch / "fill.log"))
        self.mail = dispatch.MailServer(mail_port, scratch / "messages.txt")
        sink = [sys.executable, "-m", "benchmarks.smtp_sink", str(mail_port), str(self.mail.notes)]
        stack.enter_context(system.running(sink, scratch / "sink.log"))
        system.wait_for_port(mail_port, scratch / "sink.log")
        self.web: psutil.Process = stack.enter_context(
            system.web("clinic.wsgi:application", web_port, scratch / "web.log")
        )

    def search(self) -> dict[str, Any]:
        return search.measure(self.sizes, port=self.port, clinic=self.clinic)

    def patients(self) -> dict[str, Any]:
        return patients.measure(self.sizes, port=self.port, clinic=self.clinic)

    def report(self) -> dict[str, Any]:
        return report.measure(self.sizes, port=self.port, user=User.objects.get(email=MANAGER))

    def reports(self) -> dict[str, Any]:
        return reports.measure(self.sizes, port=self.port, user=User.objects.get(email=MANAGER))

    def figures(self) -> dict[str, Any]:
        user = User.objects.get(email=MANAGER)
        return drawing.measure(self.sizes, port=self.port, user=user, web=self.web)

    def fence(self) -> dict[str, Any]:
        user = User.objects.get(email=MANAGER)
        return fence.measure(self.sizes, port=self.port, clinic=self.clinic, user=user)

    def recall(self) -> dict[str, Any]:
        user = User.objects.get(email=MANAGER)
        return recall.measure(self.sizes, port=self.port, clinic=self.clinic, user=user)

    def export(self) -> dict[str, Any]:
        user = User.objects.get(email=MANAGER)
        return export.measure(self.sizes, port=self.port, web=self.web, clinic=self.clinic, user=user)

    def dispatch(self) -> dict[str, Any]:
        return dispatch.measure(self.sizes, mail=self.mail, scratch=self.scratch)

    def survey_flow(self) -> dict[str, Any]:
        tokens = dataset.links_of_open_surveys(self.sizes.surveys)
        return survey_flow.measure(self.sizes, port=self.port, web=self.web, tokens=tokens, scratch=self.scratch)


def _told(name: str, work: Callable[[], Any]) -> Any:
    print(f"{name} ...", end=" ", flush=True)
    began = time.monotonic()
    result = work()
    print(f"{time.monotonic() - began:.0f} s", flush=True)
    return result


def _circumstances(began: float) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit'), version()")
        fsync, synchronous_commit, version = cursor.fetchone()
    return {
        "measured_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "took_seconds": round(time.monotonic() - began),
        "machine": {
            "processors": os.cpu_count(),
            "memory_gb": round(psutil.virtual_memory().total / 1e9),
            "load_average": [round(load, 1) for load in os.getloadavg()],
            "python": platform.python_version(),
            "postgresql": version.split()[1],
            "fsync": fsync,
            "synchronous_commit": synchronous_commit,
        },
    }
