"""``release_messages``: this restored database is the one that sends from now on."""

from typing import Any

from clinic.management.operator import OperatorCommand
from outcomes.actions import release_messages


class Command(OperatorCommand):
    help = (
        "Send messages again after restore_backup. Run it where patients are to be asked from now on, never on a copy."
    )

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{release_messages():,} clinics send again.")
