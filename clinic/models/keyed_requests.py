"""Requests that came with a key of the client's own, so that sending them again does nothing twice."""

from typing import ClassVar

from django.db import models

from clinic.models.clinics import User
from clinic.models.rows import ClinicRow, ClinicRowQuerySet


class KeyedRequest(ClinicRow):
    """A POST with an Idempotency-Key and what was replied, kept for a day."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    route = models.CharField(max_length=200)
    key = models.UUIDField()
    body_hash = models.CharField(max_length=64, help_text="SHA-256 of the body.")
    received_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty while the request is at work.")
    reply = models.TextField(blank=True, help_text="The body of the reply, as JSON.")
    location = models.CharField(max_length=300, blank=True)

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"reply"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "user", "route", "key", "body_hash", "received_at", "status", "location"),
        }

    class Meta:
        constraints = (models.UniqueConstraint("clinic", "user", "route", "key", name="keyed_request_once_per_key"),)
        # For clinic.actions.begin_keyed_request, which forgets what is older than a day.
        indexes = (models.Index(fields=["clinic", "received_at"], name="keyed_request_by_age"),)

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
