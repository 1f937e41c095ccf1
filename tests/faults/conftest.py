"""One stack of processes for the whole package, and a clinic of its own for each test."""

import contextlib
from collections.abc import Iterator

import pytest

from tests.faults.stack import Stack


@pytest.fixture(scope="session")
def whole_stack(django_db_setup, django_db_blocker) -> Iterator[Stack]:
    """Made by the first test that asks for it."""
    with contextlib.ExitStack() as rooms, django_db_blocker.unblock():
        stack = Stack(rooms)
        stack.fill()
        yield stack


@pytest.fixture
def stack(whole_stack, django_db_blocker) -> Iterator[Stack]:
    """Everything as it should be, and this process looks at the stack's database. Nothing runs yet: ``start``."""
    with django_db_blocker.unblock(), whole_stack.pointed_here():
        whole_stack.make_whole()
        yield whole_stack
        whole_stack.assert_invariants()
