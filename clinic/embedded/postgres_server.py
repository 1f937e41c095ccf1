"""A PostgreSQL server of our own: made, started, and ended with the process that started it."""

import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from clinic.embedded import leashed, ports
from clinic.embedded.account import Account
from clinic.embedded.binaries import Postgres

DATABASE = "mendline"
OWNER = "mendline_owner"
APPLICATION = "mendline_app"
SECONDS_TO_INIT = 120
SECONDS_TO_START = 60
# Nothing that a throw-away server writes needs to survive a power cut.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal"}


@dataclass(frozen=True)
class Passwords:
    """The passwords of the two login roles."""

    owner: str
    application: str

    @classmethod
    def new(cls) -> "Passwords":
        """Two passwords nobody can guess."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24))


@dataclass(frozen=True)
class Cluster:
    """A data folder, the programs that run it, and who runs them."""

    programs: Postgres
    home: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.home / "postgres.log"


def made_by(home: Path) -> int | None:
    """The major version that made the data in ``home``; None when there is none that was made completely."""
    mark = home / "data" / "PG_VERSION"
    return int(mark.read_text()) if (home / "complete").exists() and mark.exists() else None


def create(cluster: Cluster, passwords: Passwords, *, throw_away: bool = False) -> None:
    """Make the data folder with both login roles and the database; a folder half made before is replaced."""
    shutil.rmtree(cluster.data, ignore_errors=True)
    cluster.home.mkdir(parents=True, exist_ok=True)
    secret = cluster.home / "superuser"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(24))
    if cluster.account:
        cluster.account.own(cluster.home)
    _init(cluster, secret, throw_away=throw_away)
    server, port = start(cluster, ("postgres", secret.read_text()), throw_away=True)
    try:
        _create_roles(port, secret.read_text(), passwords)
    finally:
        server.stop()
        # Nobody needs the superuser again: the owner owns the database.
        secret.unlink()
    (cluster.home / "complete").touch()


def start(
    cluster: Cluster,
    login: tuple[str, str],
    *,
    port: int | None = None,
    throw_away: bool = False,
) -> tuple[leashed.Leashed, int]:
    """A server that accepts connections, and its port: ``port`` if it is free."""
    for _attempt in range(3):
        chosen = port if port and ports.is_unused(port) else ports.unused()
        server = _launch(cluster, chosen, throw_away=throw_away)
        if _accepts(server, chosen, login):
            return server, chosen
        # Someone else took the port between the look and the start: the server has ended, try another.
        port = None
        if server.is_running():
            server.stop()
            break
    raise SystemExit(f"PostgreSQL did not start; see {cluster.log}.\n{_tail(cluster.log)}")


def url(role: str, password: str, port: int) -> str:
    """The address of the database for one role."""
    return f"postgres://{role}:{password}@{ports.HOST}:{port}/{DATABASE}"


def identity(account: Account | None) -> dict[str, Any]:
    """What ``subprocess.run`` needs to run a command as ``account``."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def _init(cluster: Cluster, secret: Path, *, throw_away: bool) -> None:
    command = [cluster.programs.program("initdb"), f"--pgdata={cluster.data}", "--username=postgres"]
    command += [f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"]
    # The same order of text on every machine; the compose file asks for the same one.
    if cluster.programs.version >= 17:
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    else:
        command += ["--locale=C.UTF-8"]
    if throw_away:
        command.append("--no-sync")
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", timeout=SECONDS_TO_INIT, **identity(cluster.account)
    )
    if done.returncode:
        raise SystemExit(f"PostgreSQL could not make its data folder {cluster.data}:\n{done.stdout}{done.stderr}")


def _launch(cluster: Cluster, port: int, *, throw_away: bool) -> leashed.Leashed:
    options = {"listen_addresses": ports.HOST, "port": str(port), "unix_socket_directories": ""}
    if throw_away:
        options |= THROW_AWAY | {"max_wal_senders": "0"}
    command = [cluster.programs.program("postgres"), "-D", str(cluster.data)]
    command += [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
    with cluster.log.open("ab") as log:
        return leashed.start(
            command,
            folder=Path("/"),
            output=log,
            account=cluster.account,
            # SIGINT ends sessions and writes everything down; SIGTERM would wait for every client to leave.
            stop_signal=signal.SIGINT,
            grace=15,
        )


def _accepts(server: leashed.Leashed, port: int, login: tuple[str, str]) -> bool:
    deadline = time.monotonic() + SECONDS_TO_START
    user, password = login
    while server.is_running() and time.monotonic() < deadline:
        try:
            psycopg2.connect(
                host=ports.HOST, port=port, user=user, password=password, dbname="postgres", connect_timeout=5
            ).close()
        except psycopg2.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _create_roles(port: int, superuser: str, passwords: Passwords) -> None:
    connection = psycopg2.connect(host=ports.HOST, port=port, user="postgres", password=superuser, dbname="postgres")
    connection.autocommit = True
    names = {"owner": sql.Identifier(OWNER), "application": sql.Identifier(APPLICATION), "db": sql.Identifier(DATABASE)}
    try:
        with connection.cursor() as cursor:
            for statement, password in (
                ("CREATE ROLE {owner} LOGIN CREATEDB CREATEROLE PASSWORD %s", passwords.owner),
                ("CREATE ROLE {application} LOGIN PASSWORD %s", passwords.application),
                ("GRANT {application} TO {owner} WITH ADMIN OPTION", None),
                ("CREATE DATABASE {db} OWNER {owner}", None),
            ):
                cursor.execute(sql.SQL(statement).format(**names), [password] if password else None)
    finally:
        connection.close()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""
