"""May this person do that here? Asked of the database by every action."""

from django.core.exceptions import PermissionDenied

from clinic.models import Clinic, User, memberships_granting
from clinic.permissions import Permission


def require(user: User, clinic: Clinic, permission: Permission) -> None:
    """Raises PermissionDenied, in words, unless ``user`` holds a role at ``clinic`` that grants ``permission``.

    Only what changes something asks this; reading asks ``visible_to``.
    """
    if user.limits and not user.limits.may_write:
        raise PermissionDenied("This token may only read.")
    if not memberships_granting(user, permission).filter(clinic=clinic).exists():
        raise refused(clinic, permission)


def refused(clinic: Clinic, permission: Permission) -> PermissionDenied:
    """What somebody is told whose role at ``clinic`` does not grant ``permission``."""
    return PermissionDenied(f"Your role at {clinic} does not let you {permission.value}.")
