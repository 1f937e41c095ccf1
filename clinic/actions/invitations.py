"""Coming to a clinic: by a link that works once, for one address, within a week."""

import datetime as dt
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from clinic.actions.gate import require
from clinic.actions.letters import Kind, queue_letter
from clinic.actions.members import MemberRefused
from clinic.actions.tokens import hash_token
from clinic.models import Clinic, Invitation, Membership, User
from clinic.permissions import Permission, Role

LIFE = dt.timedelta(days=7)


@transaction.atomic
def invite(*, clinic: Clinic, email: str, role: Role, by: User, at: dt.datetime) -> tuple[Invitation, str]:
    """An invitation and its link, which is also sent. Takes the place of an earlier one to the same address.

    Raises PermissionDenied, MemberRefused.
    """
    require(by, clinic, Permission.MEMBER_MANAGE)
    email = email.lower()
    if Membership.objects.filter(clinic=clinic, user__email=email).exists():
        raise MemberRefused("This person works here already.", "email")
    # The clinic's row makes two invitations to one address come one after the other.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    Invitation.objects.filter(clinic=clinic, email=email, accepted_at=None, revoked_at=None).update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        clinic=clinic,
        email=email,
        role=role.value,
        token_hash=hash_token(token),
        invited_at=at,
        invited_by=by,
        expires_at=at + LIFE,
    )
    link = settings.SITE_URL + reverse("join", args=[token])
    queue_letter(kind=Kind.INVITATION, email=email, at=at, about=clinic.name, link=link)
    return invitation, link


def revoke_invitation(*, invitation: Invitation, by: User, at: dt.datetime) -> None:
    """The link stops working. Raises PermissionDenied."""
    require(by, invitation.clinic, Permission.MEMBER_MANAGE)
    Invitation.objects.filter(pk=invitation.pk).open(at).update(revoked_at=at)


@transaction.atomic
def join_as_new(*, invitation: Invitation, full_name: str, password: str, at: dt.datetime) -> User:
    """Somebody without a working account accepts: it is made, or opened again. Raises MemberRefused."""
    locked = _waiting(invitation, at)
    user = User.objects.select_for_update().filter(email=locked.email).first() or User(email=locked.email)
    if user.pk and user.is_active:
        raise MemberRefused("There is an account with this address. Sign in with it, then open the link again.")
    user.full_name, user.is_active = full_name, True
    user.set_password(password)
    user.save()
    return _join(locked, user, at)


@transaction.atomic
def join_as(*, invitation: Invitation, user: User, at: dt.datetime) -> User:
    """Somebody who has an account, with this address, accepts. Raises MemberRefused."""
    locked = _waiting(invitation, at)
    if user.email != locked.email:
        raise MemberRefused("This invitation is for another address.")
    return _join(locked, user, at)


def _waiting(invitation: Invitation, at: dt.datetime) -> Invitation:
    locked: Invitation | None = (
        Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation.pk).open(at).first()
    )
    if locked is None:
        raise MemberRefused("This invitation was used, withdrawn, or is older than a week. Ask for a new one.")
    return locked


def _join(invitation: Invitation, user: User, at: dt.datetime) -> User:
    invitation.accepted_at, invitation.accepted_by = at, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    Membership.objects.get_or_create(user=user, clinic=invitation.clinic, defaults={"role": invitation.role})
    return user
