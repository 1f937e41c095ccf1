"""``restore_backup FILE --identity KEY``: the database as it was, into an empty one, with nothing being sent."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from clinic import backups, database
from outcomes.actions import hold_messages


class Command(BaseCommand):
    help = (
        "Fill an empty database from a file that back_up wrote. Nothing is sent afterwards until release_messages: what "
        "was waiting may have gone out since."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, required=True, help="file with the private key, AGE-SECRET-KEY-…")
        parser.add_argument(
            "--check", action="store_true", help="only read the file to its end and say whether it is whole"
        )

    def handle(self, *, file: Path, identity: Path, check: bool, **options: Any) -> None:
        try:
            key = backups.identity(identity)
            if check:
                backups.check(file, key)
                self.stdout.write(f"{file} is whole, and this key reads it.")
                return
            with database.as_owner(connection):
                backups.restore(file, key)
                held = hold_messages(at=timezone.now())
        except backups.BackupError as problem:
            raise CommandError(str(problem)) from None
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(
            f"Restored. {held:,} messages that were waiting will not be sent by themselves, and no new one is until "
            "`manage.py release_messages`. Put the keys of that time into FIELD_KEYS, TOKEN_PEPPERS and SECRET_KEY."
        )
