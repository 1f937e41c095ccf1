"""Codes of a second factor: each good once, and few to be guessed."""

import datetime as dt

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import compare_user_code, format_hotp_value, hotp_value
from django.db import transaction

from clinic import field_keys
from clinic.models import CodeTries, User

LIMIT = 5
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)
BY_CODE = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


@transaction.atomic
def accept_code(*, user: User, code: str, at: dt.datetime) -> Authenticator | None:
    """The second factor that ``code`` belongs to; None when it is wrong, was used before, or too many were wrong.

    Tries of one person wait for each other, so that many at once are no more than one after another.
    """
    CodeTries.objects.get_or_create(user=user)
    tries = CodeTries.objects.select_for_update().get(user=user)
    if tries.failed_at and at < tries.failed_at + _wait_after(tries.failures):
        return None
    for authenticator in Authenticator.objects.select_for_update().filter(user=user, type__in=BY_CODE):
        if _fits(authenticator, code, at):
            tries.delete()
            return authenticator
    tries.failures, tries.failed_at = tries.failures + 1, at
    tries.save()
    return None


def step_of(code: str, secret: str, at: dt.datetime) -> int | None:
    """The time step of which ``code`` is the one for ``secret``, one step early or late allowed; else None."""
    now = int(at.timestamp()) // app_settings.TOTP_PERIOD
    for step in range(now - app_settings.TOTP_TOLERANCE, now + app_settings.TOTP_TOLERANCE + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def remember_step(*, authenticator: Authenticator, step: int) -> None:
    """Codes up to and including this step are used up."""
    authenticator.data["last_step"] = step
    authenticator.save(update_fields=["data"])


def _fits(authenticator: Authenticator, code: str, at: dt.datetime) -> bool:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return bool(RecoveryCodes(authenticator).validate_code(code))
    step = step_of(code, field_keys.opened(authenticator.data["secret"]), at)
    if step is None or step <= authenticator.data.get("last_step", -1):
        return False
    remember_step(authenticator=authenticator, step=step)
    return True


def _wait_after(failures: int) -> dt.timedelta:
    if failures < LIMIT:
        return dt.timedelta(0)
    wait: dt.timedelta = min(FIRST_WAIT * 2 ** min(failures - LIMIT, 10), LONGEST_WAIT)
    return wait
