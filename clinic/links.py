"""The secret in an address that opens a page without a login, and what is kept of it."""

import hashlib
import hmac
import secrets
import string

from django.conf import settings

# Letters and digits only: mail programs cut links at other signs.
ALPHABET = string.ascii_letters + string.digits
LENGTH = 22


def new_token() -> str:
    """A fresh secret of 131 random bits, safe in an address."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def hash_link(token: str) -> bytes:
    """The 32 bytes that are stored in place of ``token``. Nobody can make one who only has the database."""
    return _peppered(_digest(token), settings.TOKEN_PEPPERS[0])


def link_hashes(token: str) -> list[bytes]:
    """Every hash under which this secret may be stored: by each pepper, and by none, as before there were peppers."""
    digest = _digest(token)
    return [*(_peppered(digest, pepper) for pepper in settings.TOKEN_PEPPERS), digest]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _peppered(digest: bytes, pepper: str) -> bytes:
    return hmac.digest(pepper.encode(), digest, "sha256")
