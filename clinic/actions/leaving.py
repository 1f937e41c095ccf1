"""What ends when somebody's rights do: everything that they could still come in with."""

import datetime as dt

from allauth.mfa.models import Authenticator
from axes.models import AccessLog
from django.db import connection

from clinic.models import ApiToken, BrowserSession, Clinic, CodeTries, Invitation, Membership, User


def end_sessions(*, user: User, besides: str | None = None) -> None:
    """Every browser of this person is signed out at once, except the one with the session key ``besides``."""
    BrowserSession.objects.filter(user=user).exclude(session_key=besides or "").delete()


def works_elsewhere(user: User, clinic: Clinic) -> bool:
    """Whether this person is a member of another clinic too; asked past the fence, and answered with yes or no only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mendline_works_elsewhere(%s, %s)", [user.pk, clinic.pk])
        return bool(cursor.fetchone()[0])


def leave(*, membership: Membership, at: dt.datetime) -> None:
    """This person's membership ends, and all that hangs at it. Call in a transaction, with the right to do so asked.

    Sessions end everywhere, tokens for this clinic with it. Who works nowhere else any more loses the account too:
    password, pending resets, second factor, and the addresses from which wrong passwords were forgiven. What they
    recorded stays theirs.
    """
    user, clinic = membership.user, membership.clinic
    Invitation.objects.filter(clinic=clinic, email=user.email).open(at).update(revoked_at=at)
    tokens = ApiToken.objects.filter(membership=membership)
    tokens.filter(revoked_at=None).update(revoked_at=at)
    tokens.update(membership=None)
    is_last = not works_elsewhere(user, clinic)
    if is_last:
        # A password that nobody has makes every reset link that is under way void.
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=["is_active", "password"])
        Authenticator.objects.filter(user=user).delete()
        CodeTries.objects.filter(user=user).delete()
        AccessLog.objects.filter(username=user.email).delete()
    membership.delete()
    end_sessions(user=user)
