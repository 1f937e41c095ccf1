"""``import_history`` as the operator types it."""

import uuid
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from outcomes.models import Score
from patients.models import Patient
from tests.history_files import with_cell, write_history
from treatments.models import Course

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return write_history(tmp_path / "history")


def run(folder, *options):
    said = StringIO()
    call_command("import_history", str(folder), *options, stdout=said)
    return said.getvalue()


def test_report_comes_first_then_progress_then_the_result(clinic, folder):
    said = run(folder, "--clinic", "Northside")
    places = [
        said.index(word) for word in ("in all       16 new", "scores: 8 added", "Imported into Northside: 16 new")
    ]
    assert places == sorted(places)
    assert Score.objects.filter(clinic=clinic).count() == 8


def test_same_folder_again_says_so(clinic, folder):
    run(folder, "--clinic", "Northside")
    assert "0 new, 16 unchanged." in run(folder, "--clinic", str(clinic.public_id))


def test_dry_run_writes_nothing(clinic, folder):
    assert "nothing was imported" in run(folder, "--clinic", "Northside", "--dry-run")
    assert not Patient.objects.filter(clinic=clinic).exists()


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_problems_end_with_a_failure(clinic, tmp_path, options):
    folder = write_history(tmp_path / "h", **with_cell("patients", "F,61", "F,161"))
    with pytest.raises(CommandError, match="1 problems: nothing was imported"):
        run(folder, "--clinic", "Northside", *options)
    assert not Patient.objects.filter(clinic=clinic).exists()


def test_every_problem_is_printed_before_the_failure(clinic, tmp_path):
    folder = write_history(tmp_path / "h", **with_cell("patients", "F,61", "F,161"))
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("import_history", str(folder), "--clinic", "Northside", stdout=said)
    assert "problem: patients.csv row 2, age: '161' is not an age in years (0 to 120)" in said.getvalue()


def test_index_date_is_day_0(clinic, folder):
    run(folder, "--clinic", "Northside", "--index-date", "2019-06-30")
    assert Course.objects.get(clinic=clinic, external_ref="K1-1").opened_on.isoformat() == "2019-06-30"


@pytest.mark.parametrize("day", ["yesterday", "2019-02-30", "0001-01-01", "20190630x"])
def test_index_date_that_is_none_is_refused(clinic, folder, day):
    with pytest.raises(CommandError, match="--index-date"):
        run(folder, "--clinic", "Northside", "--index-date", day)


def test_manager_stands_as_the_one_who_did_it(clinic, manager, folder):
    run(folder, "--clinic", "Northside", "--by", manager.email.upper())
    assert Patient.objects.filter(clinic=clinic, registered_by=manager).count() == 3


def test_nobody_else_does(clinic, front_desk, folder):
    with pytest.raises(CommandError, match="does not let you import a clinic's history"):
        run(folder, "--clinic", "Northside", "--by", front_desk.email)
    with pytest.raises(CommandError, match="Nobody here has the e-mail address"):
        run(folder, "--clinic", "Northside", "--by", "nobody@example.org")
    assert not Patient.objects.filter(clinic=clinic).exists()


@pytest.mark.parametrize("word", ["Southside", str(uuid.UUID(int=7))])
def test_unknown_clinic_is_named_beside_those_there_are(clinic, folder, word):
    with pytest.raises(CommandError, match=f"There is no clinic '{word}'. Clinics here: Northside."):
        run(folder, "--clinic", word)


def test_folder_that_is_none_is_refused(clinic, tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        run(tmp_path / "nowhere", "--clinic", "Northside")
