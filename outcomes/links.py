"""The secret in a survey's address. No Django, no database."""

import hashlib
import secrets
import string

# Letters and digits only: mail programs cut links at other signs.
ALPHABET = string.ascii_letters + string.digits
LENGTH = 22


def new_token() -> str:
    """A fresh secret of 131 random bits, safe in an address."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def hash_token(token: str) -> bytes:
    """The 32 bytes that are stored in place of ``token``. A secret this long needs no salt."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
