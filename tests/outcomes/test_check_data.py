"""check_data on an invented data set: it sees what is right, and it sees what is wrong."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from clinic.models import Clinic, User
from outcomes.history.cases import unequal
from patients.models import Patient
from tests.history_files import SCORES, with_cell, write_history

pytestmark = pytest.mark.django_db

MEAN = {"n": 2, "mean": 9.0, "sd": 4.242640687119285, "se": 3.0, "ci95_lo": -29.1186142, "ci95_hi": 47.1186142}
CASES = [
    {"dataset": "knees", "instrument": "vas", "treatment": "saline injection", "timepoint": "month 3", **MEAN}
    | {"change": {"n_pairs": 1, "mean": -4, "sd": "NA", "ci95_lo": "NA", "ci95_hi": "NA"}},
    {"dataset": "knees", "instrument": "vas", "treatment": "PRP", "timepoint": "baseline", "n": 1, "mean": 80},
    {"dataset": "knees", "instrument": "vas", "treatment": "PRP", "timepoint": "week 6", "n": 1, "mean": 33.333333},
    {"dataset": "knees", "instrument": "vas", "treatment": "saline injection", "timepoint": "baseline", "n": 1},
    {"dataset": "elbows", "instrument": "vas", "treatment": "PRP", "timepoint": "week 6", "n": 7, "mean": 1},
]
KNEES = SCORES.replace("0.06666666666666667", "10").replace("month 3,91,\n", "month 3,91,6\n")


@pytest.fixture
def data(tmp_path):
    write_data(tmp_path)
    return tmp_path


def write_data(folder, cases=CASES, name="knees", **files):
    (folder / name).mkdir(exist_ok=True)
    write_history(folder / name / "tidy", **({"scores": KNEES} | files))
    (folder / "reference").mkdir(exist_ok=True)
    (folder / "reference" / "01_descriptives.json").write_text(json.dumps({"cases": cases}))


def check(folder):
    """What it printed, and its exit code."""
    said = StringIO()
    try:
        call_command("check_data", folder, stdout=said)
    except SystemExit as end:
        return said.getvalue().splitlines(), end.code
    return said.getvalue().splitlines(), 0


def test_right_report_passes_and_nothing_is_left_behind(data):
    lines, code = check(data)
    assert lines[-1].endswith(" passed, 0 failed")
    assert int(lines[-1].split()[0]) > 50
    assert code == 0
    assert not any(model.objects.exists() for model in (Clinic, User, Patient))


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"n": 3}, "n is 2, expected 3 (reference)"),
        ({"mean": 9.000001}, "mean is 9.0, expected 9.000001 (reference)"),
        ({"sd": 4.24264}, "sd is"),
        ({"ci95_hi": 47.118}, "ci_high is"),
        ({"timepoint": "month 4"}, "vas, saline injection, month 4: n is None, expected 2"),
        ({"change": {"n_pairs": 1, "mean": 4}}, "mean_change is -4.0, expected 4"),
    ],
)
def test_wrong_reference_value_is_printed(tmp_path, change, difference):
    write_data(tmp_path, [CASES[0] | change, *CASES[1:]])
    lines, code = check(tmp_path)
    assert any(line.startswith("DIFFERS knees") and difference in line for line in lines)
    assert " passed, 0 failed" not in lines[-1]
    assert code == 1


def test_arm_that_the_reference_lacks_is_printed(tmp_path):
    write_data(tmp_path, CASES[1:])
    lines, code = check(tmp_path)
    assert "DIFFERS knees, vas, saline injection, month 3: in the report only, not in the reference" in lines
    assert (lines[-1].split(", ")[1], code) == ("1 failed", 1)


def test_folder_with_a_problem_fails_and_the_others_are_still_checked(data):
    write_data(data, name="broken", **with_cell("scores", "40,30", "40,x"))
    lines, code = check(data)
    assert any("problem: scores.csv row 5, score: 'x' is not a number" in line for line in lines)
    assert lines[-1].endswith(" passed, 1 failed")
    assert any(line.startswith("knees: imported") for line in lines)
    assert code == 1


def test_data_without_reference_is_counted_again_from_its_files(data):
    (data / "reference" / "01_descriptives.json").unlink()
    lines, code = check(data)
    assert lines[-1].endswith(" passed, 0 failed")
    assert code == 0


@pytest.mark.usefixtures("clinic")
def test_clinics_that_are_there_are_left_alone(data):
    before = list(Clinic.objects.values())
    assert check(data)[1] == 0
    assert list(Clinic.objects.values()) == before


def test_folder_without_data_is_no_success(tmp_path):
    with pytest.raises(CommandError, match=r"No folder in .* holds a folder named tidy"):
        check(tmp_path)


@pytest.mark.parametrize(
    ("expected", "answer", "is_same"),
    [
        (1.0, 1.0000004, True),
        (1.0, 1.0000006, False),
        (2e8, 2e8 + 1e-5, True),
        (None, None, True),
        (None, 0.0, False),
        (0.0, None, False),
    ],
)
def test_six_decimals_are_compared(expected, answer, is_same):
    assert (not list(unequal({"mean": expected}, {"mean": answer}))) == is_same
