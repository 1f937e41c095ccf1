"""Passwords checked so that guessing is slow, and so that nobody can keep a doctor out by guessing wrongly.

django-axes counts failures and remembers from where each person signed in. From an address from which a person has
signed in before, only the failures at that address count. From everywhere else, all failures for the account count.
"""

import datetime as dt
import hashlib
from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.addresses import client_address
from clinic.models import User

LIMIT = settings.AXES_FAILURE_LIMIT
FIRST_WAIT = dt.timedelta(minutes=15)
LONGEST_WAIT = dt.timedelta(hours=4)
KNOWN_FOR = dt.timedelta(days=90)
REMEMBERED = dt.timedelta(hours=24)
HERE, EVERYWHERE = ["username", "ip_address"], "username"


def checked_password(request: HttpRequest, email: str, password: str) -> User | None:
    """The active person with this address and password, else None, also when too many tries came before.

    Tries that are counted together wait for each other, so that many at once are no more than one after another.
    """
    lane = f"{email}\n{client_address(request) if is_known_here(request, email) else ''}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(lane)])
        user: User | None = authenticate(request, username=email, password=password)
        return user


def is_known_here(request: HttpRequest, email: str) -> bool:
    """Whether this person has signed in, with all that takes, from where the request comes from."""
    recently = timezone.now() - KNOWN_FOR
    return AccessLog.objects.filter(
        username=email, ip_address=client_address(request), attempt_time__gt=recently
    ).exists()


def counted_by(request: HttpRequest, credentials: dict[str, Any] | None) -> list[Any]:
    """For django-axes: which failures count against this try."""
    email = (credentials or {}).get("username") or request.POST.get("username", "")
    return [HERE] if is_known_here(request, email) else [HERE, EVERYWHERE]


def wait_after(request: HttpRequest) -> dt.timedelta:
    """For django-axes: how long the account stays closed after the last failure that counted; longer each time."""
    email = _email_of(request)
    failures = AccessFailureLog.objects.filter(username=email, attempt_time__gt=timezone.now() - REMEMBERED)
    if is_known_here(request, email):
        failures = failures.filter(ip_address=client_address(request))
    # The failure that is being recorded right now counts before it has its row.
    rounds = max((failures.count() + 1) // LIMIT, 1)
    return min(FIRST_WAIT * 2 ** min(rounds - 1, 10), LONGEST_WAIT)


def same_answer(_request: HttpRequest, response: HttpResponse, _credentials: dict[str, Any] | None) -> HttpResponse:
    """For django-axes: somebody who is kept out sees what everybody sees whose try was refused."""
    return response


def _email_of(request: HttpRequest) -> str:
    user: Any = getattr(request, "user", None)
    return user.email if user is not None and user.is_authenticated else request.POST.get("username", "").lower()


def _number(lane: str) -> int:
    return int.from_bytes(hashlib.sha256(lane.encode()).digest()[:8], signed=True)
