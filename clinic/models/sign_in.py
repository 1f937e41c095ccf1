"""What signing in leaves in the database: sessions, and wrong codes that were tried."""

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Q

from clinic.models.clinics import User


class BrowserSession(AbstractBaseSession):
    """One browser. Says whose it is, so that all sessions of a person can be ended at once."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="browser_sessions")
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    objects: ClassVar[BaseSessionManager] = BaseSessionManager()

    class Privacy:
        personal: ClassVar[set[str]] = {"session_key", "session_data"}
        plain: ClassVar[set[str]] = {"expire_date", "user", "signed_in_at", "seen_at"}

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        constraints = (
            models.CheckConstraint(
                name="session_of_a_person_says_since_when",
                condition=Q(user__isnull=True, signed_in_at__isnull=True)
                | Q(user__isnull=False, signed_in_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"session of {self.user_id}"


class CodeTries(models.Model):
    """Wrong codes of a second factor in a row. Gone as soon as a right one comes."""

    user = models.OneToOneField(User, models.CASCADE, related_name="code_tries")
    failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "user", "failures", "failed_at"}

    def __str__(self) -> str:
        return f"{self.failures} wrong codes of {self.user_id}"
