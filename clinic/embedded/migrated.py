"""Whether a database is as these sources would leave it, without loading them: they are compared by their digest."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clinic.embedded.place import ROOT

APPS = ("clinic", "patients", "treatments", "outcomes")


def state(connection: Any) -> str:
    """Which database this is, the migrations it has had, and the sources that ``migrate`` works by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        had = [*cursor.fetchone()]
        cursor.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(
                "SELECT count(*), coalesce(max(id), 0), coalesce(max(applied)::text, '') FROM django_migrations"
            )
            had += cursor.fetchone()
    return " ".join([*map(str, had), _sources()])


def has_clinic(connection: Any) -> bool:
    """Whether somebody, or the demo, has begun to use it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM clinic_clinic)")
        return bool(cursor.fetchone()[0])


def _sources() -> str:
    together = hashlib.sha256()
    for path in _files():
        together.update(f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return together.hexdigest()


def _files() -> Iterator[Path]:
    """All modules, because triggers and fences follow from models; and the versions of the libraries."""
    for app in APPS:
        yield from sorted((ROOT / app).rglob("*.py"))
    yield from sorted((ROOT / "requirements").glob("*.txt"))
