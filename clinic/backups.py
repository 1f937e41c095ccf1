"""The whole database as one file that only the holder of a key can read, who is not on this machine.

``pg_dump`` writes, age encrypts on the way, and nothing readable touches the disk. Coming back, the file is read once
to its end before a single row is restored: a file that was cut or changed shows it only there.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import pyrage
from django.conf import settings
from django.db import connection

from clinic.postgres_programs import ProgramMissing, program

AGE = b"age-encryption.org/v1"


class BackupError(Exception):
    """What went wrong, in words for the operator; never a password."""


def recipient(text: str) -> Any:
    """The public key to encrypt for. Raises BackupError."""
    if not text:
        raise BackupError("Set BACKUP_RECIPIENT to the public key of an age identity (age1…) that is kept elsewhere.")
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise BackupError("BACKUP_RECIPIENT is not a public key of age: it looks like age1….") from None


def identity(file: Path) -> Any:
    """The private key in ``file``, as age-keygen writes it. Raises BackupError."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        secret = next(line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-"))
        return pyrage.x25519.Identity.from_str(secret)
    except (OSError, StopIteration, UnicodeDecodeError, pyrage.IdentityError):
        raise BackupError(f"{file} holds no private key of age (AGE-SECRET-KEY-…).") from None


def write(target: Path, key: Any) -> int:
    """Everything in the database, encrypted for ``key``, as ``target``; its size in bytes. Raises BackupError.

    Until it is whole it has another name, so a file of that name is never half a backup.
    """
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with _opened_for_us_alone(unfinished) as file, _running("pg_dump", *DUMP, stdout=subprocess.PIPE) as dump:
            pyrage.encrypt_io(dump.stdout, file, [key])
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def check(source: Path, key: Any) -> None:
    """Read the file to its end and write nothing. Raises BackupError when it is not whole, or not for this key."""
    with _source(source) as file, Path(os.devnull).open("wb") as nowhere:
        _decrypt(file, nowhere, key, source)


def restore(source: Path, key: Any) -> None:
    """Fill the empty database from ``source``, in one transaction. Raises BackupError."""
    if _tables():
        raise BackupError("The database is not empty. Restore into a new one: createdb, then set DATABASE_URL to it.")
    check(source, key)
    with _source(source) as file, _running("pg_restore", *RESTORE, stdin=subprocess.PIPE) as restoring:
        assert restoring.stdin is not None  # noqa: S101
        _decrypt(file, restoring.stdin, key, source)
        restoring.stdin.close()


DUMP = ("--format=custom", "--no-owner", "--no-privileges")
RESTORE = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")


@contextlib.contextmanager
def _running(name: str, *options: str, **pipes: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """A program of PostgreSQL connected as the owner. Raises BackupError unless it ends well."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0]) // 10_000
    try:
        path = program(name, at_least=version)
    except ProgramMissing as missing:
        raise BackupError(str(missing)) from None
    database = ["--dbname", _address()]
    environment = {**os.environ, "PGPASSWORD": settings.DATABASE_OWNER["PASSWORD"], "PGCONNECT_TIMEOUT": "10"}
    with subprocess.Popen([path, *options, *database], env=environment, stderr=subprocess.PIPE, **pipes) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        # What it says is not repeated: it may quote a row.
        process.communicate() if process.stdin is None else process.wait()
    if process.returncode:
        raise BackupError(f"{name} ended with code {process.returncode}. Is the owner's password right, and room left?")


def _address() -> str:
    """Where the database is, without the password, which would show in the list of processes."""
    owner = settings.DATABASE_OWNER
    name = connection.settings_dict["NAME"]
    port = f":{owner['PORT']}" if owner["PORT"] else ""
    return f"postgresql://{quote(owner['USER'], safe='')}@{quote(owner['HOST'], safe='')}{port}/{quote(name, safe='')}"


def _tables() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
        return int(cursor.fetchone()[0])


def _decrypt(file: IO[bytes], target: IO[bytes], key: Any, source: Path) -> None:
    try:
        pyrage.decrypt_io(file, target, [key])
    except (pyrage.DecryptError, OSError) as problem:
        # Of a file that was cut or changed age says so without a number of the system's.
        if isinstance(problem, OSError) and problem.errno:
            raise BackupError(f"pg_restore stopped: {problem.strerror}.") from None
        raise BackupError(f"{source} cannot be read with this key, or is not whole. Nothing was restored.") from None


@contextlib.contextmanager
def _source(file: Path) -> Iterator[IO[bytes]]:
    try:
        opened = file.open("rb")
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from None
    with opened:
        if opened.read(len(AGE)) != AGE:
            raise BackupError(f"{file} is not a backup that was made by back_up.")
        opened.seek(0)
        yield opened


@contextlib.contextmanager
def _opened_for_us_alone(file: Path) -> Iterator[IO[bytes]]:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise BackupError(f"{file.parent} cannot be written to: {error.strerror}.") from None
    with os.fdopen(handle, "wb") as opened:
        yield opened
        opened.flush()
        os.fsync(opened.fileno())
