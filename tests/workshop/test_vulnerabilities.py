"""HIP-5: what is known about the packages of the image stops a build; silence of the service does not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workshop.vulnerabilities import judged

ROOT = Path(__file__).resolve().parents[2]
SOUND = {"name": "django", "version": "5.2.19", "vulns": []}
BROKEN = {"name": "urllib3", "version": "1.0", "vulns": [{"id": "PYSEC-2021-1", "fix_versions": ["2.0"]}]}
UNKNOWN = {"name": "amqp", "skip_reason": "Dependency not found on PyPI"}


def report(*packages: dict) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_finding_fails_and_is_named():
    said, code = judged(report(SOUND, BROKEN, UNKNOWN))
    assert code == 1
    assert "urllib3 1.0: PYSEC-2021-1, mended in 2.0" in said
    assert said.endswith("1 in 2 packages.")


def test_nothing_found_is_said():
    assert judged(report(SOUND)) == ("Vulnerabilities: 0 in 1 packages.", 0)


@pytest.mark.parametrize("answer", ["", "Traceback", report(UNKNOWN), report()])
def test_where_the_service_does_not_answer_one_line_says_so_and_the_build_goes_on(answer):
    said, code = judged(answer)
    assert code == 0
    assert "cannot be reached" in said and "\n" not in said


def test_the_list_of_what_is_inside_names_every_locked_package(tmp_path):
    """`make sbom`: CycloneDX, from the requirements of the image."""
    file = tmp_path / "sbom.json"
    makefile = (ROOT / "Makefile").read_text()
    command = next(line for line in makefile.splitlines() if "cyclonedx_py" in line).strip().lstrip("@")
    words = command.replace("$(IN)", sys.executable).replace("$(SBOM)", str(file)).split()
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=120)
    inside = {part["name"].lower() for part in json.loads(file.read_text())["components"]}
    locked = [
        line.partition("==")[0] for line in (ROOT / "requirements/base.txt").read_text().splitlines() if "==" in line
    ]
    assert {name.lower() for name in locked} <= inside


def test_lint_asks():
    assert "python tests/workshop/vulnerabilities.py" in (ROOT / "Makefile").read_text()
