"""Keys with which programs use the API."""

import uuid
from typing import ClassVar

from django.db import models

from clinic.history import history
from clinic.models.clinics import User


@history(without=("token_hash",))
class ApiToken(models.Model):
    """A program's key to the API; acts as its owner. Only the SHA-256 of the key is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Privacy:
        personal: ClassVar[set[str]] = {"token_hash"}
        plain: ClassVar[set[str]] = {"id", "public_id", "user", "name", "created_at", "expires_at", "revoked_at"}

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name
