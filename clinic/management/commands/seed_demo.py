"""Fill an empty Mendline with a demo clinic, or with large ones for measurements."""

import datetime as dt
import gc
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from clinic.demo import DEMO_TIME_ZONE
from clinic.management.operator import OperatorCommand
from clinic.models import Clinic
from clinic.seeding import bulk, simulation
from clinic.seeding.demo_clinics import make_clinics

BULK_CLINICS = 3


class Command(OperatorCommand):
    """Deterministic for the same patients, seed and today. All or nothing, except with --bulk."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--patients", type=_at_least_one, default=150)
        parser.add_argument("--seed", type=int, default=1, help="another number makes other people")
        parser.add_argument("--today", type=dt.date.fromisoformat, help="YYYY-MM-DD; by default the clinic's today")
        parser.add_argument("--bulk", action="store_true", help="write rows directly, into three clinics; no messages")

    def handle(self, *, patients: int, seed: int, today: dt.date | None, bulk: bool, **_options: Any) -> None:
        _refuse_real_clinics()
        began = time.monotonic()
        day = today or dt.datetime.now(ZoneInfo(DEMO_TIME_ZONE)).date()
        with _not_looking_for_garbage():
            if bulk:
                self._fill_large(patients=patients, seed=seed, today=day)
            else:
                # A worker is about to look at what is due now; on any other day there never was one.
                self._fill_demo(patients=patients, seed=seed, today=day, clock=None if today else timezone.now)
        self.stdout.write(f"{patients:,} fictional patients in {time.monotonic() - began:.0f} seconds.")

    @transaction.atomic
    def _fill_demo(self, **story: Any) -> None:
        simulation.fill(place=make_clinics(1)[0], **story)

    def _fill_large(self, **story: Any) -> None:
        bulk.fill(places=make_clinics(BULK_CLINICS), tell_progress=self.stdout.write, **story)


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


@contextmanager
def _not_looking_for_garbage() -> Iterator[None]:
    """There is hardly any, and looking for it takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _refuse_real_clinics() -> None:
    if not settings.DEMO:
        raise CommandError("Set DEMO=1 first: invented patients do not belong beside real ones.")
    if Clinic.objects.exists():
        raise CommandError(
            "There is a clinic already. `make reset` starts over; invented patients are added only once."
        )
