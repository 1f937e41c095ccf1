"""What a log line may hold: ids and places in the code, never a secret, an address or what somebody typed.

The text of an exception is not trusted: PostgreSQL quotes whole rows in it ("Failing row contains …"), parsers quote
their input. So of an exception the line says its type, where it was raised, and what the database calls the problem.
"""

import logging
import re
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from psycopg2 import Error as PostgresError

LINK = re.compile(r"(/s|/my|/stop|/consent)/[^/\s\"'?]+")
SECRET = re.compile(r"[0-9A-Za-z]{20}")
Hide = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
# Each takes time in proportion to the line, whatever a stranger puts into a path.
HIDDEN: tuple[Hide, ...] = (
    # The secret of a link to a survey, a consent, an invitation or a new password, wherever in the line it stands.
    (LINK, r"\1/-"),
    (re.compile(r"(?<=/)[\w-]++(?!\.)"), lambda part: "-" if SECRET.search(part[0]) else part[0]),
    (re.compile(r"\bmdl_[\w-]+"), "mdl_-"),
    (re.compile(r"[^\s@<>\"=:,;()]{1,64}@[^\s@<>\"'=:,;()]{1,255}\.\w+"), "-@-"),
)
FOLLOWS = {
    "cause": "The above exception was the direct cause of the following exception:",
    "context": "During handling of the above exception, another exception occurred:",
}


class LogLine(logging.Formatter):
    """One line an event, and under it a traceback that shows places and no values."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        message = _without_exceptions(record)
        for secret, put_in_its_place in HIDDEN:
            message = secret.sub(put_in_its_place, message)
        # What came from outside cannot begin a line of its own.
        record.message = message.replace("\r", "\\r").replace("\n", "\\n")
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return "\n".join(_told(ei[1], ei[2])) if ei[1] is not None else "no exception"

    def formatStack(self, stack_info: str) -> str:
        return ""


def named(error: BaseException) -> str:
    """An exception without its text, like "django.db.utils.IntegrityError [23514 patient_once_per_chart_number]"."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    postgres = error if isinstance(error, PostgresError) else error.__cause__
    if not isinstance(postgres, PostgresError) or not postgres.pgcode:
        return name
    return f"{name} [{' '.join(filter(None, [postgres.pgcode, postgres.diag.constraint_name]))}]"


def _without_exceptions(record: logging.LogRecord) -> str:
    """The message, in which an exception that was passed along has a name and no text."""
    args: Any = record.args
    if isinstance(args, dict):
        # Celery describes a task's failure with the exception as text under this key.
        hidden = {"exc": named(record.exc_info[1])} if record.exc_info and record.exc_info[1] else {}
        args = {key: _plain(value) for key, value in args.items()} | {key: hidden[key] for key in hidden if key in args}
    elif args:
        args = tuple(_plain(value) for value in args)
    message = str(record.msg) if not isinstance(record.msg, BaseException) else named(record.msg)
    return message % args if args else message


def _plain(value: Any) -> Any:
    return named(value) if isinstance(value, BaseException) else value


def _told(error: BaseException, trace: TracebackType | None, seen: frozenset[int] = frozenset()) -> list[str]:
    """Every exception of the chain, the first cause first, each with where it came from."""
    lines: list[str] = []
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        lines = [*_told(before, before.__traceback__, seen | {id(error)}), ""]
        lines += [FOLLOWS["cause" if error.__cause__ else "context"], ""]
    places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
    lines += ["Traceback, without values:", *places, named(error)]
    for part in getattr(error, "exceptions", ()):
        lines += _told(part, part.__traceback__, seen | {id(error)})
    return lines
