"""Who changes rows, where and why, for the triggers of history to read.

They read two settings of the transaction (django-pghistory made them so). Its own context tells PostgreSQL before every
statement; here each transaction is told once, and again when there is more to tell. Patients wait for it.
"""

import json
import re
import threading
import uuid
from collections.abc import Callable
from contextlib import ContextDecorator
from dataclasses import dataclass, field
from typing import Any, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from clinic.postgresql.base import DatabaseWrapper

# Statements that change no row, and those that cannot stand behind another one in one message.
CHANGES_NOTHING = re.compile(
    r"\s*(select|savepoint|release|rollback|set|reset|begin|start|declare|fetch|close|prepare|execute read_"
    r"|vacuum|analyze|checkpoint|discard|load|cluster|reindex|create|alter|drop)\b",
    re.IGNORECASE,
)
TELL = "SELECT set_config('pghistory.context_id', {0}, true), set_config('pghistory.context_metadata', {1}, true)"


class Facts(DjangoJSONEncoder):
    """Facts of a context as JSON; a function is asked for its fact only when a row is written."""

    def default(self, o: Any) -> Any:
        return o() if callable(o) else super().default(o)


@dataclass
class Context:
    """What is known of one request, task or command; ``id`` is that of every row of history it leaves."""

    facts: dict[str, Any]
    id: uuid.UUID = field(default_factory=uuid.uuid4)


class _Current(threading.local):
    context: Context | None = None


_current = _Current()


class changing(ContextDecorator):
    """Whatever is written inside is written with these facts; within another one they are added to its facts.

    Never anything personal, and never a secret: what is told stays for as long as the history does.
    """

    def __init__(self, **facts: Any) -> None:
        self._facts = facts
        self._listening: Any = None

    def __enter__(self) -> Context:
        if _current.context is None:
            _current.context = Context(self._facts)
            self._listening = connection.execute_wrapper(_tell_first)
            self._listening.__enter__()
        else:
            tell(**self._facts)
        return _current.context

    def __exit__(self, *exception: Any) -> None:
        if self._listening is not None:
            self._listening.__exit__(*exception)
            self._listening = _current.context = None


def tell(**facts: object) -> None:
    """Add to the context of everything written from now on in this request, task or command: a reason, a public id.

    Outside any of them it says nothing to nobody.
    """
    if _current.context is not None:
        _current.context.facts.update(facts)


def _tell_first(execute: Callable[..., Any], sql: Any, values: Any, many: bool, around: dict[str, Any]) -> Any:
    """Run the statement; what PostgreSQL was not told yet goes before it in the same message."""
    current, ours = _current.context, cast(DatabaseWrapper, around["connection"])
    if current is None or not isinstance(sql, str) or CHANGES_NOTHING.match(sql) or ours.needs_rollback:
        return execute(sql, values, many, around)
    known = str(current.id), json.dumps(current.facts, cls=Facts)
    if ours.in_atomic_block and ours.told == known:
        return execute(sql, values, many, around)
    if many:
        with ours.cursor() as cursor:
            cursor.execute(TELL.format("%s", "%s"), known)
        result = execute(sql, values, many, around)
    elif isinstance(values, dict):
        with_them = {**values, "context_id": known[0], "context_facts": known[1]}
        before = TELL.format("%(context_id)s", "%(context_facts)s")
        result = execute(f"{before}; {sql}", with_them, many, around)
    else:
        # Without values of its own a statement may hold a bare percent sign.
        own = sql if values is not None else sql.replace("%", "%%")
        result = execute(f"{TELL.format('%s', '%s')}; {own}", (*known, *(values or ())), many, around)
    ours.told = known if ours.in_atomic_block else None
    return result
