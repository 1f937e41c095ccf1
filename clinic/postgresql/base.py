"""A connection that answered within the last second is taken to be alive.

Django can ask before every request, which costs a patient's page as much as finding the survey does. Asking once a
second still notices a restarted server, which is away for longer than that.
"""

import time

from django.db.backends.postgresql import base

TRUSTED_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with CONN_HEALTH_CHECKS at most once a second for each connection."""

    _alive_at = float("-inf")

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
