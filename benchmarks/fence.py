"""What row-level security costs: the same searches and reports with the policies switched on and off, turn by turn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.db import connection

from benchmarks import figures, report, search
from benchmarks.browser import Connection
from benchmarks.sizes import Sizes
from clinic import database, fences
from clinic.models import Clinic, User

ROUNDS = 3


def measure(sizes: Sizes, *, port: int, clinic: Clinic, user: User) -> dict[str, Any]:
    """Ratios of the medians and of the 95th percentiles; 1.1 means a tenth slower with the fence."""
    typed = [f"/patients/?q={quote(text)}" for text in search.typed(clinic, sizes.searches // 2)]
    return {
        **_compared("search", lambda: search.signed_in(port), typed),
        **_compared("report", lambda: search.signed_in(port, user.email), report.addresses(sizes.reports // 2)),
    }


def _compared(name: str, connect: Callable[[], Connection], addresses: list[str]) -> dict[str, float]:
    fenced, open_ = [], []
    for _round in range(ROUNDS):
        fenced += _seconds(connect(), addresses)
        with _lifted():
            open_ += _seconds(connect(), addresses)
    return {
        f"{name}_p50_ratio": round(figures.percentile(fenced, 50) / figures.percentile(open_, 50), 2),
        f"{name}_p95_ratio": round(figures.percentile(fenced, 95) / figures.percentile(open_, 95), 2),
    }


def _seconds(client: Connection, addresses: list[str]) -> list[float]:
    for address in addresses[: search.WARM_UP]:
        client.get(address)
    client.seconds.clear()
    for address in addresses:
        client.get(address)
    return list(client.seconds)


@contextmanager
def _lifted() -> Iterator[None]:
    tables = [model._meta.db_table for model in (*fences.fenced_models(), Clinic)]
    _switch("DISABLE", tables)
    try:
        yield
    finally:
        _switch("ENABLE", tables)


def _switch(word: str, tables: list[str]) -> None:
    with database.as_owner(connection), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")
