"""``recompute_outcomes``: work out every outcome and every sum of them from scratch, or only say what is wrong."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from clinic.management.lookups import clinic_named
from clinic.management.operator import OperatorCommand
from clinic.models import Clinic
from outcomes.actions import (
    Changes,
    differences,
    every_course,
    rebuild_tallies,
    recompute_outcomes,
    wrong_cells,
)
from outcomes.models import OutcomeMark
from outcomes.outcome_rules import RULE_VERSION

MOST_SHOWN = 200


class Command(OperatorCommand):
    help = (
        "Work out every outcome from scores, sessions and follow-ups, and every sum of outcomes, and mend what differs. "
        "Run it after an upgrade that changed rules or instruments. With --check nothing is changed, and a difference "
        "makes it end with 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", help="only this clinic, by name or public id")
        parser.add_argument("--check", action="store_true", help="only report what differs")

    def handle(self, *, clinic: str | None, check: bool, **options: Any) -> None:
        self.stdout.write(f"Rules of outcomes, version {RULE_VERSION}.")
        clinics = [clinic_named(clinic)] if clinic else list(Clinic.objects.order_by("pk"))
        found = sum(self._check(one) if check else self._mend(one) for one in clinics)
        if check and found:
            raise SystemExit(1)

    def _check(self, clinic: Clinic) -> int:
        count = courses = 0
        for batch in every_course(clinic):
            courses += len(batch)
            for difference in differences(course_ids=batch, at=timezone.now()):
                count += 1
                if count <= MOST_SHOWN:
                    self.stdout.write(f"DIFFERS {difference}")
        waiting = OutcomeMark.objects.filter(clinic=clinic).order_by().values("course_id").distinct().count()
        self.stdout.write(f"{clinic}: {courses:,} courses, {count:,} differences, {waiting:,} courses still to do.")
        return count + self._wrong_cells(clinic)

    def _wrong_cells(self, clinic: Clinic) -> int:
        wrong = list(wrong_cells(clinic=clinic))
        for one in wrong[:MOST_SHOWN]:
            self.stdout.write(f"DIFFERS {one}")
        self.stdout.write(f"{clinic}: {len(wrong):,} sums differ from their outcomes.")
        return len(wrong)

    def _mend(self, clinic: Clinic) -> int:
        total = Changes()
        for batch in every_course(clinic):
            total = total.and_then(recompute_outcomes(course_ids=batch, at=timezone.now()))
        added, changed, removed = total
        self.stdout.write(f"{clinic}: {added:,} rows added, {changed:,} changed, {removed:,} removed.")
        if self._wrong_cells(clinic):
            self.stdout.write(f"{clinic}: {rebuild_tallies(clinic=clinic):,} cells counted anew.")
        return sum(total)
