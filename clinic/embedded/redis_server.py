"""A Redis server of our own, ended with the process that started it."""

import os
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from clinic.embedded import leashed, ports
from clinic.embedded.account import Account

SECONDS_TO_START = 30


def start(
    program: str,
    home: Path,
    account: Account | None,
    password: str,
    *,
    port: int | None = None,
    keep: bool = False,
) -> tuple[leashed.Leashed, int]:
    """A server that answers, and its port; with ``keep`` it writes everything down, as in production."""
    home.mkdir(parents=True, exist_ok=True)
    log = home / "redis.log"
    for _attempt in range(3):
        chosen = port if port and ports.is_unused(port) else ports.unused()
        settings = _write_settings(home, account, password, chosen, keep=keep)
        with log.open("ab") as output:
            server = leashed.start([program, str(settings)], folder=Path("/"), output=output, account=account)
        if _answers(server, chosen, password):
            return server, chosen
        port = None
        if server.is_running():
            server.stop()
            break
    raise SystemExit(f"Redis did not start; see {log}.")


def url(password: str, port: int) -> str:
    """The address of the server."""
    return f"redis://:{password}@{ports.HOST}:{port}/0"


def _write_settings(home: Path, account: Account | None, password: str, port: int, *, keep: bool) -> Path:
    # Any user of this machine can reach the port, hence the password, and hence a file: arguments are public.
    settings = home / "redis.conf"
    settings.unlink(missing_ok=True)
    with os.fdopen(os.open(settings, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(f'bind {ports.HOST}\nport {port}\nrequirepass {password}\ndir "{home}"\nsave ""\n')
        file.write(f"appendonly {'yes' if keep else 'no'}\n")
    if account:
        account.own(home)
    return settings


def _answers(server: leashed.Leashed, port: int, password: str) -> bool:
    deadline = time.monotonic() + SECONDS_TO_START
    with Redis(host=ports.HOST, port=port, password=password, socket_timeout=2) as client:
        while server.is_running() and time.monotonic() < deadline:
            try:
                return bool(client.ping())
            except RedisError:
                time.sleep(0.05)
    return False
