"""Real Celery workers for tests, each with the test's own database, Redis database and mail server."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.db import connection

from clinic.celery import app

ROOT = Path(__file__).resolve().parent.parent
PREFIX = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]


class Broker:
    """A Redis database for this test process alone: parallel test processes must not hear each other's tasks."""

    def __init__(self) -> None:
        process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        self.url = urlsplit(settings.REDIS_URL)._replace(path=f"/{process + 1}").geturl()
        self._redis = redis.Redis.from_url(self.url)

    def __enter__(self) -> Self:
        app.conf.broker_url = self.url
        self.flush()
        return self

    def __exit__(self, *_error: object) -> None:
        self.flush()
        self._redis.close()

    def flush(self) -> None:
        self._redis.flushdb()

    def waiting(self) -> list[str]:
        """The names of the tasks that nobody has taken yet."""
        messages = self._redis.lrange(f"{PREFIX}celery", 0, -1)
        return [json.loads(message)["headers"]["task"] for message in messages]


class Worker:
    """One worker that can be stopped in the middle of a step, and killed like a machine that loses its power."""

    def __init__(self, broker: Broker, mail_port: int) -> None:
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        self._environment = {
            **os.environ,
            "DATABASE_URL": database,
            "REDIS_URL": broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> None:
        command = ["celery", "-A", "clinic", "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=self._environment, start_new_session=True
        )

    def freeze(self) -> None:
        """The worker and its children do nothing more, and do not know it."""
        self._signal(signal.SIGSTOP)

    def kill(self) -> None:
        """kill -9 to the worker and its children; returns when they are gone."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
