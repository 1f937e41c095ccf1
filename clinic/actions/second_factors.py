"""Giving up somebody's second factor: two managers, and the person is told (MFA-4)."""

import datetime as dt

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinic.actions.gate import require
from clinic.actions.leaving import end_sessions
from clinic.actions.letters import Kind, queue_letter
from clinic.actions.members import MemberRefused
from clinic.models import CodeTries, Membership, SecondFactorReset, User
from clinic.permissions import Permission

LIFE = dt.timedelta(hours=24)


@transaction.atomic
def ask_for_factor_reset(*, membership: Membership, by: User, at: dt.datetime) -> SecondFactorReset:
    """The first manager's half. Nothing changes yet. Raises PermissionDenied, MemberRefused."""
    require(by, membership.clinic, Permission.MEMBER_MANAGE)
    if membership.user_id == by.pk:
        raise PermissionDenied("You cannot ask for this for yourself. Another manager can.")
    # One who asks anew in place of an older wish that nobody agreed to.
    waiting = SecondFactorReset.objects.select_for_update(of=("self",)).filter(
        clinic=membership.clinic, person=membership.user, approved_at=None
    )
    for one in waiting:
        if one.asked_at > at - LIFE:
            raise MemberRefused("This was asked for already. Another manager can agree to it.")
        one.delete()
    return SecondFactorReset.objects.create(clinic=membership.clinic, person=membership.user, asked_at=at, asked_by=by)


@transaction.atomic
def approve_factor_reset(*, reset: SecondFactorReset, by: User, at: dt.datetime) -> None:
    """The second manager's half: the person sets up a new second factor next time. Raises PermissionDenied, MemberRefused."""
    locked = SecondFactorReset.objects.select_for_update(of=("self",)).filter(pk=reset.pk, approved_at=None).first()
    require(by, reset.clinic, Permission.MEMBER_MANAGE)
    if by.pk in {reset.asked_by_id, reset.person_id}:
        raise PermissionDenied("This takes a second manager: neither who asked for it nor whom it is for.")
    if locked is None or locked.asked_at <= at - LIFE:
        raise MemberRefused("This is settled, or was asked for more than a day ago. Ask anew.")
    if not Membership.objects.filter(clinic=locked.clinic, user=locked.person).exists():
        raise MemberRefused("This person does not work here any more.")
    locked.approved_at, locked.approved_by = at, by
    locked.save(update_fields=["approved_at", "approved_by"])
    forget_second_factors(user=locked.person)
    queue_letter(kind=Kind.FACTOR_RESET, email=locked.person.email, at=at, about=locked.clinic.name)


def forget_second_factors(*, user: User) -> None:
    """All of them, recovery codes included, and every session opened with them."""
    Authenticator.objects.filter(user=user).delete()
    CodeTries.objects.filter(user=user).delete()
    end_sessions(user=user)
