"""What PostgreSQL itself refuses between clinics: row-level security and keys that cannot point across.

Made after every migration from the models themselves, so that a new table cannot be forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from psycopg2 import sql

from clinic.history import History
from clinic.models import Clinic

# Models without a clinic of their own, and why that is right.
GLOBAL = {
    "clinic.User": "people may work at several clinics; who works where is in memberships",
    "clinic.ApiToken": "looked up before anybody is known",
    "clinic.BrowserSession": "looked up before anybody is known",
    "clinic.CodeTries": "counted before anybody is known",
    "clinic.Heartbeat": "of processes, which work for every clinic",
    "clinic.StaffLetter": "asked for before anybody is known; names a clinic in words only",
    "account.EmailAddress": "unused by Mendline; an account has one address, its own",
    "account.EmailConfirmation": "unused by Mendline",
    "mfa.Authenticator": "asked for before anybody is known",
    "axes.AccessAttempt": "counted before anybody is known",
    "axes.AccessAttemptExpiration": "counted before anybody is known",
    "axes.AccessFailureLog": "counted before anybody is known",
    "axes.AccessLog": "from where people signed in, whatever their clinic",
    "clinic.UserHistory": "of people, who may work at several clinics",
    "clinic.ApiTokenHistory": "of people's keys",
    "clinic.ClinicHistory": "of clinics themselves: name, calendar and sender",
    "clinic.AuditShape": "names of columns",
    "clinic.AuditMark": "where sealing goes on, by table",
    "pghistory.Context": "unused by Mendline: each row of history has its context beside it",
    "contenttypes.ContentType": "names of models",
    "auth.Permission": "unused by Mendline; Django's own names of permissions",
    "auth.Group": "unused by Mendline",
    "sessions.Session": "looked up before anybody is known",
}
CLINIC = "clinic.Clinic"
# Another name when the text changes: what has an old name is replaced.
POLICY = "clinic_fence_1"
# Read once a statement, not once a row.
IN_SCOPE = "{column} = ANY ((SELECT mendline_clinics())::bigint[])"
# Whoever runs the server adds clinics: a new one is in no list yet.
ANY_CLINIC = "current_setting('mendline.clinics', true) = '*' OR " + IN_SCOPE
# What happened before anybody was known is of no clinic, and for whoever runs the server alone.
OR_NONE = "current_setting('mendline.clinics', true) = '*' AND {column} IS NULL OR " + IN_SCOPE


@dataclass(frozen=True)
class Link:
    """A foreign key from one clinic's row to another row, which must be of the same clinic."""

    table: str
    column: str
    parent: str
    parent_key: str

    @property
    def name(self) -> str:
        """The constraint's name."""
        return f"{self.table}_{self.column}_of_one_clinic"[:63]

    @property
    def key_name(self) -> str:
        """The name of the parent's key that it refers to."""
        return f"{self.parent}_key_with_clinic"


def fenced_models() -> list[type[models.Model]]:
    """Every model whose rows are one clinic's."""
    return [model for model in apps.get_models() if model._meta.managed and _has_clinic(model)]


def may_be_of_none(model: type[models.Model]) -> bool:
    """Whether rows may be of no clinic. Any copied column of a history may be empty, but its clinic never is."""
    return model._meta.get_field("clinic").null and not issubclass(model, History)


def links() -> Iterator[Link]:
    """Every foreign key between rows of clinics that the database checks."""
    for model in fenced_models():
        fields: list[Any] = list(model._meta.concrete_fields)
        for field in fields:
            parent = field.remote_field and field.remote_field.model
            if parent and field.db_constraint and parent is not Clinic and _has_clinic(parent):
                key = field.target_field.column
                yield Link(model._meta.db_table, field.column, parent._meta.db_table, key)


def build() -> None:
    """Make what is missing and replace what changed. Call as owner, after every migration."""
    with connection.cursor() as cursor:
        # An older state of the tables, after a migration backwards, lacks some of what the models have.
        columns, constraints = _columns(cursor), _constraints(cursor)
        for model in fenced_models():
            if (model._meta.db_table, "clinic_id") in columns:
                _fence(
                    cursor,
                    model._meta.db_table,
                    (OR_NONE if may_be_of_none(model) else IN_SCOPE).format(column="clinic_id"),
                )
        _fence(cursor, Clinic._meta.db_table, ANY_CLINIC.format(column="id"))
        for link in links():
            if {(link.table, link.column), (link.parent, link.parent_key)} <= columns:
                _tie(cursor, link, constraints)


def _has_clinic(model: type[models.Model]) -> bool:
    return any(field.column == "clinic_id" for field in model._meta.concrete_fields)


def _fence(cursor: CursorWrapper, table: str, rule: str) -> None:
    cursor.execute("SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = %s", [table])
    names = {name for (name,) in cursor.fetchall()}
    if names == {POLICY}:
        return
    for name in names:
        cursor.execute(_sql("DROP POLICY {} ON {}", name, table))
    cursor.execute(_sql("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", table))
    cursor.execute(_sql("CREATE POLICY {} ON {} USING (", POLICY, table) + sql.SQL(rule) + sql.SQL(")"))


def _columns(cursor: CursorWrapper) -> set[tuple[str, str]]:
    cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
    return set(cursor.fetchall())


def _constraints(cursor: CursorWrapper) -> set[str]:
    cursor.execute("SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace")
    return {name for (name,) in cursor.fetchall()}


def _tie(cursor: CursorWrapper, link: Link, there: set[str]) -> None:
    """Replace Django's key by one that takes the clinic along: the same work for the database, and it holds more."""
    if link.name in there:
        return
    if link.key_name not in there:
        add = "ALTER TABLE {} ADD CONSTRAINT {} UNIQUE (clinic_id, {})"
        cursor.execute(_sql(add, link.parent, link.key_name, link.parent_key))
        there.add(link.key_name)
    for name in _plain_keys(cursor, link):
        cursor.execute(_sql("ALTER TABLE {} DROP CONSTRAINT {}", link.table, name))
    add = (
        "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY (clinic_id, {}) REFERENCES {} (clinic_id, {}) "
        "DEFERRABLE INITIALLY DEFERRED"
    )
    cursor.execute(_sql(add, link.table, link.name, link.column, link.parent, link.parent_key))


def _plain_keys(cursor: CursorWrapper, link: Link) -> list[str]:
    cursor.execute(
        """
        SELECT conname FROM pg_constraint key
        JOIN pg_attribute one ON one.attrelid = key.conrelid AND key.conkey = ARRAY[one.attnum]
        WHERE key.contype = 'f' AND key.conrelid = %s::regclass AND one.attname = %s
        """,
        [link.table, link.column],
    )
    return [name for (name,) in cursor.fetchall()]


def _sql(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))
