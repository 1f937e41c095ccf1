"""Who works at a clinic, and as what."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinic.actions.gate import require
from clinic.actions.leaving import end_sessions, leave
from clinic.models import Clinic, Membership, User
from clinic.permissions import Permission, Role
from clinic.rules import RuleBroken


class MemberRefused(RuleBroken):
    code = "member_refused"


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


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: User) -> Membership:
    """The person is something else here from now on, and signs in anew. Raises PermissionDenied, MemberRefused."""
    locked = _locked(membership, by)
    if locked.role == Role.MANAGER and role != Role.MANAGER:
        _refuse_last_manager(locked)
    if locked.role != role:
        locked.role = role.value
        locked.save(update_fields=["role"])
        end_sessions(user=locked.user)
    return locked


@transaction.atomic
def end_membership(*, membership: Membership, by: User, at: dt.datetime) -> None:
    """The person works here no longer; see ``leave``. Raises PermissionDenied, MemberRefused."""
    locked = _locked(membership, by)
    if locked.role == Role.MANAGER:
        _refuse_last_manager(locked)
    leave(membership=locked, at=at)


def _locked(membership: Membership, by: User) -> Membership:
    """The membership as it is now. Changes of one clinic's people come one after another, each asked for its right."""
    locked = {
        row.pk: row
        for row in Membership.objects.select_for_update(of=("self",))
        .filter(clinic_id=membership.clinic_id)
        .select_related("user", "clinic")
        .order_by("pk")
    }
    require(by, membership.clinic, Permission.MEMBER_MANAGE)
    if membership.user_id == by.pk:
        raise PermissionDenied("Nobody changes their own role. Ask another manager of your clinic.")
    if membership.pk not in locked:
        raise MemberRefused("This person does not work here any more.")
    return locked[membership.pk]


def _refuse_last_manager(membership: Membership) -> None:
    managers = Membership.objects.filter(clinic=membership.clinic, role=Role.MANAGER, user__is_active=True)
    if not managers.exclude(pk=membership.pk).exists():
        raise MemberRefused("This is the clinic's last manager. Make somebody else a manager first.")
