"""Requests made from the API's own description, well formed and not, against the real application (API-9, F-39..F-41).

Whatever comes, the answer is one that the description names: never a 5xx, always its shape, and what does not fit is
refused. One test for each resource, so that two processes share them; ``make test-slow`` asks for far longer.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from clinic.actions import create_api_token, create_clinic
from clinic.api_schema import api_schema
from clinic.permissions import Role
from tests.clinic.api_world import World, lived_in, resource_of
from tests.conftest import member
from tests.starters import furnish
from tests.world import undone

SCHEMA = schemathesis.openapi.from_dict(api_schema())
SCHEMA.app = get_wsgi_application()
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
FEW, MANY = 6, 400


def operations() -> dict[str, list[Any]]:
    """Every operation of the schema, by its resource."""
    found: dict[str, list[Any]] = {}
    for result in SCHEMA.get_all_operations():
        operation = result.ok()
        found.setdefault(operation.definition.raw["tags"][0], []).append(operation)
    return found


OPERATIONS = operations()


@pytest.fixture(autouse=True)
def one_connection():
    """As in Django's own test client: a request does not close the connection that the test's transaction is on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One for all: whatever a request does is taken back at once (``send``)."""
    with django_db_blocker.unblock(), undone():
        clinic = create_clinic(
            name="Northside", sender_name="Dr. Lee's office", phone="512-555-0134", time_zone="America/Chicago"
        )
        furnish(clinic)
        yield lived_in(clinic, member(clinic, Role.MANAGER, "Ines Ferreira"))


@pytest.fixture(scope="module")
def key(world) -> str:
    _, key = create_api_token(membership=world.by.memberships.get(), name="fuzz", at=timezone.now())
    return key


def at_home(case: Any, world: World, draw: Any) -> None:
    """Put rows of this world where the case names some, so that more than its ids is looked at."""
    if "id" in (case.path_parameters or {}) and draw(st.integers(0, 3)):
        case.path_parameters["id"] = world.ids[resource_of(case.path)]
    if "If-Match" in (case.headers or {}) and draw(st.integers(0, 3)):
        case.headers["If-Match"] = '"1"'
    if isinstance(case.body, dict):
        for name in case.body.keys() & world.ids.keys():
            if isinstance(case.body[name], str) and draw(st.integers(0, 3)):
                case.body[name] = world.ids[name]


def send(case: Any, key: str, which: list[Any]) -> None:
    """Ask, look at the answer, and take back what it did."""
    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
    with transaction.atomic():
        case.call_and_validate("http://127.0.0.1:8000", headers=headers, checks=which)
        transaction.set_rollback(True)


def asked(operation: Any, mode: GenerationMode, world: World, key: str, most: int) -> None:
    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        derandomize=most == FEW,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode), data=st.data())
    def ask(case: Any, data: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            at_home(case, world, data.draw)
        send(case, key, CHECKS)

    ask()


def modes(operation: Any) -> Iterator[GenerationMode]:
    """What does not fit can only be made where something has a shape."""
    yield GenerationMode.POSITIVE
    raw = operation.definition.raw
    if raw.get("parameters") or raw.get("requestBody"):
        yield GenerationMode.NEGATIVE


@pytest.mark.parametrize("resource", sorted(OPERATIONS))
def test_every_answer_is_one_that_the_description_names(resource, world, key):
    for operation in OPERATIONS[resource]:
        for mode in modes(operation):
            asked(operation, mode, world, key, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("resource", sorted(OPERATIONS))
def test_every_answer_is_one_that_the_description_names_for_long(resource, world, key):
    for operation in OPERATIONS[resource]:
        for mode in modes(operation):
            asked(operation, mode, world, key, int(os.environ.get("FUZZ_EXAMPLES", MANY)))


@pytest.mark.parametrize("resource", sorted(OPERATIONS))
def test_no_operation_works_without_a_key_or_with_a_wrong_one(resource, world, key):
    for operation in OPERATIONS[resource]:

        @settings(
            max_examples=1, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(GenerationMode.POSITIVE), data=st.data())
        def ask(case: Any, data: Any) -> None:
            at_home(case, world, data.draw)
            send(case, key, [checks.ignored_auth])

        ask()
