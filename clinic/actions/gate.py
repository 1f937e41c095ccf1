"""May this person do that here? Asked of the database by every action."""

from django.core.exceptions import PermissionDenied

from clinic.models import Clinic, Membership, User
from clinic.permissions import Permission, roles_with


def require(user: User, clinic: Clinic, permission: Permission) -> None:
    """Raises PermissionDenied, in words, unless ``user`` holds a role at ``clinic`` that grants ``permission``."""
    if not Membership.objects.filter(user=user, clinic=clinic, role__in=roles_with(permission)).exists():
        raise refused(clinic, permission)


def refused(clinic: Clinic, permission: Permission) -> PermissionDenied:
    """What somebody is told whose role at ``clinic`` does not grant ``permission``."""
    return PermissionDenied(f"Your role at {clinic} does not let you {permission.value}.")
