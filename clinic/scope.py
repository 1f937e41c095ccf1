"""Which clinics' rows the database shows and takes right now: the second fence, behind ``visible_to``.

Row-level security (``clinic.fences``) reads a setting of the transaction. With nothing entered, every statement on a
clinic's rows is refused; what is entered ends with the transaction, so nothing is left for the connection's next user.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.db import connection, transaction

from clinic.postgresql.base import DatabaseWrapper

Part = TypeVar("Part")


@dataclass(frozen=True)
class _Scope:
    """A statement that makes rows visible until the end of the transaction."""

    statement: str
    values: tuple[Any, ...] = ()

    def set(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self.statement, self.values)


_CLINICS = "SELECT set_config('mendline.clinics', %s, true)"
_NOBODY = _Scope(_CLINICS, ("",))
_EVERY = _Scope(_CLINICS, ("*",))
_DEFAULT = _Scope("SET LOCAL mendline.clinics TO DEFAULT")


class _Entered(threading.local):
    """What this thread, and so its connection, has entered."""

    scope: _Scope | None = None


_entered = _Entered()


def nobody() -> AbstractContextManager[None]:
    """One transaction in which no clinic's rows can be seen, until somebody is known: see ``enter_user``."""
    return _enter(_NOBODY)


def of_user(user_id: int, clinic_id: int | None = None) -> AbstractContextManager[None]:
    """One transaction that sees the clinics where this person works, or only one of them."""
    return _enter(_of_user(user_id, clinic_id))


def of_clinic(clinic_id: int) -> AbstractContextManager[None]:
    """One transaction that sees one clinic."""
    return _enter(_Scope(_CLINICS, (f"{{{clinic_id}}}",)))


def of_link(function: str, hashes: list[str] | list[bytes]) -> AbstractContextManager[None]:
    """One transaction that sees the clinic of a patient's link; none when no such link was made.

    ``function`` is an SQL function of this project that finds a secret by its possible hashes and enters its clinic.
    """
    return _enter(_Scope(f"SELECT {function}(%s)", (hashes,)))


def entered_by_reading(function: str, hashes: list[str] | list[bytes]) -> AbstractContextManager[None]:
    """The same, where the first statement inside calls ``function`` itself: a patient's page has no time to ask twice."""
    return _enter(_Scope(f"SELECT {function}(%s)", (hashes,)), is_set=True)


def enter_user(user_id: int, clinic_id: int | None = None) -> None:
    """The same as ``of_user`` for the rest of the scope that is entered already: its user is known only now."""
    _entered.scope = _of_user(user_id, clinic_id)
    _entered.scope.set()


@contextmanager
def every_clinic() -> Iterator[None]:
    """All clinics, for the workers and commands of whoever runs the server; holds across transactions.

    Never in a web process: a connection that is handed on would keep it.
    """
    ours = cast(DatabaseWrapper, connection)
    before, ours.sees_every_clinic = ours.sees_every_clinic, True
    outer, _entered.scope = _entered.scope, _EVERY
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('mendline.clinics', '*', false)")
    try:
        yield
    finally:
        ours.sees_every_clinic, _entered.scope = before, outer
        if connection.connection and not before and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET mendline.clinics")


def streamed(parts: Iterable[Part]) -> Iterator[Part]:
    """The same parts, made in the scope of now: a response is streamed after the request's transaction has ended."""
    return _parts(parts, _entered.scope)


def _parts(parts: Iterable[Part], scope: _Scope | None) -> Iterator[Part]:
    if scope is None:
        yield from parts
        return
    with _enter(scope):
        yield from parts


def _of_user(user_id: int, clinic_id: int | None) -> _Scope:
    return _Scope("SELECT mendline_enter_user(%s, %s)", (user_id, clinic_id))


@contextmanager
def _enter(scope: _Scope, *, is_set: bool = False) -> Iterator[None]:
    before = _entered.scope
    with transaction.atomic():
        if not is_set:
            scope.set()
        _entered.scope = scope
        try:
            yield
        finally:
            _entered.scope = before
    # Within another transaction the settings would stay; after a rollback they went with it.
    if connection.in_atomic_block and not connection.needs_rollback:
        (before or _DEFAULT).set()
