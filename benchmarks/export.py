"""All answers of a large clinic as one file: how long it takes, how much memory, and whether the manifest is true."""

import csv
import datetime as dt
import hashlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import psutil
from django.db import connection, transaction

from benchmarks import dataset, system
from benchmarks.browser import WrongPage
from benchmarks.sizes import Sizes
from clinic.actions import create_api_token
from clinic.models import Clinic, User
from outcomes.models import Answer

# More questions to surveys that are there, until the clinic has enough answers.
MORE_ANSWERS = """
INSERT INTO outcomes_answer (clinic_id, survey_id, item, value, answered_at)
SELECT clinic_id, id, 'bench.q' || number, nullif((id + number) %% 12, 11), completed_at
FROM outcomes_survey, generate_series(1, %(each)s) number
WHERE clinic_id = %(clinic)s AND completed_at IS NOT NULL LIMIT %(missing)s
"""
# One turn of the worker in a process of its own, and the most memory that it ever had.
WORKER = """
import re, time, django
django.setup()
from outcomes.tasks import work_out_reports
before = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
began = time.monotonic()
work_out_reports()
after = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
print(time.monotonic() - began, before, after)
"""
CHUNK = 1 << 20


def measure(sizes: Sizes, *, port: int, web: psutil.Process, clinic: Clinic, user: User) -> dict[str, Any]:
    """Ask through the API, write in a worker's process, take through the web process, check against the manifest."""
    _fill(clinic, sizes.answers)
    answers = Answer.objects.filter(clinic=clinic).count()
    _, key = create_api_token(membership=user.memberships.get(clinic=clinic), name="bench", at=dt.datetime.now(dt.UTC))
    api = _Api(port, key)
    job = api.post("/api/v1/jobs/", {"kind": "export", "question": "dataset=answers"})
    told = subprocess.run([sys.executable, "-c", WORKER], cwd=system.ROOT, check=True, capture_output=True, text=True)
    seconds, before, after = map(float, told.stdout.split()[-3:])
    done = api.get(f"/api/v1/jobs/{job['id']}/")
    manifest, began = done["manifest"], time.monotonic()
    web_before = system.memory_mb(web)
    found = _Taken(api.pieces(done["file"]), web)
    if (found.rows, found.sha256) != (manifest["rows"], manifest["sha256"]) or found.rows != answers:
        raise WrongPage(f"The manifest says {manifest['rows']} rows, the file has {found.rows} of {answers}.")
    return {
        "answers": found.rows,
        "megabytes": round(manifest["bytes"] / 1e6, 1),
        "seconds": round(seconds, 1),
        "rows_per_s": round(found.rows / seconds),
        "worker_memory_mb": round(after / 1000, 1),
        "worker_memory_mb_before": round(before / 1000, 1),
        "seconds_to_take": round(time.monotonic() - began, 1),
        "web_memory_mb": found.web_memory_mb,
        "web_memory_mb_before": web_before,
    }


def _fill(clinic: Clinic, wanted: int) -> None:
    there = Answer.objects.filter(clinic=clinic).count()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "SELECT count(*) FROM outcomes_survey WHERE completed_at IS NOT NULL AND clinic_id = %s", [clinic.pk]
        )
        (surveys,) = cursor.fetchone()
        missing = max(wanted - there, 0)
        cursor.execute(MORE_ANSWERS, {"clinic": clinic.pk, "missing": missing, "each": -(-missing // surveys)})
    dataset.tidy(Answer._meta.db_table)


class _Api:
    """A program with a token."""

    def __init__(self, port: int, key: str) -> None:
        self._base, self._headers = f"http://{system.HOST}:{port}", {"Authorization": f"Bearer {key}"}

    def get(self, path: str) -> Any:
        return json.loads(b"".join(self.pieces(path)))

    def post(self, path: str, body: dict[str, str]) -> Any:
        headers = {**self._headers, "Content-Type": "application/json"}
        request = urllib.request.Request(self._base + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def pieces(self, path: str) -> Iterator[bytes]:
        request = urllib.request.Request(self._base + path, headers=self._headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            while piece := answer.read(CHUNK):
                yield piece


class _Taken:
    """What came, counted and summed by nothing of ours."""

    def __init__(self, pieces: Iterator[bytes], web: psutil.Process) -> None:
        self._digest, self._web, self.web_memory_mb = hashlib.sha256(), web, 0.0
        self.rows = sum(1 for row in csv.reader(self._lines(pieces)) if row) - 1
        self.sha256 = self._digest.hexdigest()

    def _lines(self, pieces: Iterator[bytes]) -> Iterator[str]:
        rest = b""
        for number, piece in enumerate(pieces):
            self._digest.update(piece)
            if number % 16 == 0:
                self.web_memory_mb = max(self.web_memory_mb, system.memory_mb(self._web))
            *whole, rest = (rest + piece).split(b"\n")
            yield from (f"{line.decode()}\n" for line in whole)
        yield rest.decode()
