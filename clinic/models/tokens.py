"""Keys with which programs use the API."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models.clinics import Membership, User
from clinic.permissions import Limits, Role


@history(without=("token_hash", "last_used_at"))
class ApiToken(models.Model):
    """A program's key to the API: acts as its owner at one clinic, in a role of its own. Only a keyed hash is kept.

    It hangs at the membership, so it ends with it. It has no clinic of its own, because it is looked up before anybody
    knows whose rows the request may see.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    membership = models.ForeignKey(Membership, models.CASCADE, null=True, related_name="api_tokens")
    role = models.CharField(
        max_length=20,
        choices=[(role.value, role.label) for role in Role],
        help_text="Never more than the owner's role allows by the time of a request.",
    )
    may_write = models.BooleanField(help_text="Else it only reads.")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True)

    class Privacy:
        personal: ClassVar[set[str]] = {"token_hash"}
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "user", "membership", "role", "may_write", "name", "created_at", "expires_at"),
            *("last_used_at", "revoked_at"),
        }

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                name="api_token_has_known_role", condition=Q(role__in=[role.value for role in Role])
            ),
            models.CheckConstraint(
                name="api_token_works_at_a_clinic_or_is_revoked",
                condition=Q(membership__isnull=False) | Q(revoked_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def works(self, at: dt.datetime) -> bool:
        """Neither revoked nor expired, and its owner may sign in."""
        return self.revoked_at is None and self.expires_at > at and self.user.is_active

    def limits(self, membership: Membership) -> Limits:
        """What the token leaves of its owner's rights."""
        return Limits(membership.clinic_id, Role(self.role), self.may_write)
