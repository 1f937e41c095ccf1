"""Commands are typed by whoever runs the server, who is at home in every clinic."""

from typing import Any

from django.core.management.base import BaseCommand

from clinic import scope


class OperatorCommand(BaseCommand):
    """A command that may reach every clinic's rows."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with scope.every_clinic():
            return super().execute(*args, **options)
