"""check_data on an invented data set: it sees what is right, and it sees what is wrong."""

import json
import math
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from clinic.models import Clinic, User
from outcomes.management.checks.ledger import Ledger, Line, deviation
from outcomes.management.checks.mmrm import at_mean
from outcomes.management.checks.models import column
from patients.models import Patient
from tests.history_files import SCORES, with_cell, write_history

pytestmark = pytest.mark.django_db

MEAN = {
    "n": 2,
    "mean": 9.0,
    "sd": 4.242640687119285,
    "se": 3.0,
    "ci95_lo": -29.1186142085241,
    "ci95_hi": 47.1186142085241,
}
CASES = [
    {"dataset": "knees", "instrument": "vas", "treatment": "saline injection", "timepoint": "month 3", **MEAN}
    | {"change": {"n_pairs": 1, "mean": -4, "sd": "NA", "ci95_lo": "NA", "ci95_hi": "NA"}},
    {"dataset": "knees", "instrument": "vas", "treatment": "PRP", "timepoint": "baseline", "n": 1, "mean": 80},
    {
        "dataset": "knees",
        "instrument": "vas",
        "treatment": "PRP",
        "timepoint": "week 6",
        "n": 1,
        "mean": 33.3333333333333,
    },
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
        ({"n": 3}, "n is 2, expected 3 (01_descriptives)"),
        ({"mean": 9.0000001}, "mean is 9.0, expected 9.0000001 (01_descriptives)"),
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
    assert "DIFFERS knees, vas, saline injection, month 3: in the report only, not in the 01_descriptives" in lines
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
    ("wanted", "found", "apart"),
    [
        (0.5, 0.75, 0.25),
        (200.0, 201.0, 0.005),
        (None, None, 0.0),
        (None, 0.0, math.inf),
        (0.0, None, math.inf),
        (1.0, math.nan, math.inf),
    ],
)
def test_deviations_are_relative_above_one_and_nothing_is_no_number(wanted, found, apart):
    assert deviation(wanted, found) == pytest.approx(apart)


def test_a_line_counts_what_agrees_and_names_what_does_not():
    ledger = Ledger()
    line = ledger.line("04", "means", 1e-3)
    line.compare("knees", {"mean": 2.0, "n": 7}, {"mean": 2.001, "n": 8})
    assert ledger.line("04", "means") is line
    assert (line.n, line.passed, ledger.failed) == (2, 1, 1)
    assert line.differences == ["knees: n is 8, expected 7 (04)"]
    line.note(False, "a table changed")
    assert (line.furthest, ledger.failed, ledger.passed) == (math.inf, 2, 1)
    assert Line("04", "sd", 1.0).furthest == 0.0


def test_designs_are_read_from_names_of_coefficients():
    of = {"arm": "new", "age": 60.0, "visit": "w4"}
    names = ("(Intercept)", "armnew", "armold", "age", "age:visitw4", "armnew:visitw2")
    assert [column(name, of) for name in names] == [1.0, 1.0, 0.0, 60.0, 60.0, 0.0]


def test_means_weigh_other_factors_equally():
    model = {
        "coef_order": ["(Intercept)", "armB", "sexM", "base", "visit2"],
        "factor_levels": {"arm": ["A", "B"], "sex": ["F", "M"], "visit": ["1", "2"]},
        "covariates_held_at": {"base": 5.5},
    }
    assert list(at_mean(model, "B", "1")) == [1.0, 1.0, 0.5, 5.5, 0.0]


RESPONDERS = {
    "cases": [
        {
            "dataset": "knees", "instrument": "vas", "treatment": "PRP", "timepoint": "week 6", "rule": "pct50",
            "responders": 1, "n_observed": 1, "n_all": 1,
            "observed": {"p": 1, "wilson_lo": 0.206549314377237, "wilson_hi": 1, "clopper_lo": 0.025, "clopper_hi": 1},
            "missing_as_failure": {"p": 1, "wilson_lo": 0.206549314377237, "wilson_hi": 1},
            "best_worst_bounds": {"lo": 1, "hi": 1},
        }
    ],
    "wilson_grid": [{"k": 0, "n": 1, "p": 0, "lo": 0, "hi": 0.793450685622763}],
}  # fmt: skip


@pytest.mark.parametrize(("k", "verdict", "code"), [(1, "ok", 0), (0, "1 differ", 1)])
def test_responders_are_compared_through_the_report_of_responders(data, k, verdict, code):
    """80 to 33.3 is at least 50 %. Wilson and Clopper-Pearson of 1 of 1: R's prop.test and binom.test."""
    known = RESPONDERS | {"cases": [RESPONDERS["cases"][0] | {"responders": k}]}
    (data / "reference" / "02_responders.json").write_text(json.dumps(known))
    lines, ended = check(data)
    (told,) = [line for line in lines if "30 and 50 %, report of responders" in line]
    assert told.split()[0] == "02_responders" and told.endswith(verdict)
    assert ended == code
