"""Statements that a connection plans once: for the pages that patients wait for, and what is done once a message.

Between the fences of clinics PostgreSQL plans for longer than it then works: 1.6 ms to find what a survey's link opens,
0.4 ms to find it. The driver would have it plan every time.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakSet

from django.db import connection
from django.db.backends.utils import CursorWrapper


class Prepared:
    """One statement of the default connection. ``types`` are those of its values, in PostgreSQL's words.

    In the statement the values are numbered, ``$1`` first, or named like ``%(survey)s`` where the types are. A statement
    that changes nothing has a name that begins with ``read_``.
    """

    def __init__(self, name: str, types: Sequence[str] | Mapping[str, str], statement: str) -> None:
        self._names = list(types) if isinstance(types, Mapping) else None
        if self._names is not None:
            statement %= {key: f"${number}" for number, key in enumerate(self._names, start=1)}
        listed = types.values() if isinstance(types, Mapping) else types
        self._prepare = f"PREPARE {name} ({', '.join(listed)}) AS {statement}"
        self._execute = f"EXECUTE {name} ({', '.join(['%s'] * len(types))})"
        self._prepared_on: WeakSet[Any] = WeakSet()

    def run(self, cursor: CursorWrapper, values: Sequence[Any] | Mapping[str, Any]) -> None:
        """Execute it on the default connection's ``cursor``, which then holds the rows or the row count."""
        if connection.connection not in self._prepared_on:
            cursor.execute(self._prepare)
            self._prepared_on.add(connection.connection)
        given = (
            values if self._names is None or not isinstance(values, Mapping) else [values[key] for key in self._names]
        )
        cursor.execute(self._execute, given)
