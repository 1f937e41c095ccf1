"""How people come to a clinic, and how their second factor is given up: never by one person alone."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models.clinics import User
from clinic.models.rows import ClinicRow, ClinicRowQuerySet
from clinic.permissions import Permission, Role


class InvitationQuerySet(ClinicRowQuerySet):
    view_permission = Permission.MEMBER_MANAGE

    def open(self, at: dt.datetime) -> Self:
        """May still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


@history(without=("token_hash",))
class Invitation(ClinicRow):
    """A link that makes one e-mail address a member of one clinic in one role, once. Only its hash is kept."""

    email = models.EmailField(max_length=254, help_text="Always lower case.")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])
    token_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"email", "token_hash"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "role", "invited_at", "invited_by", "expires_at"),
            *("accepted_at", "accepted_by", "revoked_at"),
        }

    class Meta:
        ordering = ("-invited_at",)
        constraints = (
            models.CheckConstraint(
                name="invitation_has_known_role", condition=Q(role__in=[role.value for role in Role])
            ),
            models.CheckConstraint(name="invitation_ends_one_way", condition=Q(accepted_at=None) | Q(revoked_at=None)),
            models.CheckConstraint(
                name="invitation_is_accepted_by_somebody",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.UniqueConstraint(
                "clinic",
                "email",
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_waits_once_per_address",
            ),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk} to {self.clinic_id} as {self.role}"


@history()
class SecondFactorReset(ClinicRow):
    """One manager's wish that a person may set up a new second factor. Another manager has to agree."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "person", "asked_at", "asked_by", "approved_at", "approved_by"}

    class Meta:
        ordering = ("-asked_at",)
        constraints = (
            models.CheckConstraint(
                name="reset_takes_two_managers", condition=Q(approved_by=None) | ~Q(approved_by=models.F("asked_by"))
            ),
            models.CheckConstraint(
                name="reset_is_no_favor_to_oneself",
                condition=~Q(asked_by=models.F("person")) & (Q(approved_by=None) | ~Q(approved_by=models.F("person"))),
            ),
            models.UniqueConstraint(
                "clinic", "person", condition=Q(approved_at=None), name="reset_waits_once_per_person"
            ),
        )

    def __str__(self) -> str:
        return f"reset {self.pk} for {self.person_id}"
