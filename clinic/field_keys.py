"""Values that a stolen backup must not show, sealed with keys that are not in the database.

The first key of FIELD_KEYS seals; every key of it opens. To change keys, put the new one in front, seal everything
again with ``renewed``, and take the old one away.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class KeyMissing(Exception):
    """A value was sealed with a key that FIELD_KEYS no longer has."""


def seal(text: str) -> str:
    """``text``, sealed with the current key: letters, digits, ``-``, ``_`` and ``=``."""
    return _keys().encrypt(text.encode()).decode()


def opened(sealed: str) -> str:
    """What was sealed, with whichever of the keys. Raises KeyMissing."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise KeyMissing("This value was sealed with a key that is not among FIELD_KEYS.") from None


def renewed(sealed: str) -> str:
    """The same value, sealed with the current key. Raises KeyMissing."""
    try:
        return _keys().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise KeyMissing("This value was sealed with a key that is not among FIELD_KEYS.") from None


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
