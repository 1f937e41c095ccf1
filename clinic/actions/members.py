"""Who works at a clinic, and as what."""

from django.db import transaction

from clinic.models import Clinic, Membership, User
from clinic.permissions import Role


@transaction.atomic
def add_member(*, clinic: Clinic, email: str, full_name: str, role: Role, password: str | None) -> User:
    """The person with this address, made if new, with this role at the clinic. ``password`` is for new accounts."""
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        user = User(email=email.lower(), full_name=full_name)
        user.set_password(password)
        user.save()
    Membership.objects.update_or_create(user=user, clinic=clinic, defaults={"role": role.value})
    return user
