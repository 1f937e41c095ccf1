"""Two whole clinics for tests that go everywhere, made once a module."""

import logging
from collections.abc import Iterator

import pytest

from tests.world import Visitor, World, furnish, undone, visitors


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[World, World]]:
    """Northside and Lakeview with one row of everything. What a test changes it takes back itself (``undone``)."""
    with django_db_blocker.unblock(), undone():
        yield tuple(furnish(name, tmp_path_factory.mktemp(name)) for name in ("Northside", "Lakeview"))


@pytest.fixture(scope="module")
def people(worlds) -> dict[str, Visitor]:
    """Somebody of each role at Northside, somebody of no clinic, and somebody who has not signed in."""
    return visitors(worlds[0])


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of refusals are expected here, and writing them down takes longer than refusing."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
