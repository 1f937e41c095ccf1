"""What many tests begin with, made once and laid under them: its rows in savepoints, its objects as copies.

Making the cast through its actions takes longer than most tests do. A fixture that is a ``layer`` is made for the first
test of a module that asks for it; every test then works in a transaction upon it, which is rolled back, and with objects
of its own. A test has the layers that it asks for and no others: the database is as if all had been made for it alone.
"""

import copy
import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import pytest
from django.db import connection, transaction

Maker = Callable[..., Any]
_numbers = itertools.count()


@dataclass(frozen=True)
class Layer:
    """A maker and the makers of what it asks for, by the names of its parameters."""

    number: int
    make: Maker
    needs: tuple[tuple[str, Maker], ...] = ()


@dataclass(frozen=True)
class Laid:
    """A layer that lies in the database, and the objects of all layers as they were when it had been made."""

    layer: Layer
    savepoint: transaction.Atomic
    objects: dict[Maker, Any]


_pile: list[Laid] = []
_given: dict[Maker, Any] = {}


def layer(make: Maker) -> Any:
    """A fixture that only makes rows, in the database, and asks for nothing but layers."""
    signature = inspect.signature(make)
    database = inspect.Parameter("db", inspect.Parameter.POSITIONAL_OR_KEYWORD)

    @wraps(make)
    def fixture(db: None, **needs: Any) -> Any:
        return _given[make] if make in _given else make(**needs)

    fixture.__signature__ = signature.replace(parameters=[database, *signature.parameters.values()])
    fixture.layer = Layer(next(_numbers), make)
    return pytest.fixture(fixture)


def lay_under(item: pytest.Item) -> None:
    """Exactly the layers that this test asks for lie under it now, and it finds objects of its own."""
    wanted = layers_of(item)
    both = itertools.takewhile(lambda pair: pair[0].layer == pair[1], zip(_pile, wanted, strict=False))
    take_off(len(list(both)))
    # Below a test that commits there can be nothing, and what others began is not ours to build on.
    if _pile or not connection.in_atomic_block:
        for one in wanted[len(_pile) :]:
            _lay(one)
    _given.clear()
    _given.update(_objects())


def lie() -> bool:
    """Whether there are any."""
    return bool(_pile)


def take_off(left: int = 0) -> None:
    """No more than this many layers are left."""
    while len(_pile) > left:
        savepoint = _pile.pop().savepoint
        transaction.set_rollback(True)
        savepoint.__exit__(None, None, None)


def layers_of(item: pytest.Item) -> list[Layer]:
    """What a test asks for, the needed before what needs it; nothing for a test that commits."""
    found: dict[str, Layer | None] = {}
    if not commits(item):
        fixtures = item._fixtureinfo.name2fixturedefs
        for name in sorted(fixtures, key=lambda name: _number(fixtures, name)):
            _find(fixtures, name, found)
    return [one for one in found.values() if one]


def place_of(item: pytest.Item) -> tuple[bool, tuple[int, ...]]:
    """Where in its module a test comes, so that few layers are made twice: after those that ask for less."""
    return commits(item), tuple(one.number for one in layers_of(item))


def commits(item: pytest.Item) -> bool:
    """Whether others see what this test writes, so that it cannot be rolled back."""
    mark = item.get_closest_marker("django_db")
    is_said = bool(mark and (mark.kwargs.get("transaction") or any(mark.args)))
    return is_said or not {"transactional_db", "live_server"}.isdisjoint(item.fixturenames)


def _objects() -> dict[Maker, Any]:
    return copy.deepcopy(_pile[-1].objects) if _pile else {}


def _lay(one: Layer) -> None:
    savepoint = transaction.atomic()
    savepoint._from_testcase = True
    objects = _objects()
    savepoint.__enter__()
    _pile.append(Laid(one, savepoint, objects))
    try:
        objects[one.make] = one.make(**{name: objects[need] for name, need in one.needs})
        # What is looked at when a transaction ends is looked at here once, and not again after every test.
        connection.check_constraints()
    except BaseException:
        take_off(len(_pile) - 1)
        raise


def _number(fixtures: Any, name: str) -> int:
    known = getattr(fixtures[name][-1].func, "layer", None)
    return known.number if known else -1


def _find(fixtures: Any, name: str, found: dict[str, Layer | None]) -> Layer | None:
    """The layer of this name, with those that it needs noted before it; None where it is none or stands on none."""
    if name in found:
        return found[name]
    known = getattr(fixtures[name][-1].func, "layer", None) if name in fixtures else None
    if known is None:
        return None
    needs = [(needed, _find(fixtures, needed, found)) for needed in inspect.signature(known.make).parameters]
    is_whole = all(need for _name, need in needs)
    made = Layer(known.number, known.make, tuple((needed, need.make) for needed, need in needs if need))
    found[name] = made if is_whole else None
    return found[name]
