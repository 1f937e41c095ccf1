"""Every change of clinics, people and their keys."""

import datetime as dt
import hashlib
import secrets
from zoneinfo import available_timezones

from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinic import files
from clinic.models import ApiToken, Clinic, Membership, StoredFile, User
from clinic.permissions import Permission, Role, roles_with
from clinic.rules import RuleBroken


class UnknownTimeZone(RuleBroken):
    code = "unknown_time_zone"


TOKEN_LIFE = dt.timedelta(days=365)


def require(user: User, clinic: Clinic, permission: Permission) -> None:
    """Raises PermissionDenied, in words, unless ``user`` holds a role at ``clinic`` that grants ``permission``."""
    if not Membership.objects.filter(user=user, clinic=clinic, role__in=roles_with(permission)).exists():
        raise refused(clinic, permission)


def refused(clinic: Clinic, permission: Permission) -> PermissionDenied:
    """What somebody is told whose role at ``clinic`` does not grant ``permission``."""
    return PermissionDenied(f"Your role at {clinic} does not let you {permission.value}.")


def create_clinic(
    *,
    name: str,
    sender_name: str,
    phone: str,
    time_zone: str,
    is_demo: bool = False,
    send_from_hour: int = 9,
    send_until_hour: int = 20,
) -> Clinic:
    """A new clinic without people, protocols or patients. Messages go out from one hour until the other, local time.

    Raises UnknownTimeZone.
    """
    if time_zone not in available_timezones():
        raise UnknownTimeZone("Choose a time zone like America/Chicago.", "time_zone")
    return Clinic.objects.create(
        name=name,
        sender_name=sender_name,
        phone=phone,
        time_zone=time_zone,
        is_demo=is_demo,
        send_from_hour=send_from_hour,
        send_until_hour=send_until_hour,
    )


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


def hash_token(key: str) -> str:
    """What is stored of an API token: 64 hexadecimal digits. The key has 256 random bits, so plain SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def create_api_token(*, user: User, name: str, at: dt.datetime) -> tuple[ApiToken, str]:
    """A token for a year and its key. The key is returned once and cannot be shown again."""
    key = f"mdl_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user, name=name, token_hash=hash_token(key), created_at=at, expires_at=at + TOKEN_LIFE
    )
    return token, key


def revoke_api_token(*, token: ApiToken, at: dt.datetime) -> None:
    """The token stops working at once; revoking twice changes nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)


def store_file(*, clinic: Clinic, name: str, content: bytes, at: dt.datetime, by: User | None) -> StoredFile:
    """A PDF, PNG or JPEG, kept as it came. ``by`` is None for what the server or a patient made.

    Raises FileRefused, PermissionDenied.
    """
    if by is not None:
        require(by, clinic, Permission.PATIENT_EDIT)
    inspected = files.inspect(name, content)
    return StoredFile.objects.create(
        clinic=clinic,
        name=inspected.name,
        media_type=inspected.media_type,
        sha256=inspected.sha256,
        content=content,
        stored_at=at,
        stored_by=by,
    )


def set_withdrawn_answers_policy(*, clinic: Clinic, keeps: bool, by: User) -> Clinic:
    """Whether the answers of patients who leave the registry from now on are kept. Raises PermissionDenied."""
    require(by, clinic, Permission.CONSENT_PUBLISH)
    clinic.keeps_withdrawn_answers = keeps
    clinic.save(update_fields=["keeps_withdrawn_answers"])
    return clinic
