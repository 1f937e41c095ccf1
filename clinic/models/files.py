"""Files kept beside the rows they belong to."""

import uuid
from typing import ClassVar

from django.db import models

from clinic.history import history
from clinic.models.clinics import User
from clinic.models.rows import ClinicRow, ClinicRowQuerySet


@history(without=("content", "name"))
class StoredFile(ClinicRow):
    """A scan, certificate, image or signed document. In the database, so that one backup and one row gate hold it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=40)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    stored_at = models.DateTimeField()
    stored_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"name", "content"}
        plain: ClassVar[set[str]] = {"id", "public_id", "clinic", "media_type", "sha256", "stored_at", "stored_by"}

    def __str__(self) -> str:
        return self.name
