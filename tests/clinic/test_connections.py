"""A web process outlives its database's restarts."""

import time

import pytest
from django.db import OperationalError, close_old_connections, connection, transaction

from clinic.postgresql.base import TRUSTED_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


def answer() -> int:
    """What a request does: Django looks at its connections, then a query runs. Returns the server process."""
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def end(process: int) -> None:
    """As a restart of the server would."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [process])
    other.close()


def test_after_a_restart_the_next_request_has_a_new_connection():
    first = answer()
    end(first)
    time.sleep(TRUSTED_SECONDS)
    assert answer() != first


def test_a_connection_lost_within_the_trusted_second_costs_one_request():
    first = answer()
    answer()
    end(first)
    with pytest.raises(OperationalError):
        answer()
    assert answer() != first


def test_a_busy_connection_is_not_asked_before_every_request(monkeypatch):
    asked = []
    answer()
    monkeypatch.setattr(connection, "is_usable", lambda: asked.append(1) or True)
    for _request in range(20):
        answer()
    assert len(asked) <= 1


def test_a_transaction_may_outlast_the_trusted_second():
    answer()
    close_old_connections()
    with transaction.atomic():
        time.sleep(TRUSTED_SECONDS)
    assert answer()
