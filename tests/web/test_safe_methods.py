"""Reading changes nothing (ASVS 3.5.3, SCAN-2, F-43): PostgreSQL counts what GET, HEAD and OPTIONS write."""

import re
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from outcomes.models import Survey
from patients.models import Consent
from tests.routes import PAGES, PROGRAMS, address, ids_of, routes
from tests.world import OURS, Visitor, digest, undone

SAFE = ("GET", "HEAD", "OPTIONS")
# The touch of a session's row, who looked at what, and counters of attempts: the record of reading itself.
ALLOWED = re.compile(r'"(clinic_accessevent|clinic_browsersession|clinic_codetries|axes_\w+)"')
WRITE = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY|SELECT\b.*\bFOR (NO KEY )?UPDATE)\b", re.IGNORECASE | re.DOTALL
)
WHO = ["manager", "researcher", "anonymous"]


class Writes:
    """An execute wrapper that keeps every statement that writes."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        text = str(sql)
        if WRITE.match(text) and not ALLOWED.search(text):
            self.seen.append(text[:200])
        return execute(sql, params, many, context)


@contextmanager
def no_writing(where: str):
    writes = Writes()
    with connection.execute_wrapper(writes):
        yield
    assert writes.seen == [], where


def counted() -> dict[str, int]:
    """Rows of our tables that this transaction has inserted, changed or deleted, as PostgreSQL counts them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE schemaname = 'public'"
        )
        return {
            name: count
            for name, count in cursor.fetchall()
            if name.startswith(OURS) and not ALLOWED.search(f'"{name}"')
        }


@pytest.mark.parametrize("who", WHO)
def test_reading_writes_nothing(worlds, people, who):
    """By the statements that are sent, and by what PostgreSQL says came of them: triggers and functions too."""
    world, table = worlds[0], {**PAGES, **PROGRAMS}
    before = counted()
    for name, pattern in routes():
        route = table.get(name)
        path = address(pattern, world, ids_of(route, world)[0] if route and route.row else "")
        path += route.query if route else ""
        for method in SAFE if who != "researcher" else SAFE[:1]:
            with undone(), no_writing(f"{method} {path}"):
                people[who].send(method, path)
            assert counted() == before, f"{method} {path}"


def test_the_counting_sees_a_write(worlds, people):
    with undone():
        before = counted()
        worlds[0].clinic.save()
        assert counted() != before
        with pytest.raises(AssertionError), no_writing("here"):
            worlds[0].clinic.save()


# A mail scanner opens links a thousand times before the patient does (F-43, SCAN-5)


def test_a_storm_of_scanners_changes_nothing_and_locks_nobody_out(worlds):
    world = worlds[0]
    links = [world.survey_link, f"{world.survey_link}1/", world.consent_link, f"{world.consent_link}done/"]
    with undone():
        before = digest(world.clinic)
        scanners = [Visitor() for _ in range(10)]
        for number in range(1000):
            scanner = scanners[number % len(scanners)]
            answer = scanner.send(
                ("GET", "HEAD")[number % 2], links[number // 2 % len(links)], REMOTE_ADDR=f"198.51.100.{number % 50}"
            )
            assert answer.status_code in (200, 303)
        assert digest(world.clinic) == before
        started = Visitor().send("POST", world.survey_link)
        assert (started.status_code, started.url) == (303, f"{world.survey_link}1/")
        assert Survey.objects.get(clinic=world.clinic, started_at__isnull=False, completed_at=None)


def test_a_scanner_that_sends_an_empty_form_signs_and_answers_nothing(worlds):
    """Some post what they find (portier-broker #1005): starting is harmless, nothing is answered or signed."""
    world = worlds[0]
    with undone():
        scanner = Visitor()
        for path in (f"{world.survey_link}1/", f"{world.survey_link}check/", world.consent_link):
            scanner.send("POST", path)
        survey = Survey.objects.get(clinic=world.clinic, links__isnull=False)
        assert not survey.answers.exists()
        assert survey.completed_at is None
        assert not Consent.objects.filter(clinic=world.clinic, document__kind="research_sharing").exists()
