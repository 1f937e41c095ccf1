"""``erase_expired``: erase who those patients are whose last contact is longer ago than their clinic keeps identities."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from clinic.management.operator import OperatorCommand
from clinic.models import Clinic
from clinic.rules import RuleBroken
from outcomes.actions import erase_patient
from outcomes.retention import expired_patients


class Command(OperatorCommand):
    help = (
        "Erase who those patients are whose last contact is longer ago than their clinic keeps identities (Setup, How "
        "long identities are kept). Treatments and outcomes stay. Somebody with an open recall or adverse event is left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        at = timezone.now()
        for clinic in Clinic.objects.exclude(keeps_patients_years=None):
            expired = expired_patients(clinic, at=at)
            if dry_run:
                self.stdout.write(f"{clinic}: {expired.count():,} to erase.")
                continue
            done, left = 0, 0
            for patient in expired:
                try:
                    reason = f"Last contact more than {clinic.keeps_patients_years} years ago"
                    erase_patient(patient=patient, chart_number=patient.chart_number, reason=reason, at=at, by=None)
                    done += 1
                except RuleBroken:
                    left += 1
            self.stdout.write(
                f"{clinic}: {done:,} erased, {left:,} left because somebody may still have to reach them."
            )
