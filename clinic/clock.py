"""What time it is for workers: by the database's clock, which all of them share, whatever their own machines say."""

import datetime as dt
import logging
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

logger = logging.getLogger(__name__)

# Clocks that are kept by the network differ by less; a request's way to the database takes less, too.
NOTABLE = dt.timedelta(seconds=5)

Clock = Callable[[], dt.datetime]


def database_clock() -> Clock:
    """A clock that shows the database's time. It is asked once; a machine's clock that is wrong is said in the log."""
    ahead = machine_ahead()
    return lambda: timezone.now() - ahead


def machine_ahead() -> dt.timedelta:
    """By how much this machine's clock is ahead of the database's; negative when it is behind."""
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        theirs: dt.datetime = cursor.fetchone()[0]
    ahead = before - theirs
    if abs(ahead) > NOTABLE:
        logger.error("clock_skew: this machine's clock is %.0f seconds from the database's", ahead.total_seconds())
    return ahead
