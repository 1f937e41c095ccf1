"""Run one command that never outlives whoever started it; or none, only to clean up after the starter.

Started by path with a bare interpreter, so it imports the standard library only. The starter holds the writing end of a
pipe; when the starter ends, however it ends, the pipe closes and this process stops its command.
"""

import argparse
import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def main() -> int:
    """Run the command to its end, or until the starter is gone; the exit code is the command's."""
    options = _options()
    noticed = _notice_signals()
    if not options.command:
        select.select([options.lifeline], [], [])
        _remove(options.remove)
        return 0
    child = _start(options)
    _wait(child, options, noticed)
    if not options.same_group:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lifeline", type=int, required=True, help="descriptor that closes when the starter ends")
    parser.add_argument("--stop-signal", type=int, default=signal.SIGTERM)
    parser.add_argument("--grace", type=float, default=10, help="seconds from the stop signal to the kill")
    parser.add_argument("--remove", help="folder to delete, without a command, when the starter ends")
    parser.add_argument("--ids", help="UID:GID to run the command as")
    parser.add_argument("--same-group", action="store_true", help="stay in the terminal's foreground group")
    parser.add_argument("command", nargs="*")
    return parser.parse_args()


def _notice_signals() -> int:
    """A descriptor on which the number of every signal received can be read."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)
    return reader


def _start(options: argparse.Namespace) -> "subprocess.Popen[bytes]":
    uid, gid = (int(part) for part in options.ids.split(":")) if options.ids else (None, None)
    return subprocess.Popen(
        options.command,
        user=uid,
        group=gid,
        extra_groups=None if uid is None else [],
        start_new_session=not options.same_group,
        preexec_fn=_end_with_leash,
    )


def _end_with_leash() -> None:
    """Where the kernel offers it, the command ends even when this process is killed."""
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _remove(folder: str) -> None:
    """Delete ``folder``, again while servers that are just ending still write into it."""
    deadline = time.monotonic() + 30
    while Path(folder).exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.05)


def _wait(child: "subprocess.Popen[bytes]", options: argparse.Namespace, noticed: int) -> None:
    watched = [options.lifeline, noticed]
    deadline = None
    while child.poll() is None:
        timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select(watched, [], [], timeout)
        stop = None
        if options.lifeline in ready:
            watched.remove(options.lifeline)
            stop = options.stop_signal
        if noticed in ready:
            stop = _asked_to_stop(os.read(noticed, 64), options) or stop
        if stop:
            # To the command alone: it ends its own children in its own order.
            child.send_signal(stop)
            deadline = deadline or time.monotonic() + options.grace
        if deadline and time.monotonic() >= deadline:
            child.kill()
            deadline = time.monotonic() + options.grace


def _asked_to_stop(received: bytes, options: argparse.Namespace) -> int | None:
    """The signal to pass on. A terminal sends Ctrl-C to the command itself when both share its group."""
    if signal.SIGTERM in received or signal.SIGHUP in received:
        return int(options.stop_signal)
    if signal.SIGINT in received and not options.same_group:
        return int(signal.SIGINT)
    return None


if __name__ == "__main__":
    sys.exit(main())
