"""The processes under measurement, started by the same commands as in production, and what they use."""

import os
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


def command(name: str) -> list[str]:
    """The command that the Procfile gives this kind of process."""
    found = re.search(rf"^{name}: (.+)$", (ROOT / "Procfile").read_text(), re.MULTILINE)
    if found is None:
        raise LookupError(f"The Procfile has no {name}.")
    return shlex.split(found[1])


def unused_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running(arguments: Sequence[str], log: Path, **environment: str) -> Iterator[psutil.Process]:
    """A process with its children, ended at the end whatever happens; its output goes to ``log``."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield psutil.Process(process.pid)
    finally:
        _end(process)


@contextmanager
def web(application: str, port: int, log: Path) -> Iterator[psutil.Process]:
    """gunicorn as the Procfile starts it, serving ``application``; answers when this returns."""
    arguments = [application if part == "clinic.wsgi:application" else part for part in command("web")]
    with running(arguments, log, GUNICORN_CMD_ARGS=f"--bind={HOST}:{port}") as process:
        wait_for_port(port, log)
        yield process


def wait_for_port(port: int, log: Path, seconds: float = 30) -> None:
    """Returns once somebody accepts connections. Raises TimeoutError naming the log."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"Nothing answered on port {port}; see {log}.\n{log.read_text()[-2000:]}")


def memory_mb(process: psutil.Process) -> float:
    """The largest proportional set size among the process and its children, in MB: shared pages count once."""
    sizes = [0.0]
    for one in [process, *process.children(recursive=True)]:
        try:
            sizes.append(one.memory_full_info().pss / 1e6)
        except psutil.NoSuchProcess:
            continue
    return round(max(sizes), 1)


def processor_seconds(processes: Sequence[psutil.Process]) -> float:
    """Processor time used so far by these processes and their children."""
    total = 0.0
    for process in processes:
        for one in [process, *process.children(recursive=True)]:
            times = one.cpu_times()
            total += times.user + times.system
    return total


def _end(process: subprocess.Popen) -> None:
    """Ask politely, then end the whole group."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=15)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
