"""A PostgreSQL and a Redis that a test may kill, stop and start again, at the same address and with the same data."""

import contextlib
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import redis

from clinic.embedded import binaries, postgres_server, redis_server
from clinic.embedded.account import Account
from clinic.postgres_programs import program


class Database:
    """A durable PostgreSQL with the product's two roles."""

    def __init__(self, scratch: Path, account: Account | None) -> None:
        self._programs = binaries.postgres(account, scratch)
        self._cluster = postgres_server.Cluster(self._programs, scratch / "postgres", account)
        self._passwords = postgres_server.Passwords.new()
        postgres_server.create(self._cluster, self._passwords, throw_away=True)
        self._port: int | None = None
        self.start()

    def start(self) -> None:
        login = (postgres_server.OWNER, self._passwords.owner)
        self._server, port = postgres_server.start(self._cluster, login, port=self._port)
        assert self._port in (None, port), "another program took the port"
        self._port = port

    def stop(self) -> None:
        """As an operator does: sessions end, everything is on disk."""
        self._server.stop()

    def kill(self) -> None:
        """As when the machine loses its power: what was not written down is lost."""
        os.kill(self._main, signal.SIGQUIT)
        self._server.wait()

    def restart(self) -> None:
        """``pg_ctl restart -m immediate``."""
        self.kill()
        self.start()

    def configure(self, **settings: object) -> None:
        """Settings that hold from the next start on; the last of a name counts."""
        with (self._cluster.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    @contextlib.contextmanager
    def files_limited_to(self, size: int) -> Iterator[None]:
        """As on a full disk, no file grows beyond ``size`` bytes; until it ends."""
        main = psutil.Process(self._main)
        for process in (main, *main.children()):
            process.rlimit(psutil.RLIMIT_FSIZE, (size, psutil.RLIM_INFINITY))
        try:
            yield
        finally:
            for process in (main, *main.children()):
                process.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))

    @property
    def _main(self) -> int:
        return int((self._cluster.data / "postmaster.pid").read_text().split()[0])

    @property
    def url(self) -> str:
        return postgres_server.url(postgres_server.APPLICATION, self._passwords.application, self._port)

    @property
    def owner_url(self) -> str:
        return postgres_server.url(postgres_server.OWNER, self._passwords.owner, self._port)

    def fill_from(self, url: str) -> None:
        """The schema and first rows of another database: migrating anew would take a minute."""
        made = (program(name, at_least=self._programs.version) for name in ("pg_dump", "pg_restore"))
        options = ["--format=custom", "--no-owner", "--no-privileges"]
        dump, restore = made
        dumped = subprocess.run([dump, *options, f"--dbname={url}"], capture_output=True, check=True)
        subprocess.run(
            [restore, *options[1:], "--exit-on-error", f"--dbname={self.owner_url}"], input=dumped.stdout, check=True
        )


class Broker:
    """A Redis that keeps what it was told, as in production."""

    def __init__(self, scratch: Path, account: Account | None) -> None:
        self._start = (binaries.redis(account, scratch), scratch / "redis", account, secrets.token_urlsafe(24))
        self.port: int | None = None
        self.start()

    def start(self) -> None:
        self._server, port = redis_server.start(*self._start, port=self.port, keep=True)
        assert self.port in (None, port), "another program took the port"
        self.port = port

    def stop(self) -> None:
        self._server.stop()

    def kill(self) -> None:
        """kill -9."""
        for child in psutil.Process(self._server.process.pid).children():
            child.kill()
        self._server.wait()

    def url(self, port: int | None = None) -> str:
        """The address, or that of a proxy in front of it."""
        return redis_server.url(self._start[3], port or self.port)

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url())


def eventually(fact, seconds: float = 60):
    """What ``fact`` says as soon as it says something true; else what it says at the end of the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(redis.RedisError):
            if found := fact():
                return found
        time.sleep(0.05)
    return fact()
