"""A hard end for one exchange over the network. A server that drips bytes resets a socket's own timeout with each."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

WATCH_SECONDS = 0.5


class Deadline:
    """Calls ``hang_up`` from a thread of its own, again and again, while an exchange is over its time."""

    def __init__(self, seconds: float, hang_up: Callable[[], None]) -> None:
        self._seconds = seconds
        self._hang_up = hang_up
        self._hangs_up_at = math.inf
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._closed.set()

    @contextmanager
    def exchange(self) -> Iterator[None]:
        """What happens in here is cut off when its time is over."""
        self._hangs_up_at = time.monotonic() + self._seconds
        try:
            yield
        finally:
            self._hangs_up_at = math.inf

    def _watch(self) -> None:
        while not self._closed.wait(WATCH_SECONDS):
            if time.monotonic() > self._hangs_up_at:
                self._hang_up()
