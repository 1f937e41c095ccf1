"""``verify_audit``: is the audit trail as it was sealed?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from clinic import anchors, verifying
from clinic.actions import seal_audit
from clinic.management.operator import OperatorCommand
from clinic.models import AuditSeal


class Command(OperatorCommand):
    """Ends with 1 and names the first place that is not as it was sealed."""

    help = "Verify the audit trail; name the first entry of each kind that was changed, deleted, moved or cut off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors", type=Path, metavar="FILE", help="also hold the chains to the anchors kept here"
        )
        parser.add_argument("--most", type=int, default=20, help="how many findings to print (default 20)")

    def handle(self, *args: Any, **options: Any) -> None:
        seal_audit(at=timezone.now())
        try:
            self._verify(options["anchors"], options["most"])
        except (OSError, anchors.NotAnAnchor) as error:
            raise CommandError(f"The file of anchors cannot be used: {error}") from error

    def _verify(self, path: Path | None, most: int) -> None:
        n = 0
        for n, finding in enumerate(verifying.verify(anchors.read(path) if path else ()), start=1):
            self.stderr.write(str(finding))
            if n == most:
                break
        if n:
            raise CommandError("The audit trail is not as it was sealed. The first line above is the first bad entry.")
        self.stdout.write(f"The audit trail is as it was sealed: {AuditSeal.objects.count():,} entries.")
