"""Signs of life of the processes that nobody looks at."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """When beat, or one worker, last said that it lives. One row a process name."""

    name = models.CharField(max_length=120, unique=True, help_text="Like beat, or worker celery@host.")
    at = models.DateTimeField()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "name", "at"}

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
