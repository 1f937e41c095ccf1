"""``release_messages``: this restored database is the one that sends from now on."""

from typing import Any

from django.core.management.base import BaseCommand

from outcomes.actions import release_messages


class Command(BaseCommand):
    help = (
        "Send messages again after restore_backup. Run it where patients are to be asked from now on, never on a copy."
    )

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{release_messages():,} clinics send again.")
