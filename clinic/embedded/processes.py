"""The processes of a running Mendline: started, watched and stopped together, each with a log file of its own."""

import shlex
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from clinic.embedded import leashed
from clinic.embedded.place import ROOT

SECONDS_TO_ANSWER = 60


def procfile() -> dict[str, list[str]]:
    """The start commands of web, worker and beat: the same on a laptop, in Compose and in tests."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    named = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {name: shlex.split(command) for name, _, command in named}


class Processes:
    """As a context manager it stops everything it started, all at once."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = environment
        self._running: dict[str, leashed.Leashed] = {}

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self._running.values():
            process.ask_to_stop()
        for process in self._running.values():
            process.wait()

    def names(self) -> list[str]:
        """What runs now."""
        return list(self._running)

    def start(self, name: str, command: Sequence[str], extra: Mapping[str, str] | None = None) -> None:
        """Start ``command``; what it says goes to the log called ``name``."""
        with self._log(name).open("wb") as log:
            self._running[name] = leashed.start(
                command, environment={**self._environment, **(extra or {})}, folder=ROOT, output=log
            )

    def finish(self, name: str, command: Sequence[str], *, seconds: float) -> None:
        """Run ``command`` to its end; a failure, or more than ``seconds``, ends everything and names the log."""
        self.start(name, command)
        try:
            code = self._running[name].process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise SystemExit(f"{name} has not finished in {seconds:.0f} s; see {self._log(name)}.") from None
        self._running.pop(name).wait()
        if code:
            raise SystemExit(self._failure(name, code))

    def wait_for_page(self, address: str, site_url: str) -> None:
        """Return when ``address`` answers; it is asked for by the name that visitors use."""
        request = urllib.request.Request(address, headers=_as_a_visitor_of(site_url))  # noqa: S310
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < deadline:
            self._stop_if_one_ended()
            try:
                with urllib.request.urlopen(request, timeout=5):  # noqa: S310
                    return
            except urllib.error.HTTPError as answer:
                raise SystemExit(f"The first page failed ({answer}); see {self._log('web')}.") from None
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"The web process does not answer after {SECONDS_TO_ANSWER} s; see {self._log('web')}.")

    def watch(self) -> NoReturn:
        """Run until one of the processes ends, which ends everything: the others are no use without it."""
        while True:
            self._stop_if_one_ended()
            time.sleep(0.5)

    def _stop_if_one_ended(self) -> None:
        for name, process in self._running.items():
            if not process.is_running():
                raise SystemExit(self._failure(name, process.wait()))

    def _failure(self, name: str, code: int) -> str:
        last = self._log(name).read_text(errors="replace").splitlines()[-15:]
        return "\n".join([f"{name} ended with code {code}; the last lines of {self._log(name)}:", *last])

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"


def _as_a_visitor_of(site_url: str) -> dict[str, str]:
    site = urlsplit(site_url)
    return {"Host": site.netloc, "X-Forwarded-Proto": site.scheme}
