"""One command with a PostgreSQL and a Redis of its own, both gone afterwards."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from clinic.embedded import binaries, contract, leashed, postgres_server, redis_server
from clinic.embedded.account import Account, unprivileged


def run(command: Sequence[str], *, durable: bool = False, migrate: bool = False) -> int:
    """Run ``command`` with the environment contract filled in; ``durable`` writes to disk as production does."""
    with services(durable=durable) as values:
        environment = contract.with_programs(contract.complete(os.environ, values))
        if migrate:
            subprocess.run(["python", "manage.py", "migrate", "--no-input", "-v0"], env=environment, check=True)
        child = leashed.start(command, environment=environment, interactive=True, grace=20)
        with _passing_signals_to(child):
            return child.wait()


@contextlib.contextmanager
def services(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """The contract's values, with servers for what the caller's environment does not give."""
    values = contract.throw_away()
    account = unprivileged()
    with contextlib.ExitStack() as stack:
        scratch = scratch_folder(stack, account)
        if contract.is_given("DATABASE_URL"):
            # Given or not, never the one of an earlier `make run`.
            values["DATABASE_OWNER_URL"] = ""
        else:
            values |= _database(stack, scratch, account, durable=durable)
        if not contract.is_given("REDIS_URL"):
            values["REDIS_URL"] = _redis(stack, scratch, account)
        yield values


def _database(stack: contextlib.ExitStack, scratch: Path, account: Account | None, *, durable: bool) -> dict[str, str]:
    cluster = postgres_server.Cluster(binaries.postgres(account, scratch), scratch / "postgres", account)
    passwords = postgres_server.Passwords.new()
    postgres_server.create(cluster, passwords, throw_away=True)
    login = (postgres_server.OWNER, passwords.owner)
    server, port = postgres_server.start(cluster, login, throw_away=not durable)
    stack.callback(server.stop)
    return {
        "DATABASE_URL": postgres_server.url(postgres_server.APPLICATION, passwords.application, port),
        "DATABASE_OWNER_URL": postgres_server.url(postgres_server.OWNER, passwords.owner, port),
    }


def _redis(stack: contextlib.ExitStack, scratch: Path, account: Account | None) -> str:
    password = secrets.token_urlsafe(24)
    program = binaries.redis(account, scratch)
    server, port = redis_server.start(program, scratch / "redis", account, password)
    stack.callback(server.stop)
    return redis_server.url(password, port)


def scratch_folder(stack: contextlib.ExitStack, account: Account | None) -> Path:
    """A new folder that ``account`` can reach, gone when the stack closes and also when this process is killed."""
    for parent in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):  # noqa: S108
        folder, guard = leashed.scratch_folder(parent)
        stack.callback(guard.stop)
        if account is None:
            return folder
        folder.chmod(0o711)
        if account.can("test", "-x", str(folder)):
            return folder
    raise SystemExit(
        "PostgreSQL cannot run as root, and no other user can reach a temporary folder; set TMPDIR to one."
    )


@contextlib.contextmanager
def _passing_signals_to(child: leashed.Leashed) -> Iterator[None]:
    """Ctrl-C and a polite request to end go to the command; its end is ours."""
    previous = {
        number: signal.signal(number, lambda received, _frame: child.process.send_signal(received))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        sys.stdout.flush()
