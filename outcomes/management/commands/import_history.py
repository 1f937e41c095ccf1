"""``import_history DIR --clinic NAME``: what a folder of CSV files would change, then the import, all or nothing."""

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError
from django.utils import timezone

from clinic.management.lookups import clinic_named
from clinic.management.operator import OperatorCommand
from clinic.models import Clinic, User
from outcomes.actions import HistoryRefused, import_history, known_scales, plan_import
from outcomes.history import History, read_history, report_lines
from outcomes.history.face_validity import Span, face_lines
from outcomes.reports.imported import arms_of, imported_scores

# Sources without calendar dates are put here.
INDEX_DATE = dt.date(2025, 1, 1)


def index_date(word: str) -> dt.date:
    """A day like 2025-01-01 in living memory."""
    try:
        day = dt.date.fromisoformat(word)
    except ValueError:
        raise ArgumentTypeError(f"{word!r} is not a day like 2025-01-01") from None
    if not 1950 <= day.year <= 2100:
        raise ArgumentTypeError(f"{word!r} is not between 1950 and 2100")
    return day


class Command(OperatorCommand):
    help = (
        "Import a clinic's history from patients.csv, episodes.csv, scores.csv and (for instruments that Mendline does "
        "not know) instruments.csv. Everything is checked first; with any problem nothing is imported. The same folder "
        "again changes nothing. Afterwards it says what the scores look like, and what to look up in their source."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder with the CSV files")
        parser.add_argument("--clinic", required=True, help="name or public id")
        parser.add_argument("--dry-run", action="store_true", help="check and report only")
        parser.add_argument(
            "--index-date",
            type=index_date,
            default=INDEX_DATE,
            help="synthetic day 0 of every episode, because the files have no calendar dates (default %(default)s)",
        )
        parser.add_argument("--by", help="e-mail address of the manager in whose name this is done")

    def handle(self, *, folder: Path, clinic: str, dry_run: bool, by: str | None, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {str(folder)!r}.")
        own, person = clinic_named(clinic), self._person(by)
        self.stdout.write(f"Reading {folder} …")
        history = read_history(folder, known_scales(clinic=own))
        plan = plan_import(clinic=own, history=history, index_date=options["index_date"])
        for line in report_lines(plan):
            self.stdout.write(line)
        if plan.problems:
            raise CommandError(f"{len(plan.problems):,} problems: nothing was imported.")
        if dry_run:
            self.stdout.write("No problems. This was a dry run: nothing was imported.")
            return
        self._import(own, history, options["index_date"], person)

    def _import(self, clinic: Clinic, history: History, day: dt.date, by: User | None) -> None:
        try:
            plan = import_history(
                clinic=clinic,
                history=history,
                index_date=day,
                by=by,
                at=timezone.now(),
                tell=lambda line: self.stdout.write(line),
            )
        except (HistoryRefused, PermissionDenied) as refusal:
            raise CommandError(str(refusal)) from None
        for line in self._face(clinic):
            self.stdout.write(line)
        self.stdout.write(
            self.style.SUCCESS(f"Imported into {clinic}: {plan.n_new:,} new, {plan.n_unchanged:,} unchanged.")
        )

    def _face(self, clinic: Clinic) -> Iterator[str]:
        """What everything imported into this clinic looks like, also by earlier imports."""
        known = known_scales(clinic=clinic)
        scales = {code: Span(one.minimum, one.maximum, one.is_higher_better) for code, one in known.items()}
        return face_lines(arms_of(imported_scores([clinic.pk]), scales), scales)

    def _person(self, email: str | None) -> User | None:
        if email is None:
            return None
        person = User.objects.filter(email=email.lower()).first()
        if person is None:
            raise CommandError(f"Nobody here has the e-mail address {email!r}.")
        return person
