"""What libraries keep in tables of their own: which of their fields are personal, and why they may be there.

Our models say so beside their fields. A table that neither says so nor stands here fails a test.
"""

from typing import NamedTuple


class Kept(NamedTuple):
    """The personal fields of a library's table, and what it is for."""

    personal: frozenset[str]
    reason: str


def _kept(reason: str, *personal: str) -> Kept:
    return Kept(frozenset(personal), reason)


LIBRARIES: dict[str, Kept] = {
    "auth.Permission": _kept("Names of models and of what can be done with them; roles are code, so nothing reads it."),
    "auth.Group": _kept("Empty: roles are code."),
    "contenttypes.ContentType": _kept("Names of models."),
    "sessions.Session": _kept(
        "Who is signed in, signed with SECRET_KEY; deleted when over.", "session_key", "session_data"
    ),
    "account.EmailAddress": _kept("Empty: the address is in our own table of people.", "email"),
    "account.EmailConfirmation": _kept("Empty: nobody confirms an address by a link.", "key"),
    "mfa.Authenticator": _kept("Second factors of staff; seeds are sealed with FIELD_KEYS.", "data"),
    "axes.AccessAttempt": _kept(
        "Failed sign-ins of staff, to slow down who guesses; no password.",
        *("user_agent", "ip_address", "username", "http_accept", "path_info", "get_data", "post_data"),
    ),
    "axes.AccessAttemptExpiration": _kept("When a failed sign-in no longer counts."),
    "axes.AccessFailureLog": _kept(
        "Failed sign-ins of staff.", "user_agent", "ip_address", "username", "http_accept", "path_info"
    ),
    "axes.AccessLog": _kept(
        "Sign-ins of staff.", "user_agent", "ip_address", "username", "http_accept", "path_info", "session_hash"
    ),
    "pghistory.Context": _kept("Who made a change, from which page: ids of staff.", "metadata"),
}
