"""The dashboard of docs/dashboard.md and the clients of docs/examples really work, over HTTP and with a token."""

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from clinic.actions import create_api_token
from outcomes import actions
from outcomes.report_kinds import KINDS
from tests.population import add_course
from treatments.models import Course

DOCS = Path(__file__).parent.parent / "docs"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(clinic, researcher, live_server, tmp_path):
    """Run Python as somebody would who has a token; what it printed."""
    for number in range(12):
        add_course(clinic, "prp", baseline=8, month_3=number % 8)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=timezone.now())
    token = create_api_token(membership=researcher.memberships.get(), name="Dashboard", at=timezone.now())[1]

    def python(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={"MENDLINE": live_server.url, "TOKEN": token, "PATH": ""},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return python


def test_the_dashboard_is_built_as_documented(run, tmp_path):
    steps = re.findall(r"```python\n(.*?)```", (DOCS / "dashboard.md").read_text(), re.DOTALL)
    assert len(steps) == 3
    run("-c", "\n".join(steps))
    page = (tmp_path / "dashboard.html").read_text()
    assert "<svg" in page
    assert "10 of 12 improved by at least 30 %" in page
    assert "This is change after treatment, not because of it" in page


def test_every_report_goes_into_a_database_file(run, tmp_path):
    names = ["outcomes", *(kind.name for kind in KINDS)]
    run(str(DOCS / "examples" / "into_sqlite.py"), "outcomes.db", *names)
    with sqlite3.connect(tmp_path / "outcomes.db") as database:
        (n,) = database.execute("SELECT n FROM responders_responders").fetchone()
        means = database.execute("SELECT timepoint, mean, ci_low FROM outcomes ORDER BY planned_day").fetchall()
    assert n == 12
    assert means[0] == ("baseline", 8.0, None)


def test_the_notebook_runs_from_top_to_bottom(run):
    notebook = json.loads((DOCS / "examples" / "outcomes.ipynb").read_text())
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    printed = run("-c", "\n".join(cells))
    assert "12 courses with a score and a baseline above 0" in printed
