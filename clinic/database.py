"""The two roles of the database: the owner makes tables, the application only fills them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import sql

from clinic.postgresql.base import DatabaseWrapper


@contextmanager
def as_owner(database: BaseDatabaseWrapper = connection) -> Iterator[None]:
    """Inside, the default connection is the owner's; outside, the application's again. May be nested."""
    ours = cast(DatabaseWrapper, database)
    before, may_own = ours.settings_dict, ours.may_own_tables
    owner = settings.DATABASE_OWNER
    database.close()
    database.settings_dict = {
        **before,
        **{key: owner[key] for key in ("USER", "PASSWORD")},
        "OPTIONS": {**before["OPTIONS"], "options": "-c lock_timeout=30s"},
    }
    ours.may_own_tables = True
    try:
        yield
    finally:
        database.close()
        ours.settings_dict, ours.may_own_tables = before, may_own


def has_one_login() -> bool:
    """Whether owner and application share one login, so that the application steps down after connecting."""
    return settings.DATABASE_OWNER["USER"] == settings.DATABASES["default"]["USER"]


def application_role() -> str:
    """The role the application works as."""
    return settings.APPLICATION_ROLE if has_one_login() else settings.DATABASES["default"]["USER"]


def prepare_application_role() -> None:
    """Make the application's role if it is missing. Call as owner, who needs CREATEROLE for that."""
    role, password = application_role(), settings.DATABASES["default"]["PASSWORD"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():
            return
        name = sql.Identifier(role)
        if has_one_login():
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(name))
            cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
        else:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password)))


def grant_application_role() -> None:
    """Let the application read and write rows, nothing more. Call as owner, after every migration."""
    role = sql.Identifier(application_role())
    statements = (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}",
    )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(role))
        # A view works with its owner's rights: what is written through one would pass no fence.
        cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = 'public'")
        for (view,) in cursor.fetchall():
            cursor.execute(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(view), role))
