"""How long reports took to answer, for monitoring: counted in the shared cache, and forgotten with it."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.cache import cache

FOR = 30 * 24 * 60 * 60  # seconds


@contextmanager
def timed(name: str) -> Iterator[None]:
    """What is inside was one answer of the report of this name; one that failed is not counted."""
    began = time.monotonic()
    yield
    _add("count", name, 1)
    _add("milliseconds", name, round(1000 * (time.monotonic() - began)))


def report_times(names: Iterable[str]) -> Iterator[tuple[str, str, float]]:
    """Figure, report and value: how many answers, and the seconds that all of them took."""
    places = {_place(what, name): (what, name) for name in names for what in ("count", "milliseconds")}
    for place, value in cache.get_many(places).items():
        what, name = places[place]
        yield ("report_seconds_count", name, value) if what == "count" else ("report_seconds_sum", name, value / 1000)


def _add(what: str, name: str, by: int) -> None:
    place = _place(what, name)
    cache.add(place, 0, timeout=FOR)
    cache.incr(place, by)


def _place(what: str, name: str) -> str:
    return f"report_times:{what}:{name}"
