"""``check_data DATA``: import published data sets and compare what the REST API then reports with reference values."""

import tempfile
import time
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from clinic.management.operator import OperatorCommand
from outcomes.history.cases import Case, counted_cases, reference_cases, treatment_words, unequal
from outcomes.history.shuffling import write_shuffled
from outcomes.management.trial_clinic import Answers, TrialClinic

REPEATS = 2


class Command(OperatorCommand):
    help = (
        "Import every data set DATA/*/tidy into a clinic of its own, compare the outcome report of the REST API with "
        "DATA/reference/01_descriptives.json and with figures counted again from the files, then import the same rows "
        "shuffled, which must change nothing. Leaves nothing behind in the database."
    )
    passed = failed = 0

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("data", type=Path, help="the folder that holds the data sets")

    def handle(self, *, data: Path, **options: Any) -> None:
        folders = sorted(folder.parent for folder in data.glob("*/tidy") if folder.is_dir())
        if not folders:
            raise CommandError(f"No folder in {str(data)!r} holds a folder named tidy.")
        for folder in folders:
            # Nothing of this is anybody's history: all of it is taken back.
            with transaction.atomic():
                self._check(folder, data / "reference" / "01_descriptives.json")
                connection.check_constraints()
                transaction.set_rollback(True)
        self.stdout.write(f"{self.passed:,} passed, {self.failed:,} failed")
        if self.failed or not self.passed:
            raise SystemExit(1)

    def _check(self, folder: Path, reference: Path) -> None:
        name, tidy, trial = folder.name, folder / "tidy", TrialClinic(folder.name)
        began = time.monotonic()
        if not self._imports(name, tidy, trial):
            return
        self.stdout.write(f"{name}: imported in {time.monotonic() - began:.1f} s")
        labels = trial.labels(treatment_words(tidy))
        counted = list(counted_cases(tidy, labels))
        published = list(reference_cases(reference, name, labels)) if reference.exists() else []
        instruments = sorted({case.place.instrument for case in (*counted, *published)})
        before = trial.state(), trial.answers(instruments)
        self._compare(name, counted, before[1])
        self._compare(name, published, before[1])
        for seed in range(REPEATS):
            self._import_shuffled(name, tidy, trial, seed)
            state, answers = trial.state(), trial.answers(instruments)
            self._count(state == before[0], f"{name}: importing again changed the tables")
            self._count(answers == before[1], f"{name}: importing again changed the reports")

    def _imports(self, name: str, folder: Path, trial: TrialClinic) -> bool:
        said = StringIO()
        try:
            call_command("import_history", folder, clinic=str(trial.clinic.public_id), stdout=said)
        except CommandError as refusal:
            self.stdout.write(said.getvalue())
            self._count(False, f"{name}: {refusal}")
            return False
        return True

    def _import_shuffled(self, name: str, folder: Path, trial: TrialClinic, seed: int) -> None:
        with tempfile.TemporaryDirectory() as again:
            write_shuffled(folder, Path(again), seed)
            self._count(self._imports(name, Path(again), trial), f"{name}: importing again was refused")

    def _compare(self, name: str, cases: list[Case], answers: Answers) -> None:
        """Every case is in the report, and for the instruments they are of, the report has nothing else."""
        for source, place, figures in cases:
            differences = list(unequal(figures, answers.get(place, {})))
            self.passed += len(figures) - len(differences)
            for difference in differences:
                self._count(False, f"{name}, {', '.join(place)}: {difference} ({source})")
        places, instruments = {case.place for case in cases}, {case.place.instrument for case in cases}
        for place in sorted(answers.keys() - places):
            if place.instrument in instruments:
                self._count(False, f"{name}, {', '.join(place)}: in the report only, not in the {cases[0].source}")

    def _count(self, is_right: bool, otherwise: str) -> None:
        if is_right:
            self.passed += 1
        else:
            self.failed += 1
            self.stdout.write(f"DIFFERS {otherwise}")
