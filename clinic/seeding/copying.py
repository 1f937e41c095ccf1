"""Many rows at once, by COPY: every constraint and trigger of the database sees them, Django's models do not."""

import io
from collections.abc import Iterator
from typing import Any

from django.db import connection, models, transaction
from psycopg2 import sql

IDS_AT_ONCE = 10_000


class Copying:
    """Rows waiting to be copied, table by table in the order of ``tables``."""

    def __init__(self, *tables: type[models.Model]) -> None:
        self._defaults = {model: _defaults(model) for model in tables}
        self._lines: dict[type[models.Model], list[str]] = {model: [] for model in tables}
        self._ids = {model: _new_ids(model) for model in tables}

    def add(self, model: type[models.Model], **values: Any) -> int:
        """One row and its primary key; columns that are not given have the model's default."""
        values["id"] = next(self._ids[model])
        fields = [
            _text(values[column]) if column in values else default for column, default in self._defaults[model].items()
        ]
        self._lines[model].append("\t".join(fields))
        return values["id"]

    def flush(self) -> None:
        """Send everything that waits."""
        with transaction.atomic(), connection.cursor() as cursor:
            for model, lines in self._lines.items():
                _copy(cursor, model._meta.db_table, list(self._defaults[model]), lines)
                lines.clear()


def _copy(cursor: Any, table: str, columns: list[str], lines: list[str]) -> None:
    """Through a table of this transaction alone, because COPY fills none behind row-level security."""
    into, names = sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    make = sql.SQL("CREATE TEMP TABLE pile AS SELECT {} FROM {} WITH NO DATA").format(names, into)
    move = sql.SQL("INSERT INTO {} ({}) SELECT * FROM pile").format(into, names)
    # As text, because the context of history is put before it.
    cursor.execute(make.as_string(cursor.connection))
    cursor.copy_expert("COPY pile FROM STDIN", io.StringIO("".join(f"{line}\n" for line in lines)))
    cursor.execute(move.as_string(cursor.connection))
    cursor.execute("DROP TABLE pile")


def _defaults(model: type[models.Model]) -> dict[str, str]:
    """The text of each column's default. Random defaults are left to the caller, who must give a value."""
    stored = [field for field in model._meta.concrete_fields if not field.generated]
    return {str(field.column): _default(field) for field in stored}


def _default(field: models.Field) -> str:
    if field.default in (list, dict):
        return "{}"
    if field.has_db_default():
        return _text(field.db_default)
    is_drawn = field.has_default() and callable(field.default)
    return _text(None if is_drawn else field.get_default())


def _new_ids(model: type[models.Model]) -> Iterator[int]:
    """Primary keys from the table's own sequence, which nobody else will get."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, IDS_AT_ONCE],
            )
            ids = [row[0] for row in cursor.fetchall()]
        yield from ids


_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _text(value: Any) -> str:
    if value is None:
        return r"\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, list):
        return "{" + ",".join(value) + "}"
    return str(value).translate(_ESCAPED)
