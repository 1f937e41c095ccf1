"""What every clinical row has: it says whose it is, and is read through one gate."""

from typing import ClassVar, Self

from django.db import models

from clinic.models.clinics import Clinic, User, clinics_granting
from clinic.permissions import Permission


class ClinicRowQuerySet(models.QuerySet):
    """Rows of one clinic. ``visible_to`` is the only way in for views, API and reports."""

    view_permission: ClassVar[Permission] = Permission.PATIENT_VIEW

    def visible_to(self, user: User) -> Self:
        """Rows of the clinics where this person's role lets them see this kind of row."""
        return self.filter(clinic_id__in=clinics_granting(user, self.view_permission))


class ClinicRow(models.Model):
    """A clinical row: it always says whose it is."""

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
