"""Instruments that a clinic brought: those of a licence holder, and those whose official words were not at hand."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from clinic.history import history_of_changes
from clinic.models import ClinicRow, ClinicRowQuerySet, User
from clinic.permissions import Permission
from outcomes.self_harm import PHQ9


class LoadedInstrumentQuerySet(ClinicRowQuerySet):
    view_permission = Permission.REPORT_VIEW

    def usable(self, *, on: dt.date) -> Self:
        """Those that may be asked on a day of the clinic's calendar: not retired, licence not run out.

        PHQ-9 asks about self-harm: only while the clinic confirms that somebody watches the answers.
        """
        is_watched = ~Q(code=PHQ9) | Q(clinic__queue_confirmed_at__isnull=False)
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=on), is_watched, retired_at=None)


@history_of_changes()
class LoadedInstrument(ClinicRow):
    """One version of an instrument that a clinic attested it may use; what it says never changes.

    The newest usable one of a code is asked, before the one that ships with Mendline, if any.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=40)
    version = models.CharField(max_length=40, help_text="The definition's own, and a part of its checksum.")
    definition = models.JSONField(help_text="As a definition file says it.")
    source = models.CharField(max_length=200, help_text="The file it came from, or that its words were typed in.")
    licence_holder = models.CharField(max_length=120)
    licence_ref = models.CharField(max_length=120)
    expires_on = models.DateField(null=True, help_text="The last day of the licence; empty: it does not run out.")
    attested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    attested_at = models.DateTimeField()
    retired_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    objects = LoadedInstrumentQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "clinic", "code", "version", "definition", "source", "licence_holder", "licence_ref"),
            *("expires_on", "attested_by", "attested_at", "retired_by", "retired_at"),
        }

    class Meta:
        ordering = ("code", "-id")
        constraints = (
            models.UniqueConstraint("clinic", "code", "version", name="loaded_instrument_once_per_version"),
            models.CheckConstraint(
                name="loaded_instrument_is_retired_by_somebody",
                condition=Q(retired_at=None, retired_by=None) | Q(retired_at__isnull=False, retired_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.version}"
