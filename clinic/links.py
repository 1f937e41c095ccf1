"""The secret in an address that opens a page without a login. No Django, no database."""

import secrets
import string

# Letters and digits only: mail programs cut links at other signs.
ALPHABET = string.ascii_letters + string.digits
LENGTH = 22


def new_token() -> str:
    """A fresh secret of 131 random bits, safe in an address."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
