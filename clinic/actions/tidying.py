"""Technical rows that nobody needs any more."""

import datetime as dt
from importlib import import_module

from django.conf import settings


def forget_sessions(*, at: dt.datetime) -> int:
    """Delete sessions that are over; how many."""
    sessions = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    count: int = sessions.objects.filter(expire_date__lt=at).delete()[0]
    return count
