"""``rotate_keys``: after a new key was put first in FIELD_KEYS, seal everything with it, so that the old one can go."""

from typing import Any

from django.core.management.base import CommandError

from clinic.actions import renew_sealed_values
from clinic.field_keys import KeyMissing
from clinic.management.operator import OperatorCommand


class Command(OperatorCommand):
    help = "Seal everything that is sealed with the first of FIELD_KEYS. After that the older ones can be taken away."

    def handle(self, **options: Any) -> None:
        try:
            count = renew_sealed_values()
        except KeyMissing as missing:
            raise CommandError(f"{missing} Nothing was changed. Put the key back and try again.") from None
        self.stdout.write(f"{count:,} rows are sealed with the current key. The older keys can be taken away.")
