"""What a session can prove about the person behind it. Kept in the session, so that asking costs no query."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from clinic.models import User


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened, or since then confirmed, with a second factor."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def was_confirmed_recently(request: HttpRequest) -> bool:
    """Whether the person showed within the last 15 minutes that it is still they."""
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(record.get("reauthenticated") and record["at"] > since for record in records)


def record_password(request: HttpRequest, user: User) -> None:
    """The password was right just now."""
    record_authentication(request, user, method="password", reauthenticated=True)


def record_second_factor(request: HttpRequest, authenticator: Authenticator) -> None:
    """This second factor was shown just now. The session gets a new id: it may do more than before."""
    record_authentication(
        request, authenticator.user, method="mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
    )
    request.session.cycle_key()
