"""Every change of clinics, people and their keys."""

from clinic.actions.clinics import UnknownTimeZone, create_clinic, set_retention, set_withdrawn_answers_policy
from clinic.actions.files import store_file
from clinic.actions.gate import refused, require
from clinic.actions.history import erase_history
from clinic.actions.keys import renew_sealed_values
from clinic.actions.members import add_member
from clinic.actions.tidying import forget_sessions
from clinic.actions.tokens import create_api_token, hash_token, revoke_api_token

__all__ = [
    "UnknownTimeZone",
    "add_member",
    "create_api_token",
    "create_clinic",
    "erase_history",
    "forget_sessions",
    "hash_token",
    "refused",
    "renew_sealed_values",
    "require",
    "revoke_api_token",
    "set_retention",
    "set_withdrawn_answers_policy",
    "store_file",
]
