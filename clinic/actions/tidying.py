"""Technical rows that nobody needs any more."""

import datetime as dt

from axes.models import AccessAttempt, AccessFailureLog, AccessLog

from clinic.actions.keyed_requests import KEPT
from clinic.models import BrowserSession, KeyedRequest, StaffLetter

SIGN_INS_KEPT = dt.timedelta(days=365)
LETTERS_KEPT = dt.timedelta(days=90)


def forget_sessions(*, at: dt.datetime) -> int:
    """Delete sessions that are over; how many."""
    return BrowserSession.objects.filter(expire_date__lt=at).delete()[0]


def forget_sign_ins(*, at: dt.datetime) -> int:
    """Delete what was kept of sign-ins and failed ones a year ago; how many rows."""
    tables = (AccessAttempt, AccessFailureLog, AccessLog)
    return sum(table.objects.filter(attempt_time__lt=at - SIGN_INS_KEPT).delete()[0] for table in tables)


def forget_replies(*, at: dt.datetime) -> int:
    """Delete what the API keeps for a day to give the same reply twice; how many."""
    return KeyedRequest.objects.filter(received_at__lt=at - KEPT).delete()[0]


def forget_letters(*, at: dt.datetime) -> int:
    """Delete old letters to people who work here, sent or given up; how many."""
    return StaffLetter.objects.filter(queued_at__lt=at - LETTERS_KEPT).delete()[0]
