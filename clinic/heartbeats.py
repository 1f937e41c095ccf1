"""Beat and every worker write down that they live, so that a page can say which of them does not."""

import datetime as dt
import logging
import os
import time
from typing import Any

from celery import bootsteps
from celery.beat import PersistentScheduler
from celery.worker import state
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from clinic.clock import machine_ahead

logger = logging.getLogger(__name__)

SECONDS = 30
# Three missed in a row, and a little.
SILENT_AFTER = dt.timedelta(seconds=100)
# Wishes expire after a minute.
MOST_AHEAD = dt.timedelta(seconds=30)
FORGOTTEN_AFTER = dt.timedelta(days=2)


def beat(name: str) -> dt.timedelta:
    """Say that the process of this name lives, by the database's clock; by how much its own is ahead of that.

    A database that is away is no reason to die: nothing is written, and the clock passes for right.
    """
    try:
        with transaction.atomic():
            ahead = machine_ahead()
            # By name: Celery reads this module before Django has its models.
            heartbeats = apps.get_model("clinic", "Heartbeat").objects
            heartbeats.update_or_create(name=name, defaults={"at": timezone.now() - ahead})
            return ahead
    except DatabaseError as error:
        logger.warning("no heartbeat written: %s", type(error).__name__)
        return dt.timedelta()
    finally:
        # This process forks workers, who must not share its connection.
        connection.close()


def forget_heartbeats(*, at: dt.datetime) -> int:
    """Processes that have been silent for days are gone; how many."""
    return int(apps.get_model("clinic", "Heartbeat").objects.filter(at__lt=at - FORGOTTEN_AFTER).delete()[0])


def _beat_or_end(name: str) -> None:
    if beat(name) > MOST_AHEAD:
        logger.critical("clock_ahead: %s ends, because it would throw away what others wish for", name)
        state.should_stop = os.EX_CONFIG


class WorkerHeart(bootsteps.StartStopStep):
    """In a worker's own loop, not in a thread beside it: a loop that hangs must fall silent.

    A worker whose clock is ahead takes every wish for expired and throws it away, the others' too. It ends itself.
    """

    requires = ("celery.worker.components:Timer",)

    def start(self, worker: Any) -> None:
        name = f"worker {worker.hostname}"
        self._timer = worker.timer.call_repeatedly(SECONDS, _beat_or_end, (name,))
        worker.timer.call_after(1, _beat_or_end, (name,))

    def stop(self, worker: Any) -> None:
        self._timer.cancel()


class Scheduler(PersistentScheduler):
    """Beat's own scheduler, which says every half minute that it ticks."""

    _next_beat = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        seconds: float = super().tick(*args, **kwargs)
        if time.monotonic() >= self._next_beat:
            beat("beat")
            self._next_beat = time.monotonic() + SECONDS
        return min(seconds, SECONDS)
