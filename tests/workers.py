"""The Redis through which tests wake workers; real ones are in ``tests.faults``."""

import json
import os
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import redis
from django.conf import settings

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
