"""Technical rows that nobody needs any more."""

import datetime as dt

from django.contrib.sessions.models import Session


def forget_sessions(*, at: dt.datetime) -> int:
    """Delete sessions that are over; how many."""
    return Session.objects.filter(expire_date__lt=at).delete()[0]
