"""Start commands on a leash: when this process ends, even by SIGKILL, they end too."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from clinic.embedded.account import Account

LEASH = Path(__file__).with_name("leash.py")


@dataclass(frozen=True)
class Leashed:
    """A running command. ``stop`` returns when it has ended."""

    process: "subprocess.Popen[bytes]"
    lifeline: IO[bytes]

    def is_running(self) -> bool:
        """Whether the command has not ended yet."""
        return self.process.poll() is None

    def stop(self) -> int:
        """End the command, by force after its grace period, and return its exit code."""
        self.ask_to_stop()
        return self.process.wait()

    def ask_to_stop(self) -> None:
        """Begin to end the command and return at once."""
        self.lifeline.close()

    def wait(self) -> int:
        """Wait for the command's own end and return its exit code."""
        code = self.process.wait()
        self.lifeline.close()
        return code


def start(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    output: IO[bytes] | int | None = None,
    account: Account | None = None,
    stop_signal: int = signal.SIGTERM,
    grace: float = 10,
    interactive: bool = False,
) -> Leashed:
    """Start ``command``; ``interactive`` ones read the terminal."""
    options = [f"--stop-signal={int(stop_signal)}", f"--grace={grace}"]
    if account:
        options.append(f"--ids={account.uid}:{account.gid}")
    if interactive and sys.stdin.isatty():
        options.append("--same-group")
    return _leash(
        [*options, "--", *command],
        env=environment,
        cwd=folder,
        stdin=None if interactive else subprocess.DEVNULL,
        stdout=output,
        stderr=output if output is None else subprocess.STDOUT,
        # A service must not see the terminal's Ctrl-C: its starter decides when and in which order things stop.
        start_new_session="--same-group" not in options,
    )


def scratch_folder(parent: Path | None = None) -> tuple[Path, Leashed]:
    """A new folder that is deleted when ``stop`` is called on its guard, or when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="mendline-", dir=parent))
    return folder, _leash([f"--remove={folder}"], stdin=subprocess.DEVNULL, start_new_session=True)


def _leash(arguments: Sequence[str], **options: Any) -> Leashed:
    kept, given = os.pipe()
    process = subprocess.Popen(
        # -I -S: no site-packages, so a leash costs 20 ms and little memory.
        [sys.executable, "-I", "-S", str(LEASH), f"--lifeline={kept}", *arguments],
        pass_fds=[kept],
        **options,
    )
    os.close(kept)
    return Leashed(process, os.fdopen(given, "wb"))
