"""``migrate`` as the owner of the tables, then the fences between clinics and what the application's role may do."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connection

from clinic import append_only, database, fences


class Command(Migrate):
    """Django's own command; the application's role could not create a table."""

    def handle(self, *args: Any, **options: Any) -> None:
        with database.as_owner(connection):
            database.prepare_application_role()
            super().handle(*args, **options)
            if "django_migrations" in connection.introspection.table_names():
                fences.build()
                database.grant_application_role()
                append_only.build(database.application_role())
