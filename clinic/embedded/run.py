"""`make run`: the whole of Mendline with a demo clinic, under one process that stops all of it."""

import contextlib
import os
import re
import signal
import time
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any, NoReturn
from urllib.parse import urlsplit

import psycopg2

from clinic.embedded import contract, migrated, persistent, ports, welcome
from clinic.embedded.place import Memory, Place, write_secret
from clinic.embedded.processes import Processes, procfile

WEB_PORT = 8000
# What the checks look at does not depend on the machine; `make lint` runs them.
MANAGE = ("python", "manage.py")
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked this process to end."""


def run() -> int:
    """Start everything, say where it is, and stop everything at Ctrl-C or when a part of it ends."""
    place = Place()
    with place.held() as is_ours:
        if not is_ours:
            print(f"Mendline already runs here (process {place.holder()}): Ctrl-C there, or `make reset`, stops it.")
            return 1
        with _stopping_on_signals():
            try:
                _run_all(place)
            except Stopped:
                print("Stopped.")
                return 0


def _run_all(place: Place) -> NoReturn:
    began = time.monotonic()
    memory = place.recall()
    web_port = _web_port()
    with contextlib.ExitStack() as stack:
        values = persistent.start(stack, place, memory)
        values |= _demo_values(place, memory, web_port)
        environment = contract.with_programs(contract.complete(os.environ, values))
        write_secret(place.local_environment, contract.lines(environment))
        processes = stack.enter_context(Processes(place.logs, environment))
        _fill_database(processes, environment, place, memory)
        _start_processes(processes, place, environment, web_port)
        welcome.show(environment, place, time.monotonic() - began)
        processes.watch()


def _demo_values(place: Place, memory: Memory, web_port: int) -> dict[str, str]:
    return {
        "SECRET_KEY": memory.secret_key,
        "FIELD_KEYS": memory.field_key,
        "TOKEN_PEPPERS": memory.token_pepper,
        "SITE_URL": f"http://{ports.HOST}:{web_port}",
        "EMAIL_URL": f"smtp://{ports.HOST}:{ports.unused()}",
        "EMAIL_FROM": "check-in@clinic.example.org",
        "DEMO": "1",
        "DEMO_MAIL_DIR": str(place.mail),
    }


def _web_port() -> int:
    """The port that SITE_URL or PORT asks for, else 8000 or the next free one."""
    site = urlsplit(os.environ.get("SITE_URL", ""))
    is_local = site.scheme == "http" and site.port is not None
    wanted = site.port if is_local and site.port else int(os.environ.get("PORT") or WEB_PORT)
    port = ports.first_unused(wanted)
    if port != wanted and is_local:
        raise SystemExit(f"Port {wanted}, which SITE_URL names, is taken by another program.")
    if port != wanted:
        print(f"Port {wanted} is taken by another program; using {port}.")
    return port


def _fill_database(processes: Processes, environment: Mapping[str, str], place: Place, memory: Memory) -> None:
    connection = _connect(environment)
    try:
        if memory.migrated != migrated.state(connection):
            print("Migrating the database.")
            processes.finish("migrate", [*MANAGE, "migrate", "--no-input", "--skip-checks"], seconds=300)
            memory.migrated = migrated.state(connection)
            place.remember(memory)
        if migrated.has_clinic(connection):
            return
    finally:
        connection.close()
    print("Filling the demo clinic with fictional patients (up to a minute).")
    processes.finish("seed_demo", [*MANAGE, "seed_demo", "--skip-checks"], seconds=900)


def _connect(environment: Mapping[str, str]) -> Any:
    address = contract.value("DATABASE_OWNER_URL", environment) or contract.value("DATABASE_URL", environment)
    connection = psycopg2.connect(re.sub(r"^\w+:", "postgresql:", address), connect_timeout=10)
    connection.autocommit = True
    return connection


def _start_processes(processes: Processes, place: Place, environment: Mapping[str, str], web_port: int) -> None:
    """The first page is what somebody waits for, so the others begin when it is there."""
    if contract.is_given("EMAIL_URL"):
        print("E-mail: using EMAIL_URL.")
    else:
        address = environment["EMAIL_URL"].removeprefix("smtp://")
        mailbox = ["--class", "aiosmtpd.handlers.Mailbox", str(place.mail)]
        processes.start("mail", ["python", "-m", "aiosmtpd", "--nosetuid", "--listen", address, *mailbox])
    # The commands are production's own; only the address to listen on differs.
    commands = procfile()
    processes.start("web", commands.pop("web"), {"GUNICORN_CMD_ARGS": f"--bind={ports.HOST}:{web_port}"})
    processes.wait_for_page(f"http://{ports.HOST}:{web_port}/healthz", environment["SITE_URL"])
    for name, command in commands.items():
        processes.start(name, command)
    print(f"Started {', '.join(processes.names())}.")


@contextlib.contextmanager
def _stopping_on_signals() -> Iterator[None]:
    """The first Ctrl-C or request to end stops in order; further ones do not disturb that."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        print("\nStopping ...", flush=True)
        raise Stopped

    previous = {number: signal.signal(number, stop) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
