"""PostgreSQL that is asked for its health rarely, and never works as a role that could look past the fences.

A connection that answered within the last second is taken to be alive.

Django can ask before every request, which costs a patient's page as much as finding the survey does. Asking once a
second still notices a restarted server, which is away for longer than that.
"""

import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

TRUSTED_SECONDS = 1.0


# Row-level security binds neither a superuser, nor a role with BYPASSRLS, nor the owner of a table. Where one login
# serves both roles, the login could go back to being the owner: good enough for a demo, not for real patients.
UNBOUND = """
SELECT rolname FROM pg_roles WHERE rolname IN (current_user, CASE WHEN %s THEN session_user ELSE current_user END)
AND (rolsuper OR rolbypassrls OR EXISTS (
  SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relkind = 'r' AND relnamespace = 'public'::regnamespace
))
"""


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with CONN_HEALTH_CHECKS at most once a second for each connection."""

    _alive_at = float("-inf")
    # Set by clinic.database.as_owner alone, around migrations.
    may_own_tables = False
    # Set by clinic.scope.every_clinic alone, so that it outlives a connection that breaks.
    sees_every_clinic = False
    # Whose changes the present transaction was told of (clinic.change_context); lost where the setting itself is.
    told: tuple[str, str] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        if not self.may_own_tables:
            refuse_unbound(made)
        return made

    def init_connection_state(self) -> None:
        super().init_connection_state()
        if self.sees_every_clinic:
            with self.cursor() as cursor:
                cursor.execute("SELECT set_config('mendline.clinics', '*', false)")

    def close_if_health_check_failed(self) -> None:
        if time.monotonic() - self._alive_at < TRUSTED_SECONDS:
            # Done for this request: Django must not ask later, between the end of a transaction and autocommit.
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self._alive_at = time.monotonic()

    def close(self) -> None:
        super().close()
        self._alive_at = float("-inf")
        self.told = None

    # Django's stubs do not know these two.
    def _set_autocommit(self, autocommit: bool) -> None:
        self.told = None
        super()._set_autocommit(autocommit)  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self.told = None
        super()._savepoint_rollback(sid)  # type: ignore[misc]


def refuse_unbound(made: Any) -> None:
    """Raises ImproperlyConfigured, and closes the driver's connection, when its role could look past the fences."""
    with made.cursor() as cursor:
        cursor.execute(UNBOUND, [settings.IS_HTTPS])
        unbound = cursor.fetchone()
    # The driver began a transaction for the question.
    made.rollback()
    if unbound:
        made.close()
        raise ImproperlyConfigured(
            f"The database role {unbound[0]} could look past the fences between clinics: it is a superuser, has BYPASSRLS or "
            "owns tables. Give DATABASE_URL the application's role and DATABASE_OWNER_URL the owner's."
        )
