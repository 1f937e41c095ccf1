"""Mendline's own processes, which a test may freeze, ask to end, or kill like a machine that loses its power."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]


class Program:
    """``python -m`` something, in a process group of its own."""

    def __init__(self, name: str, command: str, environment: Mapping[str, str], folder: Path) -> None:
        self.name, self._command, self._environment = name, command.split(), environment
        self.log = folder / f"{name}.log"
        self.log.touch()
        self._process: subprocess.Popen[bytes] | None = None
        self._said_before = 0

    def start(self, **environment: str) -> None:
        """Unless it runs already; ``environment`` is for this time only."""
        if self.is_running():
            return
        self._said_before = len(self.log.read_bytes())
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._command],
                cwd=ROOT,
                env={**os.environ, **self._environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def said(self) -> str:
        """Its log since it was started."""
        return self.log.read_bytes()[self._said_before :].decode(errors="replace")

    def looks(self) -> int:
        """How often it has looked for what is due."""
        return len(re.findall(r"Task outcomes.tasks.tick\S+ succeeded", self.log.read_text(errors="replace")))

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children() if self.is_running() else []

    def kill(self) -> None:
        """kill -9 to it and its children; returns when they are gone."""
        self._signal(signal.SIGKILL)
        self._wait()

    def freeze(self) -> None:
        """The main process hands nothing more to its children, and does not know it; what they do they finish."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def end(self, number: signal.Signals = signal.SIGTERM, seconds: float = 60) -> None:
        """Ask the main process alone, as a deployment does. Raises TimeoutExpired."""
        if self._process is not None:
            self._process.send_signal(number)
            self._wait(seconds)

    def _wait(self, seconds: float = 10) -> None:
        if self._process is not None:
            self._process.wait(seconds)
            self._process = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
