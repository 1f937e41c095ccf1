"""``check_data DATA``: import published data sets and compare what reports and statistics then say with reference values."""

import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from clinic.management.operator import OperatorCommand
from outcomes.history.cases import REFERENCE_FILE, Case, counted_cases, reference_cases, treatment_words
from outcomes.history.shuffling import write_shuffled
from outcomes.management.checks import (
    ancova,
    calibration,
    charts,
    completeness,
    descriptives,
    effects,
    missing,
    mmrm,
    published,
    random_intercept,
    reliability,
    responders,
    survival,
)
from outcomes.management.checks.ledger import Ledger, Line
from outcomes.management.checks.references import References
from outcomes.management.checks.trial import Trial
from outcomes.management.trial_clinic import Answers, TrialClinic

REPEATS = 2
# Rows that were taken back leave tables that look empty to the planner: it would go through them for every row anew.
NO_LOOPS = "SET LOCAL enable_nestloop = off"
IN_A_CLINIC = (
    *(descriptives, responders, effects, ancova, random_intercept, mmrm, survival, charts, calibration),
    *(missing, reliability, completeness, published),
)
WITHOUT_A_CLINIC = (responders, mmrm, survival, charts, missing, reliability, published)


class Command(OperatorCommand):
    help = (
        "Import every data set DATA/*/tidy into a clinic of its own and compare the reports of the REST API with "
        "DATA/reference/*.json, with figures as papers print them, and with figures counted again from the files; what no "
        "report shows is compared by the functions that reports are made of. Then import the same rows shuffled, which "
        "must change nothing. Leaves nothing behind in the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("data", type=Path, help="the folder that holds the data sets")

    def handle(self, *, data: Path, **options: Any) -> None:
        folders = sorted(folder.parent for folder in data.glob("*/tidy") if folder.is_dir())
        if not folders:
            raise CommandError(f"No folder in {str(data)!r} holds a folder named tidy.")
        ledger, references = Ledger(), References(data)
        for folder in folders:
            # Nothing of this is anybody's history: all of it is taken back.
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(NO_LOOPS)
                self._check(folder, references, ledger)
                connection.check_constraints()
                transaction.set_rollback(True)
        for check in WITHOUT_A_CLINIC:
            check.check_sources(references, ledger)
        self._tell(ledger)

    def _tell(self, ledger: Ledger) -> None:
        for line in ledger:
            for difference in line.differences:
                self.stdout.write(f"DIFFERS {difference}")
        for words in table(ledger):
            self.stdout.write(words)
        self.stdout.write(f"{ledger.passed:,} passed, {ledger.failed:,} failed")
        if ledger.failed or not ledger.passed:
            raise SystemExit(1)

    def _check(self, folder: Path, references: References, ledger: Ledger) -> None:
        name, tidy, clinic = folder.name, folder / "tidy", TrialClinic(folder.name)
        began, imports = time.monotonic(), ledger.line("import", "as it is, and twice more in another order")
        if not self._imports(name, tidy, clinic, imports):
            return
        self.stdout.write(f"{name}: imported in {time.monotonic() - began:.1f} s")
        labels = clinic.labels(treatment_words(tidy))
        counted = list(counted_cases(tidy, labels))
        known = references.folder / "reference" / f"{REFERENCE_FILE}.json"
        cases = list(reference_cases(known, name, labels)) if known.exists() else []
        instruments = sorted({case.place.instrument for case in (*counted, *cases)})
        before = clinic.state(), clinic.answers(instruments)
        _compare(name, counted, before[1], ledger)
        _compare(name, cases, before[1], ledger)
        if cases:
            trial = Trial(name, clinic, labels, cases[0].place.instrument)
            for check in IN_A_CLINIC:
                check.check(references, trial, ledger)
        for seed in range(REPEATS):
            self._import_shuffled(name, tidy, clinic, seed, imports)
            imports.note(clinic.state() == before[0], f"{name}: importing again changed the tables")
            imports.note(clinic.answers(instruments) == before[1], f"{name}: importing again changed the reports")

    def _imports(self, name: str, folder: Path, clinic: TrialClinic, imports: Line) -> bool:
        said = StringIO()
        try:
            call_command("import_history", folder, clinic=str(clinic.clinic.public_id), stdout=said)
        except CommandError as refusal:
            self.stdout.write(said.getvalue())
            imports.note(False, f"{name}: {refusal}")
            return False
        imports.note(True, name)
        return True

    def _import_shuffled(self, name: str, folder: Path, clinic: TrialClinic, seed: int, imports: Line) -> None:
        with tempfile.TemporaryDirectory() as again:
            write_shuffled(folder, Path(again), seed)
            self._imports(name, Path(again), clinic, imports)


def _compare(name: str, cases: list[Case], answers: Answers, ledger: Ledger) -> None:
    descriptives.compare_means(name, cases, answers, ledger, "n, mean, SD, change, report of outcomes")


def table(ledger: Ledger) -> Iterator[str]:
    """A line for each kind of value: where it is from, what it is, how many, the largest deviation, and the verdict."""
    yield f"{'':28} {'':62} {'values':>6} {'apart':>8} {'allowed':>8}"
    for line in ledger:
        verdict = f"{len(line.differences):,} differ" if line.differences else "ok"
        numbers = f"{line.n:6,} {line.furthest:8.1e} {line.tolerance:8.1e}"
        yield f"{line.source:28} {line.what:62} {numbers} {verdict}"
