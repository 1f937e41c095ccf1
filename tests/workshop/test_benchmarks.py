"""The bench runs from nothing to its figures, and nothing is doubled or lost under load."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.figures import percentile

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("percent", "expected"), [(50, 2), (95, 4), (100, 4), (1, 1)])
def test_a_percentile_is_a_value_that_was_measured(percent, expected):
    assert percentile([4, 1, 3, 2], percent) == expected


@pytest.mark.slow
def test_a_quick_run_measures_everything(tmp_path):
    results = tmp_path / "latest.json"
    alone = [sys.executable, "-m", "clinic.embedded", "exec", "--durable", "--migrate", "--"]
    bench = ["python", "-m", "benchmarks", "--quick", "--results", str(results)]
    subprocess.run([*alone, *bench], cwd=ROOT, check=True, timeout=600)
    measured = json.loads(results.read_text())
    assert measured["dispatch"]["duplicates"] == measured["dispatch"]["lost"] == 0
    assert measured["dispatch"]["sent"] > 0
    assert measured["survey_flow"]["requests_a_survey"] == 15
    assert measured["survey_flow"]["ratio_to_bare_django"] > 0
    assert measured["report"]["p95_ms"] > 0
    assert measured["search"]["patients"] > 5_000
    assert measured["patients"]["patients"] >= 8_000
    assert measured["patients"]["courses"] > 2_000
    assert measured["machine"]["fsync"] == "on"
