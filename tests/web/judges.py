"""What every answer has to keep to, whoever goes round: strict headers, and no writing where something is only read."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from clinic.middleware import HEADERS
from outcomes.report_kinds import KINDS
from tests.world import OURS

# Signed, and worth nothing by themselves: what is said on the next page, and for half an hour a survey's own curve.
OTHER_COOKIES = {"messages", "sent"}
# Aggregated numbers without a person, which a browser may keep if it asks whether they still hold.
KEPT = {"api-report-outcomes", *(f"api-report-{kind.name}" for kind in KINDS)}


def assert_strict(answer, where: str, *, is_kept: bool = False) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert not re.search(r"unsafe|\*|https?:", policy), where
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy.split("; ")), where
    assert "sandbox" in policy or {"base-uri 'none'", "object-src 'none'", "form-action 'self'"} <= set(
        policy.split("; ")
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    assert answer.headers["Referrer-Policy"] == "same-origin", where
    assert answer.headers["X-Frame-Options"] == "DENY", where
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", where
    assert answer.headers["Permissions-Policy"] == HEADERS["Permissions-Policy"], where
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert is_kept or "no-store" in answer.headers["Cache-Control"], where
    assert_safe_cookies(answer)


def assert_safe_cookies(answer, *, is_https: bool = False) -> None:
    for cookie in (one for one in answer.cookies.values() if one.value):
        assert cookie["httponly"]
        assert cookie["samesite"] in ("Lax", "Strict")
        assert not cookie["domain"]
        assert bool(cookie["secure"]) == is_https
        assert not is_https or cookie.key.startswith("__Host-") or cookie.key in OTHER_COOKIES


# Reading

SAFE = ("GET", "HEAD", "OPTIONS")
# The touch of a session's row, who looked at what, and counters of attempts: the record of reading itself.
ALLOWED = re.compile(r'"(clinic_accessevent|clinic_browsersession|clinic_codetries|axes_\w+)"')
WRITE = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY|SELECT\b.*\bFOR (NO KEY )?UPDATE)\b", re.IGNORECASE | re.DOTALL
)


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
def no_writing(where: str) -> Iterator[None]:
    """By the statements that are sent, and by what PostgreSQL says came of them: triggers and functions too."""
    writes = Writes()
    with no_counted_writing(where), connection.execute_wrapper(writes):
        yield
    assert writes.seen == [], where


@contextmanager
def no_counted_writing(where: str) -> Iterator[None]:
    """Rows of our tables that this transaction inserts, changes or deletes, as PostgreSQL counts them: none more."""
    before = counted()
    yield
    assert counted() - before == set(), where


def counted() -> set[tuple[str, int]]:
    """Our tables in which this transaction has written, and in how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {
            (name, count)
            for name, count in cursor.fetchall()
            if name.startswith(OURS) and not ALLOWED.search(f'"{name}"')
        }
