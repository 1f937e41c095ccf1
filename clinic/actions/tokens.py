"""Keys of programs: made, and revoked."""

import datetime as dt
import hashlib
import secrets

from clinic.models import ApiToken, User

TOKEN_LIFE = dt.timedelta(days=365)


def hash_token(key: str) -> str:
    """What is stored of an API token: 64 hexadecimal digits. The key has 256 random bits, so plain SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def create_api_token(*, user: User, name: str, at: dt.datetime) -> tuple[ApiToken, str]:
    """A token for a year and its key. The key is returned once and cannot be shown again."""
    key = f"mdl_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user, name=name, token_hash=hash_token(key), created_at=at, expires_at=at + TOKEN_LIFE
    )
    return token, key


def revoke_api_token(*, token: ApiToken, at: dt.datetime) -> None:
    """The token stops working at once; revoking twice changes nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
