"""Reading a folder: what is understood, and how each slip is named by file, row, column, value and reason."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.history import ScoreKey, read_history, tables
from outcomes.history.cells import Record
from outcomes.history.rows import Scale
from outcomes.instruments import scales
from tests.history_files import EPISODES, FILES, PATIENTS, SCORES, with_cell, write_history

ROOT = Path(__file__).parents[2]
KNOWN = {code: Scale.of(scale) for code, scale in scales().items()}


def read(folder, **files):
    return read_history(write_history(folder, **files), KNOWN)


def problems(folder, **files):
    return [(p.file, p.row, p.column, p.value) for p in read(folder, **files).problems]


def test_small_history_is_understood(tmp_path):
    history = read(tmp_path)
    assert history.problems == []
    assert history.notes == []
    assert history.patients["K2"].condition == "tendon pain, elbow"
    assert history.patients["K2"].age_band == "50-59"
    assert (history.patients["K3"].sex, history.patients["K3"].age) == ("", None)
    assert history.episodes["K2-1"].start_day == -30
    assert history.episodes["K3-1"].start_day == 0
    assert history.described["grip"].is_higher_better
    assert history.scores["K1-1", "vas", "week 6"].value == Decimal("33.3333333333333333")
    assert history.scores["K2-1", "vas", "baseline"].day == -3


def test_empty_score_is_missing_and_counted(tmp_path):
    history = read(tmp_path)
    assert ("K2-1", "vas", "month 3") not in history.scores
    assert history.counts["rows of scores.csv without a score are missing values and left out"] == 1


def test_scores_without_an_earlier_baseline_are_counted(tmp_path):
    history = read(tmp_path, scores=SCORES + "K1-1,vas,screening,-20,90\n")
    assert history.counts["scores have no earlier baseline in this folder: they count in means, not in changes"] == 2


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: (text + "\n\n,,\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
    ],
    ids=["byte-order mark", "windows line ends", "both", "no last line end", "empty rows at the end", "old Macintosh"],
)
def test_same_history_however_the_file_was_saved(tmp_path, encode):
    plain = read(tmp_path / "plain")
    saved = read(tmp_path / "saved", **{name: encode(text) for name, text in FILES.items()})
    assert saved == plain


def test_missing_optional_columns_are_empty(tmp_path):
    history = read(
        tmp_path,
        patients="patient_ref\nK1\nK2\nK3\n",
        episodes="episode_ref,patient_ref,treatment\nK1-1,K1,PRP\nK2-1,K2,PRP\nK3-1,K3,PRP\n",
    )
    assert history.problems == []
    assert history.episodes["K1-1"].region == ""


def test_columns_may_come_in_another_order_and_unknown_ones_are_noted(tmp_path):
    history = read(tmp_path, patients="hair, Condition ,patient_ref\nbrown,hip,K1\n,,K2\n,,K3\n")
    assert history.problems == []
    assert history.patients["K1"].condition == "hip"
    assert history.notes == ["patients.csv: not used: hair."]


def test_all_problems_are_found_at_once(tmp_path):
    assert problems(
        tmp_path,
        **with_cell("patients", "K1,north,c-1,F,61", "K1,north,c-1,W,161"),
        **with_cell("episodes", "K2-1,K2", "K2-1,K9"),
        **with_cell("scores", "40,30", "40,61"),
    ) == [
        ("patients.csv", 2, "sex", "W"),
        ("patients.csv", 2, "age", "161"),
        ("episodes.csv", 3, "patient_ref", "K9"),
        ("scores.csv", 5, "score", "61"),
    ]


@pytest.mark.parametrize(
    "value",
    [
        "abc",
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "<undefined>",
        "NA",
        "1,5",
        "1,000",
        "1_0",
        "٣",
        "1e",
        "0x1F",
        "--1",
        "1 2",
        "=1+1",
    ],
)
def test_what_is_not_a_number_is_refused(tmp_path, value):
    (problem,) = read(tmp_path, **with_cell("scores", "40,30", f'40,"{value}"')).problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("scores.csv", 5, "score", value)
    assert "is not a number" in str(problem)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("3e1", "30"), ("3.0E+1", "30"), ("300e-1", "30"), ("+30", "30"), ("30.", "30"), (".5", "0.5"), ("-0", "0")],
)
def test_finite_numbers_are_taken_however_written(tmp_path, written, meant):
    history = read(tmp_path, **with_cell("scores", "40,30", f"40,{written}"))
    assert history.problems == []
    value = history.scores["K1-1", "grip", "week 6"].value
    assert value == Decimal(meant)
    assert not (value == 0 and value.is_signed())


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("0." + "3" * 21, "more than 20 decimals"),
        ("1e-21", "more than 20 decimals"),
        ("1e-9999", "more than 20 decimals"),
        ("1234567890", "more than 9 digits"),
        ("1e9", "more than 9 digits"),
        ("1e9999", "more than 9 digits"),
    ],
)
def test_numbers_that_would_be_rounded_are_refused(tmp_path, value, reason):
    (problem,) = read(tmp_path, **with_cell("scores", "40,30", f"40,{value}")).problems
    assert reason in problem.reason


def test_zeros_at_the_end_are_no_decimals(tmp_path):
    assert problems(tmp_path, **with_cell("scores", "40,30", "40,30." + "0" * 40)) == []


@given(st.decimals(allow_nan=False, allow_infinity=False, places=20, min_value=-999999999, max_value=999999999))
def test_every_number_that_fits_is_kept_exactly(number):
    found = []
    assert Record("scores.csv", 2, {"score": str(number)}, found).number("score") == number
    assert found == []


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_a_number(text):
    found = []
    value = Record("scores.csv", 2, {"score": text}, found).number("score")
    assert (value is not None) != (bool(found) or text == "")


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column"),
    [
        ("patients", "K3,", "K1,", 4, "patient_ref"),
        ("patients", "K3,", ",north", 4, "patient_ref"),
        ("patients", "K3,", "K" * 41 + ",", 4, "patient_ref"),
        ("patients", "61", "-1", 2, "age"),
        ("patients", "50-59", "x" * 21, 3, "age_band"),
        ("patients", "c-1", "c\x001", 2, "clinician_ref"),
        ("patients", "c-1", '"c\n1"', 2, "clinician_ref"),
        ("episodes", "K3-1,", "K2-1,", 4, "episode_ref"),
        ("episodes", "K1,PRP", "K1,", 2, "treatment"),
        ("episodes", "-30", "2.5", 3, "baseline_ref_day"),
        ("episodes", "-30", "99999999", 3, "baseline_ref_day"),
        ("instruments", "grip,", "vas,", 3, "instrument"),
        ("instruments", "60.5", "", 3, "maximum"),
        ("instruments", "60.5", "-2", 3, "maximum"),
        ("instruments", "yes", "maybe", 3, "higher_is_better"),
        ("scores", "K3-1,vas", "K7-1,vas", 10, "episode_ref"),
        ("scores", "K3-1,vas", "K3-1,mystery", 10, "instrument"),
        ("scores", "month 3,91,12", ",91,12", 10, "timepoint"),
        ("scores", "month 3,91,12", "month 3,9.5,12", 10, "day_offset"),
        ("scores", "month 3,91,12", "after,,12", 10, "day_offset"),
        ("scores", "month 3,91,12", "month 3,91,-1", 10, "score"),
        ("scores", "month 3,91,12", "month 3,91,100.00000000000000000001", 10, "score"),
        ("scores", "month 3,91,5", "month 3,91,10.5", 9, "score"),
    ],
)
def test_each_slip_is_named_by_row_and_column(tmp_path, file, old, new, row, column):
    named = [(p.file, p.row, p.column) for p in read(tmp_path, **with_cell(file, old, new)).problems]
    assert (f"{file}.csv", row, column) in named


def test_second_score_of_a_timepoint_names_the_first(tmp_path):
    (problem,) = read(tmp_path, scores=SCORES + "K1-1,vas,week 6,41,30\n").problems
    assert "comes twice" in problem.reason
    assert "row 3" in problem.reason


@pytest.mark.parametrize("name", ["baseline", "Baseline", "BASELINE"])
def test_second_baseline_is_refused(tmp_path, name):
    (problem,) = read(tmp_path, scores=SCORES + f"K1-1,vas,{name},0,30\n").problems
    assert "the baseline of this episode and instrument is already in row 2" in problem.reason


def test_days_that_contradict_the_timepoints_are_refused(tmp_path):
    (problem,) = read(tmp_path, **with_cell("scores", "K1-1,vas,baseline,0", "K1-1,vas,baseline,41")).problems
    assert (problem.row, problem.column, problem.value) == (3, "day_offset", "40")
    assert "puts 'week 6' before 'baseline' of row 2" in problem.reason


def test_day_is_read_from_the_timepoint_where_its_cell_is_empty(tmp_path):
    history = read(tmp_path, **with_cell("scores", "K3-1,vas,month 3,91", "K3-1,vas,week 10,"))
    assert history.problems == []
    assert history.scores["K3-1", "vas", "week 10"].day == 70
    assert any("day_offset" in what for what in history.counts)


def test_whole_numbers_may_have_a_decimal_point(tmp_path):
    history = read(tmp_path, **with_cell("scores", "month 3,91,12", "month 3,91.0,12"))
    assert history.problems == []


def test_age_is_kept_in_completed_years(tmp_path):
    history = read(tmp_path, **with_cell("patients", "61", "61.9"))
    assert history.patients["K1"].age == 61
    assert history.counts["ages with decimals are kept as completed years"] == 1


def test_formula_is_only_text(tmp_path):
    history = read(tmp_path, **with_cell("patients", "c-1", '"=HYPERLINK(""x"")"'))
    assert history.problems == []
    assert history.patients["K1"].clinician == '=HYPERLINK("x")'


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"scores": None}, "is missing"),
        ({"scores": ""}, "the column is missing"),
        ({"scores": SCORES.replace(",", ";")}, "separated by semicolons"),
        ({"scores": SCORES.replace("timepoint", "visit")}, "the column is missing"),
        ({"scores": SCORES.replace("timepoint", "score")}, "there more than once"),
        ({"scores": SCORES.encode("utf-16")}, "is not UTF-8 text"),
        ({"patients": PATIENTS.replace("c-1", '"c-1')}, "cannot be read from here on"),
        ({"patients": PATIENTS.replace("c-1", '"c"1')}, "cannot be read from here on"),
        ({"patients": PATIENTS.replace("c-1", "c" * 200_000)}, "cannot be read from here on"),
        ({"patients": PATIENTS.replace("K3,,,,,,", "K3,")}, "has 2 cells where the header has 7"),
        ({"patients": PATIENTS.replace("K3,,,,,,", "K3,,,,,,,x")}, "has 8 cells where the header has 7"),
        ({"patients": PATIENTS.replace("north,c-1", "nörth,c-1").encode("latin-1")}, "is not UTF-8 text"),
    ],
)
def test_files_that_cannot_be_read_are_refused(tmp_path, files, reason):
    assert any(reason in str(problem) for problem in read(tmp_path, **files).problems)


def test_instruments_may_be_left_out_where_all_are_known(tmp_path):
    history = read(tmp_path, instruments=None, scores=SCORES.replace("vas", "nrs_now").replace("grip", "peg"))
    assert {problem.column for problem in history.problems} == {"score"}


def test_keys_are_words_not_row_numbers(tmp_path):
    assert ScoreKey("K1-1", "vas", "baseline") in read(tmp_path).scores


def test_problem_shows_only_the_start_of_a_long_value(tmp_path):
    (problem,) = read(tmp_path, episodes=EPISODES.replace("K1,PRP", "K1," + "P" * 500)).problems
    assert len(str(problem)) < 200


# What only calls itself CSV, or would fill the memory (IMP-1, F-36)

WIDE = "patient_ref" + ",x" * 1_000_000
ZIP = b"PK\x03\x04" + bytes(60)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"patients": ZIP}, "is an Excel workbook or another zip archive, not CSV; save each sheet as “CSV UTF-8”"),
        ({"patients": b"\xd0\xcf\x11\xe0\xa1\xb1"}, "is an old Excel workbook, not CSV"),
        ({"patients": b"\x1f\x8b\x08"}, "is a gzip archive, not CSV"),
        ({"patients": b"%PDF-1.7"}, "is a PDF, not CSV"),
        ({"patients": b'\xef\xbb\xbf<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">]>'}, "is XML or HTML"),
        ({"patients": PATIENTS.encode("utf-16-be")}, "is not UTF-8 text"),
        ({"patients": WIDE}, "a line is longer than 100,000 characters"),
        ({"patients": "patient_ref" + ",x" * 200}, "has more than 200 columns"),
        ({"scores": SCORES + "K3-1,vas," + "x" * 200_000 + ",1,1\n"}, "a line is longer than 100,000 characters"),
    ],
)
def test_what_is_no_csv_is_refused_in_words(tmp_path, files, said):
    problem = read(tmp_path, **files).problems[0]
    assert problem.file == f"{next(iter(files))}.csv"
    assert said in problem.reason


def test_a_long_cell_is_named_by_file_row_and_column(tmp_path):
    folder = write_history(tmp_path, patients=PATIENTS.replace("c-1", "c" * 10_001))
    problem = read_history(folder, {}).problems[0]
    assert (problem.file, problem.row, problem.column) == ("patients.csv", 2, "clinician_ref")
    assert problem.reason == "is longer than 10,000 characters"


def test_a_workbook_beside_the_missing_file_is_named(tmp_path):
    (tmp_path / "patients.xlsx").write_bytes(ZIP)
    problem = read_history(write_history(tmp_path, patients=None), {}).problems[0]
    assert problem.reason == "is missing; patients.xlsx cannot be read: save each sheet as “CSV UTF-8”"


def test_too_many_rows_are_not_read_to_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 5)
    problem = next(one for one in read_history(write_history(tmp_path), {}).problems if one.file == "scores.csv")
    assert (problem.row, problem.reason) == (7, "cannot be read from here on: more than 5 rows; import them in parts")


MEASURE = """
import pathlib, resource, sys
from outcomes.history import read_history
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for folder in sys.argv[1:]:
    assert read_history(pathlib.Path(folder), {}).problems
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_bombs_are_refused_soon_and_in_little_memory(tmp_path):
    """A cell of 50 MB, a file of 300 MB, a million columns: at most 5 s and 100 MB together."""
    bombs = {"cell": "patient_ref\n" + "x" * 50_000_000, "wide": WIDE, "quoted": 'patient_ref\n"' + "x\n" * 5_000_000}
    folders = [write_history(tmp_path / name, patients=content) for name, content in bombs.items()]
    huge = write_history(tmp_path / "huge")
    with (huge / "patients.csv").open("r+b") as file:
        file.truncate(300_000_000)
    command = [sys.executable, "-c", MEASURE, *map(str, [*folders, huge])]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=ROOT)
    assert int(done.stdout) < 100_000, "kB"
