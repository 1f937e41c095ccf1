"""The demo's own PostgreSQL and Redis, which keep their data."""

import contextlib
import subprocess
from pathlib import Path

from clinic.embedded import binaries, contract, postgres_server, redis_server
from clinic.embedded.account import Account, unprivileged
from clinic.embedded.place import Memory, Place


def start(stack: contextlib.ExitStack, place: Place, memory: Memory) -> dict[str, str]:
    """Addresses of the servers that the caller's environment does not give; closing ``stack`` stops them."""
    values = {}
    if contract.is_given("DATABASE_URL"):
        print("PostgreSQL: using DATABASE_URL.")
        values["DATABASE_OWNER_URL"] = ""
    else:
        values |= _start_postgres(stack, place, memory)
    if contract.is_given("REDIS_URL"):
        print("Redis: using REDIS_URL.")
    else:
        values["REDIS_URL"] = _start_redis(stack, place, memory)
    place.remember(memory)
    return values


def _start_postgres(stack: contextlib.ExitStack, place: Place, memory: Memory) -> dict[str, str]:
    account = unprivileged()
    home = place.services_folder(memory, account)
    cluster = _cluster(home, account)
    passwords = postgres_server.Passwords(memory.owner_password, memory.application_password)
    who = f", as the user {account.name} because it refuses root" if account else ""
    print(f"PostgreSQL {cluster.programs.version}: data in {cluster.home}{who}.")
    if postgres_server.made_by(cluster.home) is None:
        memory.migrated = ""
        place.remember(memory)
        postgres_server.create(cluster, passwords)
    _stop_leftover(cluster)
    login = (postgres_server.OWNER, passwords.owner)
    server, port = postgres_server.start(cluster, login, port=memory.postgres_port)
    stack.callback(server.stop)
    memory.postgres_port = port
    return {
        "DATABASE_URL": postgres_server.url(postgres_server.APPLICATION, passwords.application, port),
        "DATABASE_OWNER_URL": postgres_server.url(postgres_server.OWNER, passwords.owner, port),
    }


def _cluster(home: Path, account: Account | None) -> postgres_server.Cluster:
    version = postgres_server.made_by(home / "postgres")
    programs = binaries.postgres(account, _programs_folder(home), version)
    return postgres_server.Cluster(programs, home / "postgres", account)


def _stop_leftover(cluster: postgres_server.Cluster) -> None:
    """After a crash of everything at once, a server may still be ending."""
    if not (cluster.data / "postmaster.pid").exists():
        return
    subprocess.run(
        [cluster.programs.program("pg_ctl"), "stop", "-D", str(cluster.data), "-m", "fast", "-t", "30"],
        capture_output=True,
        cwd="/",
        timeout=60,
        **postgres_server.identity(cluster.account),
    )


def _start_redis(stack: contextlib.ExitStack, place: Place, memory: Memory) -> str:
    account = unprivileged()
    home = place.services_folder(memory, account)
    program = binaries.redis(account, _programs_folder(home))
    print(f"Redis: data in {home / 'redis'}.")
    server, port = redis_server.start(
        program, home / "redis", account, memory.redis_password, port=memory.redis_port, keep=True
    )
    stack.callback(server.stop)
    memory.redis_port = port
    return redis_server.url(memory.redis_password, port)


def _programs_folder(home: Path) -> Path:
    folder = home / "programs"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    return folder
