"""Technical rows that nobody needs any more."""

import datetime as dt

from clinic.models import BrowserSession


def forget_sessions(*, at: dt.datetime) -> int:
    """Delete sessions that are over; how many."""
    count: int = BrowserSession.objects.filter(expire_date__lt=at).delete()[0]
    return count
