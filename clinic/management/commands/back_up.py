"""``back_up [FILE]``: the whole database, encrypted for BACKUP_RECIPIENT."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic import backups


class Command(BaseCommand):
    help = "Write the whole database into FILE, encrypted for BACKUP_RECIPIENT. Whoever finds it can read nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="mendline-<time>.age here, if not given")

    def handle(self, *, file: Path | None, **options: Any) -> None:
        file = file or Path(f"mendline-{timezone.now():%Y%m%dT%H%M%SZ}.age")
        if file.exists():
            raise CommandError(f"{file} is there already; a backup is never written over another.")
        try:
            size = backups.write(file, backups.recipient(settings.BACKUP_RECIPIENT))
        except backups.BackupError as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"{file}: {size:,} bytes. Move it off this machine.")
