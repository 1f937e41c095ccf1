"""Keys of programs: made, found by their key, and revoked."""

import datetime as dt
import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import transaction

from clinic.models import ApiToken, Membership
from clinic.permissions import Role, roles_within
from clinic.rules import RuleBroken

LIVES = (30, 90, 365)
# To know when a token was last used, once a minute is often enough.
NOTED_EVERY = dt.timedelta(minutes=1)


class TokenRefused(RuleBroken):
    code = "token_refused"


def hash_token(key: str) -> str:
    """64 hexadecimal digits in place of a key. For keys of 256 random bits, which nobody can guess from them."""
    return hashlib.sha256(key.encode()).hexdigest()


def hash_api_key(key: str, pepper: str) -> str:
    """What is stored of an API token's key: without the pepper, which is not in the database, nobody can make one."""
    return hmac.new(pepper.encode(), hash_token(key).encode(), "sha256").hexdigest()


def create_api_token(
    *,
    membership: Membership,
    name: str,
    at: dt.datetime,
    role: Role | None = None,
    may_write: bool = True,
    days: int = max(LIVES),
) -> tuple[ApiToken, str]:
    """A token for the membership's clinic, in the membership's role unless in a lesser one, and its key.

    The key is returned once and cannot be shown again. Raises TokenRefused.
    """
    own = Role(membership.role)
    if role is not None and role not in roles_within(own):
        raise TokenRefused(f"A token of yours cannot do more than you: choose a role within {own.label}.", "role")
    if days not in LIVES:
        raise TokenRefused("A token works for 30, 90 or 365 days.", "days")
    key = f"mdl_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user_id=membership.user_id,
        membership=membership,
        role=(role or own).value,
        may_write=may_write,
        name=name,
        token_hash=hash_api_key(key, settings.TOKEN_PEPPERS[0]),
        created_at=at,
        expires_at=at + dt.timedelta(days=days),
    )
    return token, key


def token_with(key: str) -> ApiToken | None:
    """The token with this key, and its owner. Found by hash in an index: the time it takes tells nothing of other keys."""
    hashes = [hash_api_key(key, pepper) for pepper in settings.TOKEN_PEPPERS]
    return ApiToken.objects.select_related("user").filter(token_hash__in=hashes).first()


def note_use(*, token: ApiToken, at: dt.datetime) -> None:
    """Remember that the token was used. At most once a minute, and never waiting for another request that does so."""
    if token.last_used_at is None or at - token.last_used_at >= NOTED_EVERY:
        free = ApiToken.objects.select_for_update(skip_locked=True).filter(pk=token.pk)
        with transaction.atomic():
            ApiToken.objects.filter(pk__in=free.values("pk")).update(last_used_at=at)


def revoke_api_token(*, token: ApiToken, at: dt.datetime) -> None:
    """The token stops working at once; revoking twice changes nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
