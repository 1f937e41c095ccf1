"""Who saw what, and the seals by which tampering with any of it is noticed.

No keys bind these rows to what they speak of: they outlive it. All are only ever added to (``clinic.append_only``), but
for the two that say where sealing goes on.
"""

import uuid
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from clinic.models.clinics import Clinic, User, clinics_granting
from clinic.permissions import Permission


class Clock(models.Func):
    """The database's clock at this very moment, not at the beginning of the transaction."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()


class AuditQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """What happened at the clinics where this person may read the audit trail."""
        return self.filter(clinic_id__in=clinics_granting(user, Permission.AUDIT_VIEW))


def _clinic() -> models.ForeignKey:
    """The clinic where it happened; none before anybody is known, as with a refused sign-in."""
    return models.ForeignKey(
        Clinic, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )


class AccessEvent(models.Model):
    """Somebody saw something, took it out, came, went, or was refused. ``at`` is the database's own clock."""

    class Kind(models.TextChoices):
        READ = "read", "Read a record"
        LISTED = "listed", "Saw a list"
        SEARCHED = "searched", "Searched"
        EXPORTED = "exported", "Began an export"
        EXPORT_ENDED = "export_ended", "Finished an export"
        SIGNED_IN = "signed_in", "Signed in"
        SIGN_IN_FAILED = "sign_in_failed", "Failed to sign in"
        SIGNED_OUT = "signed_out", "Signed out"
        DENIED = "denied", "Was refused"
        LIMITED = "limited", "Was slowed down"
        LINK_REFUSED = "link_refused", "Came with a link that opens nothing"
        ERASED = "erased", "Erased personal data"

    clinic = _clinic()
    at = models.DateTimeField(db_default=Clock())
    kind = models.CharField(max_length=20, choices=Kind.choices)
    user = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False)
    token = models.UUIDField(null=True, help_text="The API token with which a program acted for this person.")
    patient_id = models.BigIntegerField(null=True)
    route = models.CharField(max_length=80, blank=True, help_text="The page's name; never its address.")
    method = models.CharField(max_length=10, blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    kind_of_row = models.CharField(max_length=60, blank=True, help_text="What was seen, like patients.consent.")
    row = models.UUIDField(null=True, help_text="Its public id.")
    n_rows = models.PositiveIntegerField(null=True, help_text="How many, in a list or an export.")
    address = models.GenericIPAddressField(null=True)
    request_id = models.UUIDField(default=uuid.uuid4)
    reason = models.CharField(max_length=200, blank=True)

    objects = AuditQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"address"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "at", "kind", "user", "token", "patient_id", "route", "method", "status", "kind_of_row"),
            *("row", "n_rows", "request_id", "reason"),
        }

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="access_is_of_a_known_kind",
                condition=models.Q(
                    kind__in=[
                        *(
                            "read",
                            "listed",
                            "searched",
                            "exported",
                            "export_ended",
                            "signed_in",
                            "sign_in_failed",
                            "signed_out",
                        ),
                        *("denied", "limited", "link_refused", "erased"),
                    ]
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} at {self.route}"


class AuditShape(models.Model):
    """Which columns of a table were sealed, so that a table that gets another one can still be verified."""

    source = models.CharField(max_length=63)
    plain = ArrayField(models.CharField(max_length=63))
    personal = ArrayField(models.CharField(max_length=63))

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "source", "plain", "personal"}

    class Meta:
        constraints = (models.UniqueConstraint("source", "plain", "personal", name="audit_shape_is_kept_once"),)

    def __str__(self) -> str:
        return f"columns of {self.source}"


class AuditSeal(models.Model):
    """One link of a clinic's chain: the digests of one row of history, bound to the link before it.

    Also the index by which the audit trail is read: one row for everything that happened, in order. ``source`` is the
    table, ``event_id`` its row. Two digests, so that a row whose personal columns were erased still proves the rest.
    """

    clinic = _clinic()
    number = models.BigIntegerField()
    source = models.CharField(max_length=63)
    event_id = models.BigIntegerField()
    shape = models.ForeignKey(AuditShape, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, help_text="insert, update, delete, or the kind of access.")
    user = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False)
    patient_id = models.BigIntegerField(null=True)
    plain_digest = models.BinaryField(max_length=32)
    personal_digest = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    objects = AuditQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "number", "source", "event_id", "shape", "at", "kind", "user", "patient_id"),
            *("plain_digest", "personal_digest", "previous", "digest"),
        }

    class Meta:
        ordering = ("clinic_id", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["clinic", "number"], nulls_distinct=False, name="audit_seals_are_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["clinic", "previous"], nulls_distinct=False, name="audit_chain_never_forks"
            ),
            models.UniqueConstraint(fields=["source", "event_id"], name="audit_seals_each_row_once"),
        )
        indexes = (
            # For the audit page: one person's doings, one patient's record, one kind, some days.
            models.Index(name="audit_of_one_person", fields=["clinic", "user", "number"]),
            models.Index(
                name="audit_of_one_patient",
                fields=["clinic", "patient_id", "number"],
                condition=models.Q(patient_id__isnull=False),
            ),
            models.Index(name="audit_of_one_kind", fields=["clinic", "kind", "number"]),
            models.Index(name="audit_of_some_days", fields=["clinic", "at"]),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.source} {self.event_id}"


class ChainHead(models.Model):
    """Where a clinic's chain ends. Whoever seals holds all of these rows."""

    clinic = _clinic()
    number = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32)

    objects = AuditQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "number", "digest"}

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic"], nulls_distinct=False, name="audit_chain_has_one_head"),
        )

    def __str__(self) -> str:
        return f"head {self.number} of clinic {self.clinic_id}"


class AuditMark(models.Model):
    """Up to which row a table is sealed without a gap that somebody could still be writing into."""

    source = models.CharField(max_length=63, unique=True)
    event_id = models.BigIntegerField(default=0)

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "source", "event_id"}

    def __str__(self) -> str:
        return f"{self.source} up to {self.event_id}"
